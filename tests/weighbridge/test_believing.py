"""No stranger's weighbridge.yaml holds: a change from elsewhere is weighed by the base's."""

from __future__ import annotations

import pytest

from bot.occasion import GITHUB, Occasion
from forge.protocol import Forge
from weighbridge.configuration.believing import believed
from weighbridge.reading import Configured


def _occasion(*, foreign: bool) -> Occasion:
    return Occasion(GITHUB, "", "acme/platform", 482, "1" * 40, "2" * 40, "", foreign=foreign)


def _nobody() -> Forge:
    raise AssertionError("no forge is asked about a pull request: the event tells")


@pytest.mark.parametrize(
    ("foreign", "of_base", "whose"),
    [
        (False, False, Configured.HERE),
        (False, True, Configured.BASE),
        (True, False, Configured.BASE),
        (True, True, Configured.BASE),
    ],
)
def test_a_strangers_configuration_never_holds(foreign: bool, of_base: bool, whose: Configured) -> None:
    assert believed(_occasion(foreign=foreign), _nobody, of_base=of_base) is whose


def test_that_the_base_s_holds_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    believed(_occasion(foreign=True), _nobody, of_base=False)
    assert "1111111 is not from this repository: weighbridge.yaml" in capsys.readouterr().err
