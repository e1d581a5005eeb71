"""All that was found, sorted into bundles: every layout takes what it knows, and the next one sees what is left."""

from collections.abc import Iterable
from dataclasses import dataclass

from annotation_store.imports.found_files import FoundFile
from annotation_store.imports.layouts.bundle import Bundle
from annotation_store.imports.layouts.composition_1k import composition_1k
from annotation_store.imports.layouts.image_folders import image_folders
from annotation_store.imports.layouts.layout import Layout
from annotation_store.imports.layouts.own_exports import own_exports
from annotation_store.imports.layouts.role_folders import role_folders
from annotation_store.imports.layouts.shards import shards
from annotation_store.imports.layouts.shelf import Shelf
from annotation_store.imports.layouts.side_by_side import side_by_side
from annotation_store.incoming import RejectedFile

LAYOUTS: tuple[Layout, ...] = (
    own_exports,
    shards,
    image_folders,
    composition_1k,
    role_folders,
    side_by_side,
)
"""Those that say themselves what they are come before those that are told by names."""

COMPANIONS = frozenset({"txt", "md", "json", "jsonl", "csv", "tsv", "yaml", "yml", "toml", "html", "pdf"})
"""Endings of what only tells of pictures: no archive comes without, and nobody takes it for one."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """What belongs together, what was refused on the way, and how many files are known and not needed."""

    bundles: tuple[Bundle, ...]
    rejected: tuple[RejectedFile, ...]
    passed_over: int


def sort_out(files: Iterable[FoundFile | RejectedFile]) -> Sorted:
    """Which of `files` belong together. Of pictures, only names are looked at."""
    rejected: list[RejectedFile] = []
    found: list[FoundFile] = []
    for file in files:
        if isinstance(file, RejectedFile):
            rejected.append(file)
        else:
            found.append(file)
    shelf = Shelf(found)
    rejected += [RejectedFile(file.told, "another file of this name was named before it") for file in shelf.twice]
    bundles: list[Bundle] = []
    for layout in LAYOUTS:
        if layout is side_by_side:
            for file in shelf:
                if file.name.rpartition(".")[2].lower() in COMPANIONS:
                    shelf.pass_over(file)
        for each in layout(shelf):
            if isinstance(each, Bundle):
                bundles.append(each)
            else:
                rejected.append(each)
    return Sorted(tuple(bundles), tuple(rejected), shelf.passed_over)
