"""Every object of a kind in a whole cluster, page by page, each reduced as it comes: nothing is held that is not kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from cluster.lookup import Absent, Answer, Found, Unavailable
from cluster.request import JSON, Reply, answer, get
from workloads.field import sequence, text

PAGE: Final = 500
"""Objects asked for at a time, as kubectl does."""
PATIENCE: Final = 30.0
"""Seconds that one page may take."""
MOST: Final = 100_000
"""Objects of one kind that are read."""
ATTEMPTS: Final = 4
"""Times that one page is asked for where the API server is busy, and that a list is begun whose pages have expired."""
LONGEST_WAIT: Final = 10.0
"""Seconds between two of them."""

Body = Mapping[str, object]
Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class Resource:
    """How an API serves a kind."""

    group: str
    plural: str
    versions: tuple[str, ...] = ("v1",)
    """Those that can be read, the preferred one first."""

    @property
    def title(self) -> str:
        """``nodes``, ``deployments.apps``: as kubectl names it."""
        return f"{self.plural}.{self.group}" if self.group else self.plural


@dataclass(slots=True)
class Lists:
    """Lists of one cluster (see ``kubernetes.client.ApiClient``)."""

    api: Any
    watcher: Callable[[str, int], None] | None = None
    """Told after each page of what, and how many have been read."""
    sleep: Callable[[float], None] = time.sleep
    _versions: dict[str, tuple[str, ...] | Unavailable] = field(default_factory=dict)

    def server(self) -> str | Unavailable:
        """The version of the API server: ``v1.36.3``."""
        found = self._ask("/version", "the version")
        if isinstance(found, Absent):
            return ""
        return text(found.body, "gitVersion") if isinstance(found, Found) else found

    def each(self, resource: Resource, keep: Callable[[Body], Kept | None]) -> list[Kept] | Absent | Unavailable:
        """What is kept of every object of a kind; absent where the cluster has no such kind. Never raises."""
        version = self._version(resource)
        if not isinstance(version, str):
            return version
        root = f"/apis/{resource.group}/{version}" if resource.group else f"/api/{version}"
        for _ in range(ATTEMPTS):
            found = self._pages(f"{root}/{resource.plural}", resource, f"{resource.group}/{version}".strip("/"), keep)
            if found is not None:
                return found
        return Unavailable(f"{resource.title} change faster than they can be read")

    def _version(self, resource: Resource) -> str | Absent | Unavailable:
        if not resource.group:
            return resource.versions[0]
        if resource.group not in self._versions:
            found = self._ask(f"/apis/{resource.group}", f"the versions of {resource.group}")
            served = [text(each, "version") for each in sequence(found.body, "versions")] if isinstance(found, Found) else []
            self._versions[resource.group] = found if isinstance(found, Unavailable) else tuple(served)
        versions = self._versions[resource.group]
        if isinstance(versions, Unavailable):
            return versions
        return next((version for version in resource.versions if version in versions), None) or Absent()

    def _pages(
        self, path: str, resource: Resource, version: str, keep: Callable[[Body], Kept | None]
    ) -> list[Kept] | Absent | Unavailable | None:
        """All pages of a list; None where the rest of it has expired and it has to be begun again."""
        kept: list[Kept] = []
        read, token = 0, ""
        while True:
            query = [("limit", str(PAGE)), *([("continue", token)] if token else [])]
            reply = self._patiently(path, JSON, query)
            if isinstance(reply, Reply) and reply.status == 410 and token:
                return None
            found = answer(reply, resource.title)
            if not isinstance(found, Found):
                return found
            items = sequence(found.body, "items")
            read += len(items)
            if read > MOST:
                return Unavailable(f"more than {MOST:,} {resource.title}")
            bodies = ({"apiVersion": version, **item} for item in items if isinstance(item, dict))
            kept += [each for body in bodies if (each := keep(body)) is not None]
            if self.watcher is not None:
                self.watcher(resource.title, read)
            following = text(found.body, "metadata", "continue")
            if not following:
                return kept
            token = following

    def _ask(self, path: str, what: str) -> Answer:
        return answer(self._patiently(path, JSON, []), what)

    def _patiently(self, path: str, accept: str, query: list[tuple[str, str]]) -> Reply | Unavailable:
        """A reply; asked for again, after the time it names, where the API server says that it has too much to do."""
        reply = get(self.api, path, PATIENCE, accept, query)
        for attempt in range(1, ATTEMPTS):
            if isinstance(reply, Unavailable) or reply.status not in (429, 503):
                break
            stated = reply.headers.get("retry-after", "")
            self.sleep(min(float(stated) if stated.isascii() and stated.isdigit() else float(attempt), LONGEST_WAIT))
            reply = get(self.api, path, PATIENCE, accept, query)
        return reply
