import json
from datetime import UTC, datetime

import pytest

from annotation_store.keeping.copying import FileMark
from annotation_store.keeping.keeping_errors import NotABackupError
from annotation_store.keeping.manifest import MANIFEST_FILE, BackupManifest, read_manifest, write_manifest

MANIFEST = BackupManifest(
    format=1,
    taken_at=datetime(2026, 11, 26, 3, 15, tzinfo=UTC),
    program_version="0.1.0",
    schema_revision="0004",
    engine="sqlite",
    studio="a" * 64,
    snapshot="snapshot-20261126-031500-000000",
    rows={"images": 2},
    files={"runs/0001/training.log": FileMark("b" * 64, 12)},
    blobs=7,
    blob_bytes=1234,
    missing=("c" * 64,),
)


def test_a_manifest_is_read_as_it_was_written(tmp_path):
    write_manifest(tmp_path, MANIFEST)
    assert read_manifest(tmp_path) == MANIFEST
    assert [path.name for path in tmp_path.iterdir()] == [MANIFEST_FILE]


def change(folder, **values):
    write_manifest(folder, MANIFEST)
    content = json.loads((folder / MANIFEST_FILE).read_text())
    (folder / MANIFEST_FILE).write_text(json.dumps(content | values))


@pytest.mark.parametrize("place", ["", "nowhere", "file"])
def test_a_folder_without_a_manifest_is_no_backup(tmp_path, place):
    (tmp_path / "file").write_text("")
    with pytest.raises(NotABackupError, match="no finished backup"):
        read_manifest(tmp_path / place)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 1}'])
def test_a_damaged_manifest_is_told_in_words(tmp_path, content):
    (tmp_path / MANIFEST_FILE).write_text(content)
    with pytest.raises(NotABackupError, match="is damaged, was made by a newer version"):
        read_manifest(tmp_path)


def test_a_newer_format_is_refused_by_the_version_that_wrote_it(tmp_path):
    change(tmp_path, format=2, program_version="9.0", something_new=1)
    with pytest.raises(NotABackupError, match=r"a newer version of Matteloop \(9\.0\)"):
        read_manifest(tmp_path)


@pytest.mark.parametrize(
    "name", ["../guidelines.md", "/etc/passwd", "runs/../../x", "", "C:\\x", "a\\..\\..\\x", "a\0"]
)
def test_no_name_in_a_manifest_leads_out_of_its_folder(tmp_path, name):
    change(tmp_path, files={name: {"sha256": "b" * 64, "size": 1}})
    with pytest.raises(NotABackupError, match="is damaged"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("name", ["..", "snapshot-/..", "snapshot-x", "/", "blobs"])
def test_a_snapshot_is_called_as_one(tmp_path, name):
    change(tmp_path, snapshot=name)
    with pytest.raises(NotABackupError, match="is damaged"):
        read_manifest(tmp_path)
