"""Asks a forge: sends requests, waits where it is busy, and says in words what it does not do."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import orjson

from forge.answer import Answer, NoAnswerError, Transport
from forge.error import BusyError, ForgeError, NotPermittedError, NotThereError, RefusedError, UncertainError, UnreachableError
from forge.patience import Patience, limited, wait_for_limit, wait_for_repair

PAGE_SIZE = 100
MOST_PAGES = 100
"""Pages of a list that are read: ten thousand comments are more than a pull request can have."""
LONGEST_WORDS = 300
"""Characters of an answer that an error repeats."""

Query = Mapping[str, str]
_NO_QUERY: Query = {}


@dataclass(slots=True)
class Courier:
    """Sends requests over a transport with patience. What it has waited so far counts for the whole run."""

    transport: Transport
    name: str
    """The forge, as errors name it: ``GitHub``."""
    patience: Patience = field(default_factory=Patience)
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.time
    """Seconds since 1970."""
    waited: float = 0

    def ask(self, method: str, path: str, *, query: Query = _NO_QUERY, payload: object = None, twice: bool = True) -> object:
        """The JSON of an answer; None where it has none. ``twice`` says that the request may be carried out twice.

        :raises ForgeError: one of its children, by what can be done about it.
        """
        return self._json(method, path, self._answer(method, path, query, payload, twice))

    def pages(self, path: str, query: Query = _NO_QUERY, key: str = "") -> Iterator[object]:
        """The entries of a list, page by page; ``key`` names the list where an object is around it.

        :raises ForgeError: as ``ask``.
        """
        for page in range(1, MOST_PAGES + 1):
            asked = {**query, "per_page": str(PAGE_SIZE), "page": str(page)}
            answer = self._answer("GET", path, asked, None, twice=True)
            found = self._json("GET", path, answer)
            entries = found.get(key) if key and isinstance(found, dict) else found
            if not isinstance(entries, list):
                raise UnreachableError(f"{self.name} answered GET {path} with something that is no list")
            yield from entries
            if 'rel="next"' not in answer.headers.get("link", ""):
                return

    def _answer(self, method: str, path: str, query: Query, payload: object, twice: bool) -> Answer:
        """An answer that is a success."""
        lost = "it asks to wait"
        for attempt in range(self.patience.tries):
            try:
                answer = self.transport.send(method, path, query, payload)
            except NoAnswerError as error:
                lost = str(error)
            else:
                if answer.status < 400:
                    return answer
                if limited(answer):
                    self._wait(wait_for_limit(answer, attempt, self.clock()), method, path)
                    continue
                if answer.status < 500:
                    raise self._refusal(method, path, answer)
                lost = f"{answer.status}"
            if not twice:
                raise UncertainError(f"{self.name} did not say whether it did {method} {path} ({lost})")
            if attempt + 1 < self.patience.tries:
                self._wait(wait_for_repair(attempt), method, path)
        raise UnreachableError(f"{self.name} did not answer {method} {path}, tried {self.patience.tries} times ({lost})")

    def _wait(self, seconds: float, method: str, path: str) -> None:
        if self.waited + seconds > self.patience.seconds:
            raise BusyError(
                f"{self.name} asks to wait {seconds:,.0f} s before {method} {path}, and a run waits "
                f"{self.patience.seconds:,.0f} s at most: run it again later",
                seconds,
            )
        self.waited += seconds
        self.sleep(seconds)

    def _refusal(self, method: str, path: str, answer: Answer) -> ForgeError:
        kinds: dict[int, type[ForgeError]] = {
            401: NotPermittedError,
            403: NotPermittedError,
            404: NotThereError,
            410: NotThereError,
        }
        return kinds.get(answer.status, RefusedError)(
            f"{self.name} answered {method} {path} with {answer.status}: {_words(answer)}"
        )

    def _json(self, method: str, path: str, answer: Answer) -> object:
        if not answer.text:
            return None
        try:
            found: object = orjson.loads(answer.text)
        except orjson.JSONDecodeError:
            raise UnreachableError(f"{self.name} answered {method} {path} with something that is no JSON") from None
        return found


def _words(answer: Answer) -> str:
    """What an error says: its message, and what is wrong where it tells."""
    try:
        found = orjson.loads(answer.text)
    except orjson.JSONDecodeError:
        return answer.text[:LONGEST_WORDS].strip() or "no reason given"
    if not isinstance(found, dict):
        return answer.text[:LONGEST_WORDS]
    errors = found.get("errors")
    details = [_detail(each) for each in errors[:3]] if isinstance(errors, list) else []
    message = found.get("message") or found.get("error") or "no reason given"
    return "; ".join([str(message), *filter(None, details)])[:LONGEST_WORDS]


def _detail(error: object) -> str:
    return str(error.get("message") or "") if isinstance(error, dict) else str(error)
