"""The way of a change from object to object: through those that were read already, until other files are to be searched for more.

A class of devices changes, its template of claims stands unchanged beside it, and who claims is in another file: what leads on
is followed wherever it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set

from workloads.manifest import Identity, Manifest
from workloads.reach import NOWHERE, Reach, joined, reach, tells_of_others
from workloads.reference_words import every_word


class Trail:
    """Follows a change. Linear in the objects, each of which is led to once from either side."""

    def __init__(self, touched: Sequence[Manifest], unchanged: Set[Identity]) -> None:
        """``touched`` are the objects of what changes; of these, as many as are ``unchanged`` stand there by chance."""
        self._asked = NOWHERE
        self._found = NOWHERE
        self._mentioning: dict[str, list[Manifest]] = {}
        """What is at hand, by each word in it that led to nothing so far."""
        self._named: dict[str, list[Manifest]] = {}
        """Of that what decides what others are, by its name."""
        self._depending: set[int] = set()
        """What was found to depend on a changed object, by the identity of its value."""
        self._around: set[int] = set()
        """What was found to be named by one, likewise."""
        self._wait(each for each in touched if tells_of_others(each) and each.identity() in unchanged)
        self._follow(reach(touched, unchanged))

    def take_in(self, found: Sequence[Manifest]) -> None:
        """Go on through objects of files that the words led to."""
        self._wait(found)
        self._follow(self._found)

    def words(self) -> Reach:
        """What is to be searched for and was not before; nothing where the trail ends."""
        fresh = self._found - self._asked
        self._asked = self._found
        return fresh

    def _wait(self, manifests: Iterable[Manifest]) -> None:
        for each in manifests:
            for word in every_word(each.body) | {each.kind, each.namespace}:
                self._mentioning.setdefault(word, []).append(each)
            if tells_of_others(each):
                self._named.setdefault(each.name, []).append(each)

    def _follow(self, words: Reach) -> None:
        found = [words]
        while found[-1]:
            depending = _led(self._mentioning, found[-1].dependents, self._depending)
            named = _led(self._named, found[-1].names, self._around)
            found.append(joined([reach(depending), reach(named, {each.identity() for each in named})]))
        self._found = joined([self._found, *found])


def _led(waiting: dict[str, list[Manifest]], words: Set[str], before: set[int]) -> Sequence[Manifest]:
    """Those of the waiting that some words lead to and none led to before."""
    found = {id(each): each for word in words for each in waiting.pop(word, ()) if id(each) not in before}
    before.update(found)
    return tuple(found.values())
