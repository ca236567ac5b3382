"""A delivery is GitHub's if its body is signed by the secret that both know."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app.signature import signature, signed

SECRET = b"It's a Secret to Everybody"


def test_a_body_is_signed_as_github_s_own_example_is() -> None:
    # docs.github.com, validating webhook deliveries: testing the webhook payload validation
    expected = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    assert signature(b"Hello, World!", SECRET) == expected
    assert signed(b"Hello, World!", expected, [SECRET])


def test_while_a_secret_is_changed_both_hold() -> None:
    assert signed(b"{}", signature(b"{}", b"old"), [b"new", b"old"])
    assert not signed(b"{}", signature(b"{}", b"older"), [b"new", b"old"])


@pytest.mark.parametrize("given", ["", "sha256=", "sha1=7d38cdd689735b008b3c702edd92eea23791c5f6", "sha256=é", "x" * 10_000])
def test_what_is_no_signature_signs_nothing(given) -> None:
    assert not signed(b"Hello, World!", given, [SECRET])


def test_without_a_secret_nothing_is_signed() -> None:
    assert not signed(b"{}", signature(b"{}", b""), [])


@given(st.binary(max_size=50), st.integers(0, 49), st.integers(1, 255))
def test_a_changed_body_is_not_signed(body, place, change) -> None:
    told = signature(body, SECRET)
    changed = bytearray(body or b"\0")
    changed[place % len(changed)] ^= change
    assert not signed(bytes(changed), told, [SECRET])
