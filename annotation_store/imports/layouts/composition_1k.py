"""Composition-1k, as Xu et al. laid it out ("Deep Image Matting", CVPR 2017) and all who came after keep it.

To learn from: ``fg/`` and ``alpha/``. To test on: with twenty ``trimaps/NAME_0.png`` and on for each; once composed,
``merged/``, ``alpha_copy/`` and ``trimaps/``, beside what it was composed of.
"""

from collections.abc import Iterator

from annotation_store.imports.found_files import FoundFile
from annotation_store.imports.layouts.bundle import Bundle
from annotation_store.imports.layouts.roles import FOLDERS, Role
from annotation_store.imports.layouts.shelf import Shelf
from annotation_store.incoming import RejectedFile

FOREGROUND_ALONE = (
    "its photo is the picture of its subject's colours (fg), since Composition-1k has no other without its backgrounds"
)
_PHOTO_FOLDERS = {name for name, role in FOLDERS.items() if role is Role.PHOTO}
_Places = dict[str, dict[str, FoundFile]]


def composition_1k(shelf: Shelf) -> Iterator[Bundle | RejectedFile]:
    """One bundle for each composed photo, or for each subject where nothing is composed."""
    for places in _sets(shelf):
        if {"merged", "alpha_copy"} <= places.keys():
            yield from _pairs(shelf, places, photos="merged", alphas="alpha_copy")
        elif {"fg", "alpha"} <= places.keys() and not places.keys() & _PHOTO_FOLDERS:
            yield from _pairs(shelf, places, photos="fg", alphas="alpha", note=FOREGROUND_ALONE)


def _sets(shelf: Shelf) -> list[_Places]:
    """For each folder, what lies in its subfolders: by their names, and then by the stems of the files."""
    sets: dict[tuple[int, str], _Places] = {}
    for file in shelf:
        around, _, name = file.folder.rpartition("/")
        by_stem = sets.setdefault((file.archive, around), {}).setdefault(name.lower(), {})
        by_stem.setdefault(file.stem.casefold(), file)
    return list(sets.values())


def _pairs(shelf: Shelf, places: _Places, *, photos: str, alphas: str, note: str | None = None) -> Iterator[Bundle]:
    trimaps = places.get("trimaps", {})
    taken: set[str] = set()
    for stem, photo in places[photos].items():
        if (alpha := places[alphas].get(stem)) is None:
            continue
        trimap = trimaps.get(stem) or trimaps.get(f"{stem}_0")  # the first of twenty
        taken |= {file.path for file in (photo, alpha, trimap) if file is not None}
        yield Bundle(
            name=photo.told,
            stem=photo.stem,
            photo=shelf.take(photo),
            alpha=shelf.take(alpha),
            trimap=None if trimap is None else shelf.take(trimap),
            notes=() if note is None else (note,),
        )
    for folder in ("fg", "bg", "alpha", "trimaps"):  # what it was composed of, and twenty trimaps of each
        for file in places.get(folder, {}).values():
            if taken and file.path not in taken:
                shelf.pass_over(file)
