"""What was rendered is kept by content, in a folder that does not grow, and that any number of runs may use."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from workloads.sources.render_cache import RenderCache, key


def test_what_was_put_is_got(tmp_path: Path) -> None:
    cache = RenderCache(tmp_path / "renders")
    assert cache.get("a") is None
    cache.put("a", b"kind: Pod")
    assert cache.get("a") == b"kind: Pod"


def test_what_was_not_used_for_longest_goes_first(tmp_path: Path) -> None:
    cache = RenderCache(tmp_path, largest=200)
    for number, name in enumerate("abc"):
        cache.put(name, b"x" * 10)
        if (tmp_path / f"{name}.yaml").exists():
            os.utime(tmp_path / f"{name}.yaml", ns=(number, number))
    cache.put("d", b"x" * 10)
    assert cache.get("a") is None
    assert cache.get("d") is not None
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 200


@pytest.mark.parametrize(
    "left", [b"", b"kind: Pod", b"kind: Pod\n", bytes(64) + b"\nkind: Pod"], ids=["cut", "bare", "line", "forged"]
)
def test_an_entry_that_is_no_longer_what_was_put_is_as_none_and_is_put_anew(tmp_path: Path, left: bytes) -> None:
    cache = RenderCache(tmp_path)
    cache.put("a", b"kind: Deployment")
    (tmp_path / "a.yaml").write_bytes(left)
    assert cache.get("a") is None
    cache.put("a", b"kind: Deployment")
    assert cache.get("a") == b"kind: Deployment"


def test_an_entry_that_was_cut_short_is_as_none(tmp_path: Path) -> None:
    cache = RenderCache(tmp_path)
    cache.put("a", b"kind: Deployment")
    whole = (tmp_path / "a.yaml").read_bytes()
    for length in range(len(whole)):
        (tmp_path / "a.yaml").write_bytes(whole[:length])
        assert cache.get("a") is None


def test_what_is_larger_than_all_of_it_is_not_kept(tmp_path: Path) -> None:
    RenderCache(tmp_path, largest=5).put("a", b"123456")
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_as_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = RenderCache(tmp_path / "file" / "renders")
    cache.put("a", b"x")
    assert cache.get("a") is None
    assert RenderCache(None).get("a") is None


def test_several_runs_never_see_half_an_entry(tmp_path: Path) -> None:
    texts = [bytes([65 + number]) * 50_000 for number in range(4)]
    seen: set[bytes] = set()

    def work(text: bytes) -> None:
        cache = RenderCache(tmp_path)
        for _ in range(20):
            cache.put("same", text)
            seen.add(cache.get("same") or b"")

    threads = [threading.Thread(target=work, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen <= set(texts)


def test_keys_differ_wherever_a_part_does() -> None:
    assert len({key(parts) for parts in (["ab", "c"], ["a", "bc"], ["abc"], ["ab", "c", ""], ["c", "ab"])}) == 5
