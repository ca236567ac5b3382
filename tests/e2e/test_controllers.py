"""Objects of operators on a real API server: whoever weighbridge.yaml names as a kind's controller makes them, and nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from control_plane import free_port
from gated import Gated
from gating import gpus, pod, pod_spec
from registered_webhook import Webhook

pytestmark = pytest.mark.e2e

Body = dict[str, Any]
LARGE = pod_spec(gpus("64"))
OPERATOR = "system:serviceaccount:acme:operator"
CONFIGURATION = """version: 1
controllers:
  - {kind: Robot.acme.example, serviceAccount: "acme:operator"}
"""


@pytest.fixture(scope="module")
def policies(small: Path) -> Path:
    """Little is allowed."""
    return small


@pytest.fixture(scope="module")
def process(control_plane: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Webhook]:
    """A webhook that is told who makes robots' objects, by the weighbridge.yaml of the folder it is started in."""
    folder = tmp_path_factory.mktemp("webhook")
    (folder / "weighbridge.yaml").write_text(CONFIGURATION)
    webhook = Webhook(control_plane, folder, f"127.0.0.1:{free_port()}")
    yield webhook
    webhook.stop()


@pytest.fixture(scope="module")
def robot(gated: Gated, custom_kinds: None) -> Body:
    """A live object of a kind that nobody but its operator knows."""
    return _owner(gated, "acme.example/v1", "Robot")


def _owner(gated: Gated, api_version: str, kind: str) -> Body:
    gated.lets_in({"apiVersion": api_version, "kind": kind, "metadata": {"name": "owner"}, "spec": {"size": "huge"}})
    return gated.get(kind.lower(), "owner")


def _made(owner: Body, name: str, **other: str) -> Body:
    """A pod with 64 GPUs that names its owner."""
    reference = {"apiVersion": owner["apiVersion"], "kind": owner["kind"], "controller": True}
    reference |= {key: owner["metadata"][key] for key in ("name", "uid")} | other
    return pod(LARGE, name, ownerReferences=[reference])


def test_what_the_named_account_makes_of_a_live_owner_is_let_in_and_told(gated: Gated, robot: Body) -> None:
    told = gated.lets_in(_made(robot, "arm"), user=OPERATOR)
    assert "64 accelerators in a pod" in told
    assert f"made by Robot {gated.name}/owner" in told


@pytest.mark.parametrize("user", ["", "jane", "system:serviceaccount:shop:operator", "system:serviceaccount:acme:other"])
def test_e21_another_who_names_the_true_owner_is_kept_out(gated: Gated, robot: Body, user: str) -> None:
    assert "64 accelerators in a pod" in gated.keeps_out(_made(robot, "stowaway"), user=user)


def test_e21_the_named_account_is_kept_out_with_what_names_no_live_owner(gated: Gated, robot: Body) -> None:
    gated.keeps_out(_made(robot, "dangling", uid="11111111-1111-1111-1111-111111111111"), user=OPERATOR)
    gated.keeps_out(pod(LARGE, "bare"), user=OPERATOR)


def test_of_a_kind_that_is_not_named_any_service_account_may_be_the_controller(gated: Gated, custom_kinds: None) -> None:
    thing = _owner(gated, "argoproj.io/v1alpha1", "Thing")
    assert "64 accelerators in a pod" in gated.lets_in(_made(thing, "part"), user="system:serviceaccount:shop:operator")
    gated.keeps_out(_made(thing, "stowaway"), user="jane")
