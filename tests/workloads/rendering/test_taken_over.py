"""What the plan after a change takes over from the one before it is what it would have worked out itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from trees import MemoryTree

from workloads.rendering.plan import Directions, Plan
from workloads.settings.rendering import RenderEntry

FOLDERS = ("", "app", "app/deeper", "base", "parts", "charts/redis")
NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization", "web.yaml", "plugin.yaml", "linked", "Chart.yaml")
PATHS = [f"{folder}/{name}" if folder else name for folder in FOLDERS for name in NAMES]
# Files that stand where a folder may stand, and what is shown through a link to a folder.
PATHS += ["app/deeper", "parts", "base/linked/web.yaml"]
REFERENCES = [
    *("web.yaml", "plugin.yaml", "absent.yaml", "linked", "linked/web.yaml", ".", "..", "deeper", "../base", "../parts"),
    *("../app/deeper", "../base/web.yaml", "parts/web.yaml", "https://example.com/x", "github.com/acme", "../../../out"),
]
FIELDS = ("resources", "components", "transformers", "patchesStrategicMerge", "configurations")
OTHERS = [
    "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n",
    "apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: p}\npath: web.yaml\n",
    "apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: p}\npath: ../base\n",
    "apiVersion: acme.example/v1\nkind: Exec\nmetadata: {name: p}\n",
    "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps}\nspec: {path: ./apps}\n",
    "kind: Component\nresources: [web.yaml]\n",
    "helmCharts: [{name: redis}]\nhelmGlobals: {chartHome: ../charts}\n",
    "resources: [",
    "name: redis\nversion: 1.0.0\n",
    "-> ../base",
    "-> ../base/web.yaml",
    "-> ../../../out",
]
LISTED = st.lists(st.sampled_from(REFERENCES), max_size=3).map(lambda names: f"[{', '.join(names)}]")
KUSTOMIZATION = st.dictionaries(st.sampled_from(FIELDS), LISTED, max_size=3).map(
    lambda fields: "".join(f"{field}: {names}\n" for field, names in fields.items())
)
TEXT = st.one_of(KUSTOMIZATION, st.sampled_from(OTHERS))
STATE = st.dictionaries(st.sampled_from(PATHS), TEXT, max_size=16)
CHANGE = st.dictionaries(st.sampled_from(PATHS), st.one_of(TEXT, st.none()), max_size=4)


def _laid(files: dict[str, str | None]) -> MemoryTree:
    return MemoryTree({path: text for path, text in files.items() if text is not None})


def _told(plan: Plan) -> dict[str, object]:
    """Everything that a plan says of kustomizations and folders."""
    known = plan.kustomizations
    folders = sorted(plan.folders.names())
    return {
        "closures": {folder: known.closure(folder) for folder in FOLDERS if folder in known},
        "files": {folder: known.file(folder) for folder in FOLDERS if folder in known},
        "roots": [known.roots(scope) for scope in FOLDERS],
        "components": known.components(),
        "outermost": known.below(""),
        "linked": known.linked,
        "members": [(folder, sorted(plan.folders.members(folder)), sorted(plan.folders.every(folder))) for folder in folders],
        "renders": plan.kustomized,
        "owned": plan.owned,
    }


@given(STATE, CHANGE, st.booleans())
def test_a_plan_that_takes_over_what_it_can_says_what_one_says_that_takes_over_nothing(
    before: dict[str, str], change: dict[str, str | None], asked_first: bool
) -> None:
    ways, was, now = Directions(), _laid({**before}), _laid({**before, **change})
    earlier = Plan(was, ways)
    if asked_first:
        _told(earlier)
    assert _told(Plan(now, ways, earlier=earlier)) == _told(Plan(now, ways))


@given(STATE, CHANGE)
def test_it_does_so_also_where_not_the_same_files_are_looked_at(before: dict[str, str], change: dict[str, str | None]) -> None:
    was, now = _laid({**before}), _laid({**before, **change})
    earlier = Plan(was, Directions(ignored=lambda path: path.startswith("base/")))
    ways = Directions(ignored=lambda path: path.startswith("app/"), entries=(RenderEntry("app", "kustomize"),))
    assert _told(Plan(now, ways, earlier=earlier)) == _told(Plan(now, ways))


OBJECT = OTHERS[0]
PLUGIN = OTHERS[2]
BASE = {"base/kustomization.yaml": "resources: [web.yaml]\n", "base/web.yaml": OBJECT}
NEARBY: dict[str, tuple[str, dict[str, str], dict[str, str | None]]] = {
    "a file that goes": ("resources: [../parts/web.yaml]", {"parts/web.yaml": OBJECT}, {"parts/web.yaml": None}),
    "a file that comes": ("resources: [../parts/web.yaml]", {}, {"parts/web.yaml": OBJECT}),
    "a file that becomes a folder": ("resources: [../base]", {"base": OBJECT}, {"base": None, **BASE}),
    "a base that goes": ("resources: [../base]", BASE, {"base/kustomization.yaml": None}),
    "a base that comes": ("resources: [../base]", {"base/web.yaml": OBJECT}, BASE),
    "a base that is read otherwise": ("resources: [../base]", BASE, {"base/kustomization.yaml": "resources: [api.yaml]"}),
    "a folder of plugins that goes": ("transformers: [../base]", BASE, {"base/kustomization.yaml": None}),
    "what a plugin is": ("transformers: [../p/plugin.yaml]", {"p/plugin.yaml": PLUGIN}, {"p/plugin.yaml": OTHERS[3]}),
    "what a plugin reads": ("transformers: [../p/plugin.yaml]", {"p/plugin.yaml": PLUGIN, **BASE}, dict.fromkeys(BASE)),
    "what a link leads to": ("resources: [linked]", {"app/linked": "-> ../parts"}, {"parts/web.yaml": OBJECT}),
    "what has the name of an address": ("resources: [../acme.git]", {}, {"acme.git/kustomization.yaml": ""}),
    "a chart": ("helmCharts: [{name: redis}]\nhelmGlobals: {chartHome: ../charts}", {}, {"charts/redis/Chart.yaml": OTHERS[8]}),
}


@pytest.mark.parametrize(("text", "beside", "change"), NEARBY.values(), ids=NEARBY)
def test_what_stands_elsewhere_makes_the_difference_that_it_makes(
    text: str, beside: dict[str, str], change: dict[str, str | None]
) -> None:
    before = {"app/kustomization.yaml": text, **beside}
    earlier, now = Plan(_laid({**before}), Directions()), _laid({**before, **change})
    later = Plan(now, Directions(), earlier=earlier)
    assert _told(later) == _told(Plan(now, Directions()))
    assert _told(later) != _told(earlier)


def test_what_a_change_makes_no_difference_to_is_not_worked_out_again() -> None:
    app = {"app/kustomization.yaml": "resources: [../base]\n", **BASE}
    before = {**app, "other/kustomization.yaml": "resources: [a.yaml]", "other/a.yaml": OBJECT}
    earlier = Plan(MemoryTree(before), Directions())
    later = Plan(MemoryTree({**before, "base/web.yaml": OBJECT + "---\n"}), Directions(), earlier=earlier)
    assert later.folders is earlier.folders
    assert later.kustomizations.closure("other") is earlier.kustomizations.closure("other")
    assert later.kustomizations.closure("app") is not earlier.kustomizations.closure("app")
