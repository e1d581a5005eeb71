"""Exports in tests: frozen and written in one step, into a dictionary."""

import pytest

from annotation_store.exports.export_options import ExportOptions
from annotation_store.exports.export_sets import ExportWish, freeze
from annotation_store.exports.exporting import carry_out
from tests.annotation_store.exports.shelf import Shelf


@pytest.fixture
def photo_colours(monkeypatch):
    """The photo's own colours instead of decontaminated ones, which take a compiler's minute on a fresh machine."""
    monkeypatch.setattr("annotation_store.exports.export_subject.estimate_foreground", lambda rgb, alpha: rgb)


@pytest.fixture
def written(store):
    """Freeze what is wished for and write it: the files by path."""

    def write(wish: ExportWish | None = None, **options: object) -> dict[str, bytes]:
        frozen = freeze(store, wish or ExportWish(), ExportOptions(**options), by="mika")
        shelf = Shelf()
        carry_out(store, frozen.export.id, shelf, by="mika")
        return shelf.files

    return write
