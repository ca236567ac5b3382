"""Every example in the documentation is run, and prints what the page says it prints.

In a ``console`` block, a line that begins with ``$ `` is a command and the lines after it are what it prints; ``…`` alone on a
line stands for any lines, inside a line for any text.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.whole

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
YAML = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]*)(#([^)\s]+))?[^)]*\)")
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def _examples() -> list[tuple[str, str]]:
    return [(f"{page.relative_to(ROOT)}:{number}", block) for page in PAGES for number, block in enumerate(_blocks(page), 1)]


def _blocks(page: Path) -> list[str]:
    return BLOCK.findall(page.read_text(encoding="utf-8"))


def _pattern(expected: str) -> re.Pattern[str]:
    """What an example prints, as a pattern."""
    lines = [r"(?:.*\n)*?" if line == "…" else re.escape(line).replace("…", ".*?") + r" *\n" for line in expected.splitlines()]
    return re.compile("".join(lines))


def _anchors(page: Path) -> set[str]:
    """The headings of a page, as links name them: small letters, digits and hyphens, numbered where there are several alike."""
    found: dict[str, int] = {}
    for heading in re.findall(r"^#+ (.+)$", FENCED.sub("", page.read_text(encoding="utf-8")), re.MULTILINE):
        name = re.sub(r"[^\w -]", "", heading.strip().lower()).replace(" ", "-")
        found[name] = found.get(name, 0) + 1
    return {f"{name}-{number}" if number else name for name, times in found.items() for number in range(times)}


@pytest.fixture
def workshop(tmp_path: Path) -> Path:
    """A folder with the project's examples, as a reader has them, and nothing else."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


@pytest.mark.parametrize(("name", "block"), _examples(), ids=[name for name, _ in _examples()])
def test_an_example_prints_what_the_page_says(name: str, block: str, workshop: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("WEIGHBRIDGE_")}
    environment |= {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "100"}
    # The pages were written while the prices of the book were new.
    environment |= {"PYTHONPATH": str(ROOT / "tests" / "support" / "frozen"), "FROZEN_AT": "2026-11-01"}
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, expected = part.partition("\n")
        result = subprocess.run(
            shlex.split(command, comments=True),
            cwd=workshop,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        printed = result.stdout + result.stderr
        assert _pattern(expected).fullmatch(printed), f"$ {command}\n{printed}"


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_a_link_leads_to_a_page_and_a_heading_that_are_there(page: Path) -> None:
    for target, _, anchor in LINK.findall(page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        linked = page.parent / target if target else page
        assert linked.exists(), f"{page.name} links to {target}"
        assert not anchor or anchor in _anchors(linked), f"{page.name} links to {target}#{anchor}"


def test_a_heading_is_linked_to_as_hosts_of_markdown_name_it(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# `prices`, and *what* they're worth\n\n```\n# no heading\n```\n## Twice\n## Twice\n", encoding="utf-8")
    assert _anchors(page) == {"prices-and-what-theyre-worth", "twice", "twice-1"}


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_yaml_on_a_page_is_a_valid_document_of_ours_or_of_kubernetes(page: Path) -> None:
    from policies.documents.loader import load
    from policies.exemptions.reader import load_exemptions
    from pricing.own.document import read_overlay
    from pricing.own.overlay import Overlay
    from workloads.settings.configuration import configure
    from workloads.text.reader import parse_document, read

    for block in YAML.findall(page.read_text(encoding="utf-8")):
        reading = read(block.encode(), page.name)
        assert not reading.problems
        policies = [manifest for manifest in reading.manifests if manifest.kind == "CostPolicy"]
        assert not load(policies).problems
        assert not load_exemptions(reading.manifests).problems
        value, _ = parse_document(block.encode(), page.name)
        if isinstance(value, dict) and {"version", "name", "date"} <= value.keys():
            assert isinstance(read_overlay(block.encode(), page.name), Overlay)
        elif isinstance(value, dict) and "version" in value:
            assert not configure(block.encode(), page.name).problems
