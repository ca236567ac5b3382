"""What a tool says of its failure is told without its log's marks, and the same each time."""

from __future__ import annotations

import pytest

from workloads.rendering.complaint import complaint

KLOG = 'E1126 17:45:45.072367   28784 run.go:72] "command failed" err="'
WAY = (
    "accumulating resources: accumulation err='accumulating resources from '../tree/overlays/prod': 'overlays/prod' must resolve to a "
    "file': recursed accumulation of path 'overlays/prod': "
)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (f'{KLOG}{WAY}resource with name wbe does not match"\n', "resource with name wbe does not match (in overlays/prod)"),
        (f"Error: {WAY}{WAY.replace('prod', 'base')}no such field", "no such field (in overlays/base)"),
        (f'{KLOG}no \\"x\\" in\\na.yaml"', 'no "x" in a.yaml'),
        ("2025/11/26 17:45:45 well-known\nError: bad patch\n", "bad patch"),
        ("2025-11-26T17:45:45.123Z bad patch", "bad patch"),
        ('time=2025-11-26T17:45:45.123+01:00 level=ERROR msg="bad"', 'msg="bad"'),
        (
            "walk.go:75: found symbolic link\nError: a/b.yaml:3: bad\n\nUse --debug flag to render out invalid YAML",
            "a/b.yaml:3: bad",
        ),
        ("Error: lstat /tmp/weighbridge-abcd1234/tree/a.yaml: no such file", "lstat a.yaml: no such file"),
        ("cannot read /private/tmp/weighbridge-abcd1234/values.yaml", "cannot read values.yaml"),
        ("evalsymlink failure on '/x/home/kustomize-12345/base'", "evalsymlink failure on 'base'"),
        ("panic: something\nelse", "panic: something else"),
        ("Error:", "Error:"),
        ("", ""),
    ],
)
def test_a_complaint_is_what_went_wrong(said: str, told: str) -> None:
    assert complaint(said, ("/tmp/weighbridge-abcd1234", "/private/tmp/weighbridge-abcd1234")) == told


def test_two_runs_of_one_failure_say_the_same() -> None:
    first = complaint(f'{KLOG}open /tmp/w-1/tree/a: bad"', ("/tmp/w-1",))
    later = 'E0101 00:00:00.000001 1 run.go:72] "command failed" err="open /tmp/w-2/tree/a: bad"'
    assert first == complaint(later, ("/tmp/w-2",)) == "open a: bad"


@pytest.mark.parametrize(
    "bad", ["time=" * 20_000, '"' * 64_000, '"\\' * 30_000, "recursed accumulation of path '" * 3_000, "/" * 64_000]
)
def test_a_long_hostile_complaint_is_read_at_once(bad: str) -> None:
    assert len(complaint(bad, ("/tmp/w",))) <= len(bad)
