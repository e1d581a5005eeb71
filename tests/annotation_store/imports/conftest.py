"""A store where the engine makes no difference, which is half of the time; and photos that wait for their mattes."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from elsewhere import photo

from annotation_store.incoming import IncomingFile
from annotation_store.intake import take_in as take_photos_in
from annotation_store.records import ImageRecord
from annotation_store.store import Store, open_store
from matting_core.image_io import ImageLimits


@pytest.fixture
def sqlite_store(tmp_path: Path, empty_store_folder: Path) -> Iterator[Store]:
    store = open_store(Path(shutil.copytree(empty_store_folder, tmp_path / "data")))
    yield store
    store.database.close()


@pytest.fixture
def here(store: Store) -> Callable[..., ImageRecord]:
    """``here("cup.png")``: a photo of the project that waits for its draft."""

    def take(name: str, seed: int = 1, project_id: int = 1) -> ImageRecord:
        file = IncomingFile(name, photo(seed))
        return take_photos_in(store, [file], by="ren", limits=ImageLimits(), project_id=project_id).accepted[0]

    return take
