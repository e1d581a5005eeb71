"""Against a server that speaks S3, in this process, and a store of files."""

import obstore
import pytest
from obstore.store import from_url
from s3_server import KEY, SECRET

from annotation_store.blobs import digest_of
from annotation_store.errors import InvalidExportError, StoreUnavailableError
from annotation_store.exports.destinations import object_store
from annotation_store.exports.destinations.ledger import LEDGER
from annotation_store.exports.destinations.object_store import ObjectStoreDestination
from matting_core.errors import MissingPackageError

FILES = {"alpha/a.png": b"a" * 1000, "夏/b c%2E#1.png": b"b", "manifest.json": b"{}"}
LARGE = 11 << 20  # obstore puts more than 5 MiB in parts


@pytest.fixture
def files_of_a_folder(tmp_path) -> str:
    (tmp_path / "store").mkdir()
    return (tmp_path / "store").as_uri()


@pytest.fixture(params=["s3", "files_of_a_folder"])
def where(request) -> str:
    return request.getfixturevalue(request.param)


def filled(where, files=FILES, mark="mark"):
    destination = ObjectStoreDestination(where)
    there = destination.begin(mark)
    for path, data in files.items():
        destination.put(path, data)
    destination.finish()
    return there


def seen(where):
    store = from_url(where)
    paths = [object_["path"] for some in obstore.list(store) for object_ in some]
    return {path: bytes(obstore.get(store, path).bytes()) for path in paths if path != LEDGER}


def digests(files):
    return {path: digest_of(data) for path, data in files.items()}


def test_files_lie_where_they_were_put(where):
    assert filled(where) == {}
    assert seen(where) == FILES


def test_a_large_file_comes_over_in_parts(s3):
    filled(s3, {"shard.tar": bytes(LARGE)})
    (shard,) = (object_ for some in obstore.list(from_url(s3)) for object_ in some if object_["path"] != LEDGER)
    assert shard["size"] == LARGE
    assert shard["e_tag"].endswith('-3"')  # of how many parts it is
    assert ObjectStoreDestination(s3).begin("mark") == digests({"shard.tar": bytes(LARGE)})


def test_the_same_export_finds_what_is_there(where):
    filled(where)
    assert filled(where, {"z": b"z"}) == digests(FILES)
    assert ObjectStoreDestination(where).begin("mark") == digests({**FILES, "z": b"z"})


def test_what_was_changed_or_lost_since_is_not_relied_on(where):
    filled(where)
    obstore.put(from_url(where), "alpha/a.png", b"x" * 1000)
    obstore.delete(from_url(where), "manifest.json")
    assert filled(where) == digests({"夏/b c%2E#1.png": b"b"})
    assert seen(where) == FILES


def test_an_export_that_was_given_up_goes_on_where_it_was(where):
    destination = ObjectStoreDestination(where)
    destination.begin("mark")
    destination.put("a", b"1")
    destination.give_up()
    assert ObjectStoreDestination(where).begin("mark") == digests({"a": b"1"})


def test_after_a_kill_little_is_put_once_more(where, monkeypatch):
    monkeypatch.setattr(object_store, "NOTED_AFTER", 3)
    destination = ObjectStoreDestination(where)
    destination.begin("mark")
    files = {f"{number}": b"%d" % number for number in range(8)}
    for path, data in files.items():
        destination.put(path, data)
    assert list(ObjectStoreDestination(where).begin("mark")) == list("012345")


def test_another_export_or_files_of_a_person_are_left_alone(where):
    obstore.put(from_url(where), "letter.txt", b"dear")
    with pytest.raises(InvalidExportError, match="of no export"):
        filled(where)
    obstore.delete(from_url(where), "letter.txt")
    filled(where)
    with pytest.raises(InvalidExportError, match="Another export"):
        filled(where, {"a": b"other"}, mark="other mark")
    assert seen(where) == FILES


def test_nothing_secret_is_told_of_a_store_that_refuses(s3, monkeypatch):
    with pytest.raises(StoreUnavailableError, match=r"s3://nowhere/x cannot be written to .*404") as refused:
        ObjectStoreDestination("s3://nowhere/x").begin("mark")
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__
    for secret in (SECRET, KEY, "Debug", "?"):
        assert secret not in str(refused.value)
    destination = ObjectStoreDestination(s3)
    destination.begin("mark")
    monkeypatch.setattr(destination, "_store", from_url("s3://nowhere/x"))
    with pytest.raises(StoreUnavailableError, match="404"):
        destination.put("a", b"")
    destination.give_up()


def test_an_environment_that_says_too_little_is_told_in_words(monkeypatch):
    for name in ("AZURE_STORAGE_ACCOUNT_NAME", "AZURE_STORAGE_ACCOUNT"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(StoreUnavailableError, match=r"Account must be specified.*environment"):
        ObjectStoreDestination("az://container/folder")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("ftp://host/folder", "write s3://"),
        ("https://host/folder", "write s3://"),
        ("s3://key:secret@bucket/folder", "leave them out"),
        ("az://container/folder?sig=secret", "leave them out"),
        ("s3://bucket/folder#x", "leave them out"),
    ],
)
def test_an_address_that_cannot_be_one_is_refused_in_words(address, words):
    with pytest.raises(InvalidExportError, match=words) as refused:
        ObjectStoreDestination(address)
    assert "secret" not in str(refused.value)


def test_without_obstore_its_package_is_missed_in_words(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "obstore", None)
    with pytest.raises(MissingPackageError, match=r"pip install -r requirements-extra\.txt"):
        ObjectStoreDestination("s3://bucket/folder")
