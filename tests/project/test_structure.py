"""The project keeps the structure it promises."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONFIGURATION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = CONFIGURATION["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]


def test_imports_point_one_way() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    result = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_the_import_contract_and_the_type_checker_cover_every_package() -> None:
    assert CONFIGURATION["tool"]["importlinter"]["root_packages"] == PACKAGES
    assert CONFIGURATION["tool"]["mypy"]["packages"] == PACKAGES


def test_every_top_level_package_is_listed() -> None:
    found = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"benchmarks"}
    assert found == set(PACKAGES)


@pytest.mark.parametrize("package", PACKAGES)
def test_no_installed_distribution_shadows_a_package(package: str) -> None:
    owners = set(packages_distributions().get(package, ())) - {"weighbridge"}
    assert not owners, f"{package} is also a package of {owners}: import would be a matter of luck"


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_is_imported_from_this_project(package: str) -> None:
    module = __import__(package)
    assert Path(str(module.__file__)).parent == ROOT / package


def test_package_initialisers_hold_no_code() -> None:
    for path in ROOT.glob("*/**/__init__.py"):
        if ".venv" not in path.parts:
            assert len(path.read_text(encoding="utf-8").splitlines()) <= 1, f"{path} holds more than its docstring"


def test_actions_are_pinned_by_digest() -> None:
    workflows = [*(ROOT / ".github" / "workflows").glob("*.yml")]
    actions = [action for each in workflows for action in re.findall(r"uses: (\S+)", each.read_text(encoding="utf-8"))]
    assert actions
    assert [action for action in actions if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action)] == []


def test_every_locked_requirement_has_a_hash() -> None:
    for lock in ROOT.glob("requirements*.lock"):
        for requirement in re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8").strip()):
            assert "--hash=sha256:" in requirement, f"{lock.name}: {requirement}"


def test_the_locks_hold_every_dependency() -> None:
    locked = (ROOT / "requirements.lock").read_text(encoding="utf-8").lower()
    for dependency in CONFIGURATION["project"]["dependencies"]:
        name = re.split(r"[><=~!]", dependency)[0]
        assert re.search(rf"^{re.escape(name)}==", locked, re.MULTILINE), f"{name} is not locked: run make lock"
