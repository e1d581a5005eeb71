"""A disk that cannot be written to is told in a sentence, and nothing on it is touched."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from small_images import approve

from annotation_store.errors import StoreUnavailableError
from annotation_store.store import open_store
from faults.small_disk import SmallDisk, mounted_at
from studio.commands.errors import CommandError
from studio.commands.whole_files import whole_file


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with mounted_at(tmp_path / "disk") as mounted:
        yield mounted


def test_a_store_that_is_there_is_not_opened(disk: SmallDisk) -> None:
    store = open_store(disk.folder / "data")
    approve(store, "cup_1.png", 1)
    store.database.close()
    with (
        disk.read_only(),
        pytest.raises(StoreUnavailableError, match=r"cannot write to its folder .*Read-only") as told,
    ):
        open_store(disk.folder / "data")
    assert "permissions" in str(told.value)
    open_store(disk.folder / "data").database.close()


def test_a_store_is_not_created(disk: SmallDisk) -> None:
    with disk.read_only(), pytest.raises(StoreUnavailableError, match=r"cannot write to its folder .*Read-only"):
        open_store(disk.folder / "data")
    assert list(disk.folder.iterdir()) == []


def test_a_file_of_a_command_is_not_written(disk: SmallDisk) -> None:
    with (
        disk.read_only(),
        pytest.raises(CommandError, match=r"disk/cutouts.zip cannot be written \(Read-only"),
        whole_file(disk.folder / "cutouts.zip"),
    ):
        pass
