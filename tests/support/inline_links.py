"""A comment with the address of each link beside its text, as tests name it: ``[text](address)``."""

from __future__ import annotations

import re


def inline_links(body: str) -> str:
    """Numbers of links replaced by what the lines at the comment's end say of them."""
    addresses = dict(re.findall(r"^\[(\d+)\]: (\S+)$", body, re.MULTILINE))
    return re.sub(r"\]\[(\d+)\]", lambda found: f"]({addresses[found[1]]})", body)
