"""Everything that a GitHub App needs around it: GitHub, its Git, a state folder; and the App, driven without waiting."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from app_key import private_key
from git_server import GitServer, Origin, git, serving_git
from github_stand_in import payloads
from github_stand_in.server import GitHub, serving
from github_stand_in.world import EVERYTHING, Comment, Grant, PullRequest, User
from manifest_texts import deployment, namespace

from bot.app.assembly import application, assemble, open_queue, open_register, process
from bot.app.dispatch import Dispatcher
from bot.app.settings import AppSettings
from bot.app.weighing import Order, Weigher
from bot.draft import draft_of_failure
from bot.lifecycle import Wanted
from bot.marker import Marker
from bot.posting import Posting
from forge.check_run import CheckRun, Conclusion
from workloads.settings.comment import CommentSettings

SECRET = b"a secret of the webhook's"
BOT = User(77, "weighbridge[bot]", "Bot")
BASE = {"app.yaml": namespace("shop") + deployment("web", replicas=2)}
NUMBER = 482


def web(replicas: int) -> dict[str, str | None]:
    """The base's workload with another number of replicas."""
    return {"app.yaml": namespace("shop") + deployment("web", replicas=replicas)}


class Quick:
    """Weighs without weighing: counts the replicas that both sides state. For what is not about figures."""

    def weigh(self, clone: Path, order: Order, wanted: Callable[[], bool]) -> Posting:  # noqa: ARG002 - as all weighers
        here = order.occasion
        if order.failure:
            return draft_of_failure(order.failure, here, "default", CommentSettings())
        before, after = (_replicas(git(clone, "show", f"{commit}:app.yaml")) for commit in (here.base, here.head))
        marker = Marker(head=here.head, base=here.base, run=here.run, pull=here.number)
        title = f"Cost: {after - before:+d} pods" if after != before else "Cost: no change"
        body = f"### {title}\n\nOf `web`.\n\n<sub>`{here.head[:7]}`</sub>\n{marker.line}\n"
        check = CheckRun("weighbridge", here.head, Conclusion.SUCCESS, title, body)
        return Posting(here.number, Wanted(body, after != before, after == before), check)


def _replicas(text: str) -> int:
    return int(text.split("replicas: ")[1].split(maxsplit=1)[0])


QUICK = Quick()


@dataclass
class AppWorld:
    """GitHub with a repository and a pull request, and the App's parts on a state folder."""

    github: GitHub
    git: GitServer
    origin: Origin
    settings: AppSettings
    base: str = ""
    answers: list[tuple[int, object]] = field(default_factory=list)

    def open(self, files: dict[str, str | None], number: int = NUMBER, owner: str = "acme", **more: object) -> PullRequest:
        """Open a pull request with one commit."""
        head = self.origin.commit(f"feature-{number}", files, start=self.base)
        pull = PullRequest(number, head, f"feature-{number}", self.base, commits=[head], head_owner=owner, **more)  # type: ignore[arg-type]
        self.github.world.platform.pulls[number] = pull
        return pull

    def push(self, pull: PullRequest, files: dict[str, str | None]) -> str:
        """Push one more commit."""
        pull.head = self.origin.commit(pull.branch, files)
        pull.commits.append(pull.head)
        return pull.head

    def deliver(self, event: str, payload: object, delivery: str = "", secret: bytes = SECRET) -> int:
        """Have GitHub deliver something, and return the status of the answer."""
        body, headers = payloads.delivered(event, payload, secret, delivery or str(uuid.uuid4()))
        answer = application(self.settings).test_client().post("/github", data=body, headers=dict(headers))
        self.answers.append((answer.status_code, answer.get_json()))
        return answer.status_code

    def tell(self, action: str, pull: PullRequest, delivery: str = "", **more: object) -> int:
        """Have GitHub tell of a pull request."""
        told = payloads.pull_request(action, pull, **more)
        # No two are alike: each has the moment of what happened.
        told["updated"] = len(self.answers)
        return self.deliver("pull_request", told, delivery)

    def dispatcher(self, weigher: Weigher = QUICK) -> Dispatcher:
        """The working half, as a new process would have it."""
        return assemble(self.settings, open_register(self.settings), open_queue(self.settings), weigher)

    def really(self, *command: str) -> Dispatcher:
        """The working half that weighs in a process: by the command of the App's own, or by another."""
        return self.dispatcher(process(replace(self.settings, command=command or self.settings.command)))

    def work(self, dispatcher: Dispatcher | None = None) -> None:
        """Do all that is due, as the consumer would."""
        dispatcher = dispatcher or self.dispatcher()
        for _ in range(20):
            due = dispatcher.register.due(dispatcher.clock())
            if not due:
                return
            dispatcher.look(due[0].repository)
        raise AssertionError(f"still due: {due}")

    def work_on(self, dispatcher: Dispatcher | None = None) -> None:
        """Do all that is owed, as if every wait were over."""
        dispatcher = dispatcher or self.dispatcher()
        for round_ in range(12):
            later = replace(dispatcher, clock=lambda round_=round_: 4e9 + round_)
            for subject in later.register.due(later.clock()):
                later.look(subject.repository)

    def shown(self, number: int = NUMBER) -> list[Comment]:
        """The App's comments that are not minimised."""
        return self.github.world.platform.shown(number, BOT)

    def checks(self, sha: str) -> list[str]:
        """The conclusions of the check runs on a commit, the newest first."""
        return [str(check.conclusion) for check in self.github.world.platform.checks_on(sha)]

    def standing(self) -> dict[str, list[str]]:
        """How far the check runs on each commit are, the newest first."""
        platform = self.github.world.platform
        commits = dict.fromkeys(check.head for check in platform.checks.values())
        return {commit: [check.status for check in platform.checks_on(commit)] for commit in commits}

    def clones(self) -> list[str]:
        """The clones that there are, by repository and pull request."""
        return sorted(str(path.relative_to(self.settings.clones)) for path in self.settings.clones.glob("*/*"))


@contextmanager
def app_world(folder: Path, prefix: str = "", **more: object) -> Iterator[AppWorld]:
    """A world in a folder."""
    github = GitHub(prefix)
    # What the manifest asks for, and no more.
    permissions = {"pull_requests": "write", "checks": "write", "contents": "read", "members": "read"}
    github.world.installations[payloads.INSTALLATION] = Grant(BOT, {**dict.fromkeys(EVERYTHING, ""), **permissions})
    server = GitServer(folder / "git", lambda token: token in github.world.tokens)
    with serving(github), serving_git(server):
        command = (sys.executable, "-P", "-m", "weighbridge.pull_request.weighing_process")
        state = folder / "state"
        state.mkdir()
        settings = AppSettings(
            15368, private_key(), (SECRET,), state, f"sqlite://{state / 'queue.sqlite'}", github.url, server.url, command
        )
        world = AppWorld(github, server, server.origin("acme/platform"), replace(settings, **more))  # type: ignore[arg-type]
        world.base = world.origin.commit("main", dict(BASE))
        yield world
