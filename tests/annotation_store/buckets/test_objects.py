import sys

import pytest
from obstore.exceptions import GenericError
from s3_server import KEY, SECRET

from annotation_store.buckets.objects import ObstoreObjects
from annotation_store.errors import NOT_NOW, StoreBusyError, StoreFullError, StoreUnavailableError
from matting_core.errors import MissingPackageError

SECRETS = (SECRET, KEY, "Debug", "?")


def test_of_two_who_create_an_object_one_does(objects):
    assert [objects.create("mark", data) for data in (b"one", b"two")] == [True, False]
    assert objects.get("mark") == b"one"


def test_what_is_not_there_is_no_error(objects):
    assert (objects.get("a"), objects.look("a"), objects.chunks("a"), objects.copy("a", "b")) == (
        None,
        None,
        None,
        False,
    )
    objects.delete("a")
    assert list(objects.listing("")) == []


def test_a_bucket_that_is_not_there_is_told_without_secrets(s3):
    nowhere = ObstoreObjects("s3://nowhere/studio")
    uses = (
        lambda: nowhere.get("a"),
        lambda: nowhere.put("a", b""),
        lambda: nowhere.copy("a", "b"),
        lambda: next(nowhere.listing("")),
    )
    for use in uses:
        with pytest.raises(StoreUnavailableError, match=r"s3://nowhere/studio cannot be used.*404") as refused:
            use()
        assert refused.value.__suppress_context__
        assert not [secret for secret in SECRETS if secret in str(refused.value)]


def test_a_server_that_does_not_answer_is_told_soon(s3, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(StoreUnavailableError, match=r"cannot be used .*can be reached"):
        ObstoreObjects(s3).get("a")


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ("503 Service Unavailable: <Code>SlowDown</Code>", StoreBusyError),
        ("status code: 507: <Code>XMinioStorageFull</Code>", StoreFullError),
        ("403 Forbidden", StoreUnavailableError),
    ],
)
def test_what_may_pass_is_told_apart(in_memory, monkeypatch, told, kind):
    def fail(*_arguments):
        raise GenericError(told)

    monkeypatch.setattr("obstore.put", fail)
    with pytest.raises(NOT_NOW) as refused:
        in_memory.put("a", b"")
    assert type(refused.value) is kind


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("ftp://host/folder", "write s3://"),
        ("folder", "write s3://"),
        ("s3://[", "write s3://"),
        ("file:///tmp/blobs", "leave the setting empty"),
        ("s3://key:secret@bucket/folder", "leave them out"),
        ("az://container/folder?sig=secret", "leave them out"),
    ],
)
def test_an_address_that_cannot_be_one_is_refused_in_words(address, words):
    with pytest.raises(StoreUnavailableError, match=words) as refused:
        ObstoreObjects(address)
    assert "secret" not in str(refused.value)


def test_without_obstore_its_package_is_missed_in_words(monkeypatch):
    monkeypatch.setitem(sys.modules, "obstore", None)
    with pytest.raises(MissingPackageError, match=r"pip install -r requirements-extra\.txt"):
        ObstoreObjects("s3://bucket/folder")
