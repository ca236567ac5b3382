"""Why a server did not answer is said without the classes of HTTP libraries."""

from __future__ import annotations

import socket
import ssl

import pytest
import urllib3

from workloads.sources.silence import silence


def test_a_refused_connection_is_called_that() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with pytest.raises(urllib3.exceptions.HTTPError) as caught:
        urllib3.PoolManager(retries=False).request("GET", f"http://127.0.0.1:{port}/")
    assert silence(caught.value) == "Connection refused"


def _untrusted() -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED]")
    error.verify_message = "self-signed certificate"
    return error


@pytest.mark.parametrize(
    ("inner", "words"),
    [
        (socket.gaierror(-2, "Name or service not known"), "no such host is known here"),
        (TimeoutError("timed out"), "no answer in time"),
        (_untrusted(), "its certificate is not trusted here (self-signed certificate)"),
        (ConnectionResetError(104, "Connection reset by peer"), "Connection reset by peer"),
    ],
)
def test_the_innermost_reason_counts_wherever_a_library_keeps_it(inner: Exception, words: str) -> None:
    by_argument = urllib3.exceptions.HTTPError("HTTPConnectionPool(host='x')", inner)
    by_reason = urllib3.exceptions.MaxRetryError(urllib3.HTTPConnectionPool("x"), "/", inner)
    by_cause = RuntimeError("failed")
    by_cause.__cause__ = by_reason
    assert {silence(each) for each in (inner, by_argument, by_reason, by_cause)} == {words}


def test_a_library_that_only_tells_of_a_timeout_is_understood() -> None:
    assert silence(urllib3.exceptions.ReadTimeoutError(urllib3.HTTPConnectionPool("x"), "/", "late")) == "no answer in time"


def test_an_error_without_words_is_named_by_its_kind() -> None:
    assert silence(urllib3.exceptions.HTTPError()) == "HTTPError"


def test_errors_that_hold_each_other_end() -> None:
    first, second = RuntimeError("a"), RuntimeError("b")
    first.__cause__, second.__cause__ = second, first
    assert silence(first) == "RuntimeError"
