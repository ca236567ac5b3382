"""The price book as a file: any names asked of it, threads, forks, and what it says when it is broken."""

import multiprocessing
import shutil
import sqlite3
import threading
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pricing.book import PriceBook
from pricing.rate import Location
from pricing.sources.book import EMBEDDED, BookError, open_book
from pricing.sources.connection import SCHEMA_VERSION

VIRGINIA = Location("aws", "us-east-1")


@pytest.fixture(scope="module")
def book() -> PriceBook:
    return open_book()


@pytest.mark.parametrize("name", ["x" * 10_000, "m5.largé", "\ud800", "m5\x00large", "%", "'; DROP TABLE machine --"])
def test_names_from_manifests_may_hold_anything(book, name):
    place = Location(name, name)
    assert book.machine(VIRGINIA, name) is None
    assert book.machine(place, "m5.large") is None
    assert book.machines(place) == ()
    assert book.machines_with(VIRGINIA, name) == ()
    assert book.compute_rates(VIRGINIA, name) is None
    assert book.storage(VIRGINIA, name, {name: name}, Decimal(1)) is None
    assert book.network(VIRGINIA, name) is None
    assert book.regions_of_machine("aws", name) == ()
    assert book.mig_profile("H100", name) is None


@settings(max_examples=60)
@given(st.text(max_size=40), st.text(max_size=40))
def test_no_name_is_an_error(cloud, name):
    book = open_book()
    assert book.machine(Location(cloud, name), name) is None
    assert book.storage(VIRGINIA, "ebs.csi.aws.com", {"type": f"?{name}"}, Decimal(1)) is None


def test_a_repeated_question_is_answered_from_memory(book):
    assert book.machine(VIRGINIA, "c5.large") is book.machine(VIRGINIA, "c5.large")


def test_threads_share_a_book():
    book, found = open_book(), []

    def ask(region: str) -> None:
        found.extend(machine.on_demand.value for machine in book.machines_with(Location("aws", region), "L4"))

    threads = [threading.Thread(target=ask, args=(region,)) for region in book.regions("aws")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == sum(len(book.machines_with(Location("aws", region), "L4")) for region in book.regions("aws"))


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="this system cannot fork")
def test_a_forked_worker_reads_on():
    book = open_book()
    book.machine(VIRGINIA, "m5.large")
    answers = multiprocessing.get_context("fork").SimpleQueue()
    worker = multiprocessing.get_context("fork").Process(
        target=lambda: answers.put(str(book.machine(VIRGINIA, "m5.xlarge").on_demand.value))
    )
    worker.start()
    worker.join(30)
    assert answers.get() == "0.192"
    assert book.machine(VIRGINIA, "m5.2xlarge").on_demand.value == Decimal("0.384")


def test_a_book_opens_from_a_folder_that_cannot_be_written(tmp_path):
    copy = Path(shutil.copy(EMBEDDED, tmp_path / "prices with blank & mark?.sqlite"))
    copy.chmod(0o444)
    tmp_path.chmod(0o555)
    try:
        assert open_book(copy).machine(VIRGINIA, "m5.large").on_demand.value == Decimal("0.096")
    finally:
        tmp_path.chmod(0o755)
    assert [path.name for path in tmp_path.iterdir()] == [copy.name]


def changed(path: Path, statement: str) -> Path:
    connection = sqlite3.connect(shutil.copy(EMBEDDED, path))
    connection.executescript(statement)
    connection.close()
    return path


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: path, "no such file"),
        (lambda path: path.mkdir() or path, "is no plain file"),
        (lambda path: path.touch() or path, "not a price book"),
        (lambda path: path.write_text("prices: none\n" * 500) and path, "no SQLite file, so no price book"),
        (lambda path: path.write_bytes(EMBEDDED.read_bytes()[:100_000]) and path, "cut short"),
        (lambda path: path.write_bytes(EMBEDDED.read_bytes()[:50]) and path, "cut short or damaged"),
        (lambda path: changed(path, "PRAGMA application_id = 1"), "not a price book"),
        (
            lambda path: changed(path, "PRAGMA user_version = 99"),
            f"schema version 99, this program reads version {SCHEMA_VERSION}",
        ),
        (lambda path: changed(path, "DROP TABLE source"), "cannot be read: no such table: source"),
    ],
)
def test_a_broken_book_is_refused_in_words(tmp_path, make, words):
    path = make(tmp_path / "prices.sqlite")
    with pytest.raises(BookError, match=words) as refusal:
        open_book(path)
    assert str(path) in str(refusal.value)


def test_damage_found_later_is_said_in_words_too(tmp_path):
    book = open_book(changed(tmp_path / "prices.sqlite", "DROP TABLE network"))
    with pytest.raises(BookError, match="no such table: network"):
        book.network(VIRGINIA, "public-ipv4")


def test_a_page_of_rubbish_is_an_error_and_not_a_price(tmp_path):
    path = tmp_path / "prices.sqlite"
    whole = bytearray(EMBEDDED.read_bytes())
    whole[4096 * 20 : 4096 * 600] = b"\xff" * 4096 * 580
    path.write_bytes(whole)
    with pytest.raises(BookError):
        [open_book(path).machines(Location("aws", region)) for region in open_book().regions("aws")]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE machine_type SET cpu = 'two' WHERE name = 'm5.large'",
        "UPDATE machine SET spot_source = 9999",
        "UPDATE machine SET on_demand = 'free'",
        "UPDATE source SET confidence = 'perhaps'",
    ],
)
def test_values_that_no_book_holds_are_damage(tmp_path, statement):
    path = changed(tmp_path / "prices.sqlite", statement)
    with pytest.raises(BookError, match="damaged"):
        open_book(path).machine(VIRGINIA, "m5.large")
