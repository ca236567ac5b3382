"""The page in a real browser: it asks nobody for anything, fits a telephone, sorts, prints whole, and runs no script of a name."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Browser, browsing, chromium
from manifest_texts import deployment, gpu_job, namespace, stateful_set

from bot.page.page import page
from policies.documents.starter import starter

pytestmark = pytest.mark.e2e
HOSTILE = "<img src=https://evil.example/x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
BEFORE = namespace("shop") + stateful_set("db", "100Gi") + deployment("api", maximum=6)
AFTER = (
    namespace("shop")
    + stateful_set("db", "500Gi")
    + deployment("api", maximum=12)
    + gpu_job("train")
    + deployment(json.dumps(HOSTILE), team="")
    + deployment("a-name-that-is-as-long-as-kubernetes-lets-any-be-" * 4, replicas=40)
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if chromium() is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("Chromium is not on the PATH (Debian: apt install chromium)")
    with browsing() as found:
        yield found


@pytest.fixture
def address(reported, tmp_path: Path) -> str:
    file = tmp_path / "page.html"
    file.write_text(page(reported(BEFORE, AFTER, starter())), encoding="utf-8")
    return file.as_uri()


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [360, 1280])
def test_it_fits_asks_nobody_and_complains_of_nothing(
    width: int, dark: bool, scripts: bool, browser: Browser, address: str
) -> None:
    browser.show(address, width, dark=dark, scripts=scripts)
    assert [each["request"]["url"] for each in browser.told("Network.requestWillBeSent")] == [address]
    for complaint in ("Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled"):
        assert not browser.told(complaint)
    assert browser.value("document.documentElement.scrollWidth") <= width
    assert browser.value("document.title").startswith("Cost: +$")
    # The paper is light or dark as the reader's system is: the first channel tells.
    paper = browser.value("getComputedStyle(document.body).backgroundColor")
    assert (int(paper.removeprefix("rgb(").partition(",")[0]) < 128) == dark


def test_every_bar_is_seen(browser: Browser, address: str) -> None:
    browser.show(address, 360)
    widths = json.loads(
        browser.value("JSON.stringify([...document.querySelectorAll('rect')].map(r => r.getBoundingClientRect().width))")
    )
    assert max(widths) > 200
    shown = browser.value("[...document.querySelectorAll('.chart svg')].every(s => s.getBoundingClientRect().height > 8)")
    assert shown is True


def test_a_column_sorts_both_ways_by_amount_and_by_name(browser: Browser, address: str) -> None:
    browser.show(address, 1280)
    names = "[...document.querySelectorAll('table.sorts thead th')].map(h => h.textContent)"
    cells = "[...document.querySelectorAll('table.sorts tbody tr')].map(r => r.cells[{place}].dataset.value ?? r.cells[{place}].textContent)"
    heads = browser.value(f"JSON.stringify({names})")
    for name, key in (("After", float), ("Workload", str.lower)):
        place = json.loads(heads).index(name)
        for down in (True, False):
            browser.value(f"document.querySelectorAll('table.sorts th button')[{place}].click()")
            found = json.loads(browser.value(f"JSON.stringify({cells.format(place=place)})"))
            direction = browser.value(f"document.querySelectorAll('table.sorts th')[{place}].getAttribute('aria-sort')")
            assert direction == ("descending" if down else "ascending")
            if key is float:
                assert [float(each) for each in found] == sorted(map(float, found), reverse=down)
            else:
                assert found[0] != found[-1]


def test_it_prints_with_what_is_folded_away(browser: Browser, address: str) -> None:
    browser.show(address, 1280)
    height = "document.querySelector('details table').getBoundingClientRect().height"
    assert not browser.value("document.querySelector('details').open")
    browser.do("Emulation.setEmulatedMedia", media="print")
    assert browser.value(height) > 20
    browser.do("Emulation.setEmulatedMedia", media="")


def test_a_table_is_reached_and_sorted_by_keyboard(browser: Browser, address: str) -> None:
    browser.show(address, 1280)
    browser.value("document.querySelector('table.sorts th button').focus()")
    for kind in ("keyDown", "keyUp"):
        browser.do("Input.dispatchKeyEvent", type=kind, key="Enter", code="Enter", windowsVirtualKeyCode=13, text="\r")
    assert browser.value("document.querySelector('table.sorts th').getAttribute('aria-sort')") == "descending"
