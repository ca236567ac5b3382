"""One look at a subject: what is true of it now, the commits, the weighing, what is posted.

Each step can be done twice: a look that was broken off is simply begun again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from bot.app.beginning import FAILED, Beginning
from bot.app.button import button
from bot.app.clones import CloneError, Clones, TooLargeError
from bot.app.register import Register
from bot.app.subject import Subject
from bot.app.trust import look_again
from bot.app.weighing import Order, Weigher, WeighingError, written
from bot.draft import check_name, draft_of_failure
from bot.marker import DEFAULT_KEY
from bot.merge_group import of_no_stranger
from bot.occasion import GITHUB as KIND
from bot.occasion import Occasion
from bot.posting import Outcome, Posting, post
from bot.signs import Signs, Sought, signs
from forge.error import NotPermittedError, RefusedError
from forge.github import GitHub
from workloads.settings.comment import CommentSettings

REUSED: Final = 24 * 3600.0
"""Seconds for which a verdict stands for equal files: prices, and exemptions that end, may be others later."""
MOST_OF_ONE_HEAD: Final = 5
"""Pull requests with one commit at their head that are looked at where only that commit is told."""
AGAIN: Final = 3
"""Looks at which a clone that cannot be had is not told yet: GitHub may be away for a moment."""


class LaggingError(Exception):
    """GitHub tells of a pull request as it was before the delivery: in a moment it will not."""


@dataclass(frozen=True, slots=True)
class Look:
    """The circumstances of one look."""

    subject: Subject
    forge: GitHub
    token: str
    attempt: int
    head: str
    """The head, as the newest delivery has it; empty where none has."""
    ended: bool
    """Whether a delivery says that it ended."""
    wanted: Callable[[], bool]
    """False once a newer delivery makes this look needless."""
    number: int
    """Of the look: those that begin later have larger numbers, whichever server they are on."""


@dataclass(frozen=True, slots=True)
class Runner:
    """Looks at subjects."""

    register: Register
    clones: Clones
    weigher: Weigher
    api: str
    """Address of the API."""
    clock: Callable[[], float]

    def run(self, look: Look) -> Outcome:
        """Do what there is to do about a subject.

        :raises ForgeError: when GitHub does not do what it is asked.
        :raises CloneError: when the commits cannot be had, and trying again may help.
        :raises StoppedError: when a newer delivery makes it needless.
        :raises LaggingError: when GitHub does not know of the delivery yet.
        """
        subject = look.subject
        if subject.number:
            return self._pull_request(look)
        if subject.branch:
            again = look_again(self.register, look.forge, subject, check_name(DEFAULT_KEY), self.clock())
            return Outcome((f"pull requests with something accepted that are looked at again: {again}",))
        if subject.base:
            return self._merge_group(look)
        pulls = look.forge.pull_requests_of(subject.head)[:MOST_OF_ONE_HEAD]
        looks = [replace(look, subject=replace(subject, number=pull.number, head="")) for pull in pulls]
        outcomes = [self._pull_request(each) for each in looks]
        nothing = (f"no open pull request has {subject.head[:7]} at its head",)
        told = tuple(line for each in outcomes for line in each.told)
        return Outcome(told or nothing, tuple(line for each in outcomes for line in each.problems))

    def end(self, subject: Subject) -> Outcome:
        """What there is to do about a subject that is over: its clone is deleted, and what was said stays."""
        if subject.branch:
            return Outcome(("over: it has no clone",))
        self.clones.delete(subject)
        return Outcome(("over: its clone is deleted",))

    def give_up(self, look: Look, reason: str, *, asking: bool) -> Outcome:
        """Say on a pull request that it could not be weighed; nothing of it is weighed for that: it may end the program again.

        ``asking`` has its base asked whether what cannot be told may pass, which may end the program too: False after it did.
        """
        subject, beginning = look.subject, self._beginning(look)
        if subject.branch:
            return Outcome((f"not looked at: {reason}",))
        if subject.number:
            pull = look.forge.pull_request(subject.number)
            tip = look.forge.parting(pull.target, pull.head).tip if asking else ""
            occasion = self._occasion(look, pull.head, pull.base, tip)
        else:
            occasion = self._occasion(look, subject.head, subject.base)
        posting = self._failed(look, reason, occasion) if asking else _unasked(reason, occasion)
        return self._posted(look, beginning, posting, beginning.begun(occasion.head))

    def _pull_request(self, look: Look) -> Outcome:
        pull = look.forge.pull_request(look.subject.number)
        # A repository may have got another name since the delivery, under which alone it is cloned.
        name = pull.repository or look.subject.name
        subject = replace(look.subject, name=name)
        look = replace(look, subject=subject, forge=look.forge.named(name))
        beginning = self._beginning(look)
        if not pull.open:
            beginning.take_back()
            return self.end(subject)
        if look.head not in ("", pull.head) and look.attempt == 1:
            raise LaggingError
        parting = look.forge.parting(pull.target, pull.head)
        occasion = self._occasion(look, pull.head, parting.left, parting.tip)
        beginning.take_back(but=pull.head)
        begun = beginning.begin(pull.head)
        posting = self._weighed(look, occasion, lambda _: not pull.foreign)
        return self._posted(look, beginning, posting, begun)

    def _merge_group(self, look: Look) -> Outcome:
        """A group of a merge queue gets a check run, whatever happens: without one the queue would wait for its time-out."""
        subject = look.subject
        beginning = self._beginning(look)
        if look.ended:
            beginning.take_back()
            return self.end(subject)
        occasion = self._occasion(look, subject.head, subject.base)
        begun = beginning.begin(subject.head)
        try:
            posting = self._weighed(look, occasion, lambda clone: self._of_no_stranger(look, occasion, clone))
            return self._posted(look, beginning, posting, begun)
        finally:
            self.clones.delete(subject)

    def _beginning(self, look: Look) -> Beginning:
        return Beginning(self.register, look.forge.checks, look.subject, check_name(DEFAULT_KEY), self.clock)

    def _posted(self, look: Look, beginning: Beginning, posting: Posting, begun: int) -> Outcome:
        """What was written, in the check run that was begun where one was."""
        buttons = (button(posting.number),) if posting.number else ()
        try:
            return post(look.forge, replace(posting, check=replace(posting.check, buttons=buttons, begun=begun)))
        except (NotPermittedError, RefusedError):
            beginning.take_back(words=FAILED)
            raise

    def _of_no_stranger(self, look: Look, occasion: Occasion, clone: Path) -> bool:
        return of_no_stranger(look.forge, occasion, self.clones.parents(clone, occasion.head))

    def _weighed(self, look: Look, occasion: Occasion, believed: Callable[[Path], bool]) -> Posting:
        """What is to be posted; that it could not be weighed, where it could not."""
        try:
            commits = (occasion.base, occasion.head, occasion.rules)
            with self.clones.fetched(look.subject, look.token, commits, look.wanted) as clone:
                return self._found(look, occasion, clone, trusted=believed(clone))
        except (TooLargeError, WeighingError) as error:
            return self._failed(look, str(error), occasion)
        except CloneError as error:
            if look.attempt < AGAIN:
                raise
            return self._failed(look, str(error), occasion)

    def _failed(self, look: Look, reason: str, occasion: Occasion) -> Posting:
        """What is to be posted of a change that could not be weighed: red or grey, as the settings of its base have it."""
        try:
            with self.clones.fetched(look.subject, look.token, (occasion.rules,), look.wanted) as clone:
                return self.weigher.weigh(clone, Order(occasion, trusted=False, failure=reason), look.wanted)
        except (CloneError, WeighingError):
            return _unasked(reason, occasion)

    def _found(self, look: Look, occasion: Occasion, clone: Path, *, trusted: bool) -> Posting:
        """What is to be posted of a clone: in a queue, what was found of the same files before."""
        trees = [self.clones.tree(clone, commit) for commit in (occasion.base, occasion.head, occasion.rules)]
        key = _key(look.subject, str(trusted), *trees)
        reused = self._reused(key, occasion) if look.subject.base else None
        if reused is not None:
            return reused
        posting = self._accepted(look, clone, Order(occasion, trusted))
        # What somebody may accept is asked anew each time: they may take it back.
        if posting.approvers is None:
            self.register.keep(key, written(posting), self.clock())
        return posting

    def _accepted(self, look: Look, clone: Path, order: Order) -> Posting:
        """What is to be posted, with what somebody accepted of it: where that is to be asked, it is weighed once more."""
        posting, here = self.weigher.weigh(clone, order, look.wanted), order.occasion
        number = here.number or here.queued
        if posting.approvers is None or not number:
            return posting
        try:
            # What waits in a queue has a head and a base of the queue's; people saw those of the pull request.
            head, base = (here.head, here.base) if here.number else (look.forge.pull_request(number).head, "")
            found = signs(look.forge.approvals, Sought(number, head, base, posting.check.name), posting.approvers)
        except NotPermittedError as error:
            found = Signs((), (f"who accepted it could not be looked up: {error}",))
        given = found.found or found.doubts
        return self.weigher.weigh(clone, replace(order, signs=found), look.wanted) if given else posting

    def _reused(self, key: str, occasion: Occasion) -> Posting | None:
        """What was found of the same files before, as a check run for another commit."""
        kept = self.register.kept(key, self.clock() - REUSED)
        if kept is None:
            return None
        posting = TypeAdapter(Posting).validate_json(kept)
        return replace(posting, number=occasion.number, check=replace(posting.check, head=occasion.head), before="")

    def _occasion(self, look: Look, head: str, base: str, tip: str = "") -> Occasion:
        about, run = look.subject, look.number
        blob = f"{self.clones.server}/{about.name}/blob/{head}"
        return Occasion(KIND, self.api, about.name, about.number, head, base, blob, run=run, queued=about.queued, tip=tip)


def _unasked(reason: str, occasion: Occasion) -> Posting:
    """What is to be posted of a change that could not be weighed, and whose base cannot be asked either."""
    return draft_of_failure(reason, occasion, DEFAULT_KEY, CommentSettings())


def _key(subject: Subject, *parts: str) -> str:
    """The name of what comes of trees, and of whose settings hold, by this version."""
    named = "\0".join((str(subject.repository), version("weighbridge"), *parts))
    return hashlib.sha256(named.encode()).hexdigest()
