"""Approved photos, and comparisons of what was approved with what was drafted, whose mattes are made."""

from collections.abc import Callable, Sequence

import pytest

from annotation_store.comparisons import preparing
from annotation_store.comparisons.comparisons import create_comparison, get_comparison, list_pairs
from annotation_store.kinds import MatteSource
from annotation_store.projects import FIRST_PROJECT
from annotation_store.records import ComparisonRecord, ImageRecord
from annotation_store.store import Store

NAMES = ("anna_1.png", "bela_1.png", "clara_1.png", "doro_1.png")


@pytest.fixture
def images(world) -> Sequence[ImageRecord]:
    """Four approved photos."""
    return [world.approve(image.id) for image in world.draft(*NAMES)]


@pytest.fixture
def ask(store: Store, images: Sequence[ImageRecord]) -> Callable[..., ComparisonRecord]:
    """``ask(name="Hair")``: what was approved against what was drafted, of all four, or whatever is said instead."""

    def create(**otherwise: object) -> ComparisonRecord:
        usual = {
            "name": "Hair",
            "first": MatteSource.APPROVED,
            "second": MatteSource.DRAFT,
            "image_ids": [image.id for image in images],
            "grounds": ["#FFFFFF", "checker"],
            "by": "ren",
        }
        return create_comparison(store, FIRST_PROJECT, **(usual | otherwise))

    return create


@pytest.fixture
def prepare(store: Store) -> Callable[[ComparisonRecord], ComparisonRecord]:
    """Make the mattes of a comparison: two different ones of each photo."""

    def make(comparison: ComparisonRecord) -> ComparisonRecord:
        for pair in list_pairs(store, comparison.id):
            blobs = [store.blobs.put(f"{which} {pair.id}".encode()) for which in ("first", "second")]
            preparing.keep_pair(store, pair.id, first_blob=blobs[0], second_blob=blobs[1])
        assert preparing.open_prepared(store, comparison.id)
        return get_comparison(store, comparison.id)

    return make


@pytest.fixture
def comparison(ask, prepare) -> ComparisonRecord:
    """One in which people can choose."""
    return prepare(ask())
