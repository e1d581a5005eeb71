import hashlib
import math

import obstore
import pytest

from annotation_store.blobs import FileKind, digest_of
from annotation_store.buckets.blob_bucket import BlobBucket, place_key
from annotation_store.buckets.blob_cache import BlobCache
from annotation_store.errors import DamagedBlobError, InvalidDigestError, StoreUnavailableError

NEVER = hashlib.sha256(b"never stored").hexdigest()
LARGE = bytes(range(256)) * (45 << 10)  # obstore puts more than 5 MiB in parts


@pytest.mark.parametrize("data", [b"", b"photo", LARGE], ids=["empty", "small", "large"])
def test_a_blob_comes_back_under_its_hash(bucket, data):
    digest = bucket.put(data)
    assert digest == digest_of(data)
    assert bucket.get(digest) == data
    assert bucket.has(digest)
    assert bucket.size(digest) == len(data)
    assert b"".join(bucket.chunks(digest)) == data


def test_it_lies_where_a_folder_of_blobs_would_have_it(bucket):
    digest = bucket.put(b"photo")
    assert [seen.key for seen in bucket.objects.listing("")] == [f"blobs/{digest[:2]}/{digest[2:4]}/{digest}"]


def test_changed_bytes_are_noticed_and_mended_by_storing_them_again(bucket):
    digest = bucket.put(b"sound")
    bucket.objects.put(place_key(digest), b"rotten")
    with pytest.raises(DamagedBlobError, match="has changed in s3://"):
        bucket.get(digest)
    bucket.put(b"sound")
    assert bucket.get(digest) == b"sound"


def test_a_missing_blob_is_damage(bucket):
    assert not bucket.has(NEVER)
    assert bucket.size(NEVER) is None
    with pytest.raises(DamagedBlobError, match="missing from s3://"):
        bucket.get(NEVER)
    with pytest.raises(DamagedBlobError, match="missing from s3://"):
        list(bucket.chunks(NEVER))


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "\n"])
def test_no_other_text_becomes_a_key(bucket, name):
    for use in (
        bucket.get,
        bucket.has,
        bucket.size,
        bucket.set_aside,
        bucket.delete_aside,
        lambda n: [*bucket.chunks(n)],
    ):
        with pytest.raises(InvalidDigestError):
            use(name)


@pytest.mark.parametrize("ask", ["get", "has"])
def test_a_blob_that_was_set_aside_is_found_and_back_in_its_place(bucket, ask):
    digest = bucket.put(b"photo")
    bucket.set_aside(digest)
    assert list(bucket.in_place()) == []
    assert getattr(bucket, ask)(digest) in (b"photo", True)
    assert [file.name for file in bucket.in_place()] == [digest]


def test_looking_at_a_blob_that_was_set_aside_moves_nothing(bucket):
    digest = bucket.put(b"photo")
    bucket.set_aside(digest)
    assert (bucket.size(digest), b"".join(bucket.chunks(digest))) == (5, b"photo")
    assert list(bucket.in_place()) == []


def test_setting_aside_what_is_not_there_does_nothing(bucket):
    bucket.set_aside(NEVER)
    assert list(bucket.objects.listing("")) == []


def test_what_comes_is_stored_only_if_it_is_what_it_should_be(bucket):
    assert bucket.receive(digest_of(b"photo"), iter([b"pho", b"to"])) == 5
    with pytest.raises(DamagedBlobError):
        bucket.receive(NEVER, iter([b"rotten"]))
    assert [file.name for file in bucket.in_place()] == [digest_of(b"photo")]


def test_listings_tell_blobs_from_what_else_lies_there(bucket):
    digests = sorted(bucket.put(b"%d" % number) for number in range(5))
    bucket.set_aside(digests[1])
    bucket.set_aside(digests[2])
    bucket.objects.delete(f"unwanted/{digests[1]}.since")
    bucket.objects.put("blobs/notes.txt", b"whose?")
    bucket.objects.put("unwanted/notes.txt", b"whose?")
    in_place, aside = list(bucket.in_place()), list(bucket.aside())
    assert {file.name for file in in_place if file.kind is FileKind.BLOB} == {digests[0], *digests[3:]}
    assert {file.name: file.changed == math.inf for file in aside if file.kind is FileKind.BLOB} == {
        digests[1]: True,
        digests[2]: False,
    }
    strange = [file.name for file in (*in_place, *aside) if file.kind is FileKind.STRANGE]
    assert strange == ["blobs/notes.txt", "unwanted/notes.txt"]


def test_a_listing_has_all_pages(in_memory):
    for number in range(2500):
        obstore.put(in_memory._store, f"blobs/{number:04}", b"")
    assert [seen.key for seen in in_memory.listing("blobs")] == [f"blobs/{number:04}" for number in range(2500)]


def test_its_clock_is_not_ahead_of_what_is_stored_afterwards(bucket):
    before = bucket.now()
    bucket.put(b"photo")
    (file,) = bucket.in_place()
    assert file.changed >= before


def test_what_was_read_or_stored_once_is_not_asked_for_again(in_memory, tmp_path):
    bucket = BlobBucket(in_memory, BlobCache(tmp_path / "cache", room=1_000_000))
    stored = bucket.put(b"stored")
    in_memory.put(place_key(digest_of(b"read")), b"read")
    assert bucket.get(digest_of(b"read")) == b"read"
    for key in (place_key(stored), place_key(digest_of(b"read"))):
        in_memory.delete(key)
    assert (bucket.get(stored), bucket.get(digest_of(b"read"))) == (b"stored", b"read")
    assert not bucket.has(stored)  # which asks the place itself


def test_that_it_can_be_written_is_asked_now_and_then_and_told_at_once_if_not(bucket, monkeypatch):
    asked = []

    def refuse_the_first(key, _data):
        asked.append(key)
        if len(asked) == 1:
            raise StoreUnavailableError("away")

    monkeypatch.setattr(bucket.objects, "put", refuse_the_first)
    with pytest.raises(StoreUnavailableError):
        bucket.check_writable()
    for _ in range(3):
        bucket.check_writable()
    assert len(asked) == 2
