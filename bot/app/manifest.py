"""The App as GitHub creates it: its manifest, and a page that sends it there. Nothing is asked for that is not used."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Final

import orjson

from bot.app.endpoint import PATH

PERMISSIONS: Final = {
    # The comment, and what is asked of pull requests.
    "pull_requests": "write",
    # The check run, and its button.
    "checks": "write",
    # The clone.
    "contents": "read",
    # That a merge group is told of.
    "merge_queues": "read",
    # Whether a reviewer belongs to a team that may accept a denial.
    "members": "read",
    # GitHub gives it with any other.
    "metadata": "read",
}
EVENTS: Final = ("pull_request", "pull_request_review", "merge_group", "check_run", "check_suite", "push")
"""Beside these GitHub tells every App of its installations."""


def manifest(url: str, name: str, homepage: str) -> Mapping[str, object]:
    """The manifest of an App whose deliveries go to a server at ``url``."""
    return {
        "name": name,
        "url": homepage,
        "description": "Says on pull requests of Kubernetes manifests what they cost a month.",
        "hook_attributes": {"url": f"{url}{PATH}", "active": True},
        "redirect_url": f"{url}/created",
        "public": False,
        "default_permissions": dict(PERMISSIONS),
        "default_events": list(EVENTS),
    }


def page(told: Mapping[str, object], server: str, organisation: str) -> str:
    """A page with one button, which has GitHub create the App: for an organisation, or for whoever presses it."""
    owner = f"organizations/{organisation}/" if organisation else ""
    action = escape(f"{server}/{owner}settings/apps/new", quote=True)
    value = escape(orjson.dumps(told).decode(), quote=True)
    return f"""<!doctype html>
<meta charset="utf-8">
<title>Create the GitHub App</title>
<form action="{action}" method="post">
<input type="hidden" name="manifest" value="{value}">
<p>This creates the GitHub App {escape(str(told["name"]))} at {escape(server)}.</p>
<p><button type="submit">Create it</button></p>
<p>GitHub then leads to an address that ends in <code>?code=…</code>. Give that code, within the hour, to<br>
<code>weighbridge app credentials CODE --out FOLDER</code></p>
</form>
"""
