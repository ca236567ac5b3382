"""Which check runs on GitHub are ours: whatever may write any can write one of our name, and GitHub lists them all alike."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from forge.check_run import Known
from forge.courier import Courier
from workloads.field import dig, text

_BOT = "[bot]"


def app_of(login: str) -> str:
    """The App that a token's login is of, by its slug; empty for a person's, which writes no check runs."""
    return login.removesuffix(_BOT) if login.endswith(_BOT) else ""


class GitHubOwnChecks:
    """The check runs that one App wrote on one repository. Every method raises a ``ForgeError``."""

    def __init__(self, courier: Courier, there: str, app: Callable[[], int | str]) -> None:
        """Speak of the repository at a path through a courier; the App is known by its number or by its slug."""
        self._courier = courier
        self._there = there
        self._app = app

    def named(self, head: str, name: str, known: Known) -> list[object]:
        """Those of a name on a commit whose memory is known. Under Actions other workflows have the same App."""
        app = self._app()
        # Not the latest alone: that may be another App's, or another workflow's.
        query = {"check_name": name, "filter": "all", **({"app_id": str(app)} if isinstance(app, int) else {})}
        found = self._courier.pages(f"{self._there}/commits/{quote(head, safe='')}/check-runs", query, "check_runs")
        return [check for check in found if _wrote(app, check) and known(text(check, "external_id"))]


def _wrote(app: int | str, check: object) -> bool:
    return dig(check, "app", "id") == app if isinstance(app, int) else app != "" and text(check, "app", "slug") == app
