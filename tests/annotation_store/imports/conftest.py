"""A store where the engine makes no difference: half of the time."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotation_store.store import Store, open_store


@pytest.fixture
def sqlite_store(tmp_path: Path, empty_store_folder: Path) -> Iterator[Store]:
    store = open_store(Path(shutil.copytree(empty_store_folder, tmp_path / "data")))
    yield store
    store.database.close()
