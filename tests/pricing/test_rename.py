"""What is only renamed or moved is one workload that changes, where it runs the same images and is alike; else it is another."""

from __future__ import annotations

from decimal import Decimal

import pytest
from manifest_texts import deployment, stateful_set

from pricing.delta import Kind
from pricing.rename import MOST_PAIRS


def told(delta) -> dict[str, tuple[Kind, tuple[tuple[str, str, str], ...]]]:
    return {
        each.identity.name: (each.kind, tuple((field.what, field.before, field.after) for field in each.fields))
        for each in delta.workloads
    }


def other_image(text: str) -> str:
    return text.replace("registry.example/web:1", "registry.example/api:1")


def test_a_new_name_is_one_row_and_costs_nothing(weighed) -> None:
    delta = weighed(deployment("web"), deployment("shop-web")).delta
    assert told(delta) == {"shop-web": (Kind.CHANGED, (("name", "web", "shop-web"),))}
    assert delta.change.nothing


def test_another_namespace_is_a_move(weighed) -> None:
    delta = weighed(deployment("web"), deployment("web", space="store")).delta
    assert told(delta) == {"web": (Kind.CHANGED, (("namespace", "shop", "store"),))}


def test_a_rename_beside_a_change_of_size_is_priced_as_the_change(weighed) -> None:
    delta = weighed(deployment("web", replicas=2), deployment("shop-web", replicas=3)).delta
    assert told(delta) == {"shop-web": (Kind.CHANGED, (("name", "web", "shop-web"), ("replicas", "2", "3")))}
    # One pod more of 0.5 vCPU and 1 GiB: 730 x (0.5 x 0.029305 + 0.003719).
    assert delta.change.expected.quantize(Decimal("0.01")) == Decimal("13.41")


def test_a_new_tag_does_not_hide_a_rename(weighed) -> None:
    after = deployment("shop-web").replace("web:1", "web:2@sha256:00")
    assert told(weighed(deployment("web"), after).delta)["shop-web"][0] is Kind.CHANGED


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(deployment("web"), other_image(deployment("api")), id="another image"),
        pytest.param(deployment("web"), deployment("web").replace("kind: Deployment", "kind: DaemonSet"), id="another kind"),
        pytest.param(
            deployment("web"),
            deployment("api", replicas=9, cpu="3", memory="7Gi").replace("app: web", "tier: edge, zone: b, part: c"),
            id="little in common",
        ),
        pytest.param(stateful_set("db", "100Gi"), stateful_set("ledger", "100Gi"), id="volumes that stay behind"),
    ],
)
def test_what_is_another_workload_is_removed_and_new(before: str, after: str, weighed) -> None:
    kinds = [each.kind for each in weighed(before, after).delta.workloads]
    assert kinds == [Kind.ADDED, Kind.REMOVED]


def test_of_several_the_one_that_kept_its_name_is_the_one(weighed) -> None:
    before = deployment("web", replicas=2) + deployment("api", replicas=5)
    after = deployment("web", replicas=5, space="store") + deployment("api", replicas=2, space="store")
    fields = told(weighed(before, after).delta)
    assert fields["web"][1] == (("namespace", "shop", "store"), ("replicas", "2", "5"))
    assert fields["api"][1] == (("namespace", "shop", "store"), ("replicas", "5", "2"))


def test_each_is_known_again_once(weighed) -> None:
    delta = weighed(deployment("web"), deployment("web-a") + deployment("web-b")).delta
    assert sorted(each.kind for each in delta.workloads) == [Kind.ADDED, Kind.CHANGED]


def test_many_that_move_together_are_known_by_their_names(weighed) -> None:
    names = [f"w-{number}" for number in range(int(MOST_PAIRS**0.5) + 1)]
    delta = weighed("".join(map(deployment, names)), "".join(deployment(name, space="store") for name in names)).delta
    assert {each.kind for each in delta.workloads} == {Kind.CHANGED}
