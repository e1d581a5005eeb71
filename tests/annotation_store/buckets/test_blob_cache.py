import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from annotation_store.blobs import digest_of
from annotation_store.buckets.blob_cache import BlobCache


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file() and path.name != ".lock"]


def keep(cache, data):
    cache.keep(digest_of(data), data)
    return digest_of(data)


@pytest.fixture
def cache(tmp_path):
    return BlobCache(tmp_path / "cache", room=1000)


def test_a_copy_comes_back(cache, tmp_path):
    assert cache.get(digest_of(b"photo")) is None
    assert cache.get(keep(cache, b"photo")) == b"photo"
    assert len(files(tmp_path)) == 1


def test_a_spoilt_copy_is_none_and_makes_way(cache, tmp_path):
    digest = keep(cache, b"photo")
    files(tmp_path)[0].write_bytes(b"rotten")
    assert cache.get(digest) is None
    assert files(tmp_path) == []


def test_those_that_were_not_read_for_longest_make_way(cache, tmp_path):
    digests = [keep(cache, b"%048d" % number) for number in range(19)]
    for age, path in enumerate(files(tmp_path)):
        os.utime(path, (age, age))
    oldest = min(files(tmp_path), key=lambda path: path.stat().st_mtime).name
    assert cache.get(oldest) is not None
    for number in range(100, 110):
        keep(cache, b"%048d" % number)
    assert sum(path.stat().st_size for path in files(tmp_path)) <= 1000
    assert cache.get(oldest) is not None
    assert sum(cache.get(digest) is None for digest in digests) >= 9


def size_of(folder):
    return sum(path.stat().st_size for path in files(folder))


def test_many_at_once_stay_within_the_room(tmp_path):
    caches = [BlobCache(tmp_path / "cache", room=20_000) for _ in range(4)]

    def work(number):
        data = b"%0400d" % (number % 120)
        digest = keep(caches[number % 4], data)
        assert caches[(number + 1) % 4].get(digest) in (data, None)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(600)))
    # each of the four has its slack, and who found somebody else looking has not looked: each thread may be one ahead
    assert size_of(tmp_path) <= 20_000 * 1.2 + 8 * 400
    for number in range(1000, 1004):  # more than one slack, alone: now it is looked, and all is well
        keep(caches[0], b"%0400d" % number)
    assert size_of(tmp_path) <= 20_000


def test_what_would_take_much_of_the_room_is_not_kept(cache, tmp_path):
    keep(cache, bytes(51))
    keep(BlobCache(tmp_path / "none", room=0), b"")
    assert files(tmp_path) == []


def test_a_disk_without_room_costs_the_copy_and_nothing_else(cache, tmp_path, monkeypatch):
    def fail(_path, _data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", fail)
    assert cache.get(keep(cache, b"photo")) is None
    assert files(tmp_path) == []
