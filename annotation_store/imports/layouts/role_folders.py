"""Folders side by side, each with one kind of file: ``image/ alpha/ trimap/``, alphamatting.com's, or our own formats.

Files of one stem belong together.
"""

from collections.abc import Iterator

from annotation_store.imports.found_files import FoundFile
from annotation_store.imports.layouts.bundle import Bundle
from annotation_store.imports.layouts.roles import Role, depth_of_cutout, role_of_folder
from annotation_store.imports.layouts.shelf import Shelf
from annotation_store.incoming import RejectedFile

NO_MATTE = "this is a photo without a matte: take it in as a photo (`ingest`)"
MATTES = frozenset({Role.ALPHA, Role.TRIMAP, Role.CUTOUT})


def role_folders(shelf: Shelf) -> Iterator[Bundle | RejectedFile]:
    """One bundle for each stem below each folder that has a folder of alphas, trimaps or cut-outs in it."""
    for files in _groups(shelf):
        if not {role for role, _ in files} & MATTES:
            continue  # photos alone, of which their own names may tell more
        by_stem: dict[str, dict[Role, list[FoundFile]]] = {}
        for role, file in files:
            by_stem.setdefault(file.stem.casefold(), {}).setdefault(role, []).append(file)
        for found in by_stem.values():
            yield from _bundles(shelf, found)


def _groups(shelf: Shelf) -> list[list[tuple[Role, FoundFile]]]:
    groups: dict[tuple[int, str], list[tuple[Role, FoundFile]]] = {}
    for file in shelf:
        around, role = role_of_folder(file.folder)
        if role is not None:
            groups.setdefault((file.archive, around), []).append((role, file))
    return list(groups.values())


def _bundles(shelf: Shelf, found: dict[Role, list[FoundFile]]) -> Iterator[Bundle | RejectedFile]:
    cutouts = sorted(found.get(Role.CUTOUT, []), key=lambda file: depth_of_cutout(file.folder))
    for file in (*cutouts[1:], *found.get(Role.OTHER, [])):
        shelf.pass_over(file)
    first = {role: files[0] for role, files in found.items() if role is not Role.OTHER}
    if cutouts:
        first[Role.CUTOUT] = cutouts[0]
    for role in (Role.PHOTO, Role.ALPHA, Role.TRIMAP):
        for another in found.get(role, [])[1:]:
            shelf.take(another)
            yield RejectedFile(another.told, f"{first[role].told} is called the same: rename one of the two")
    if not first:
        return
    for file in first.values():
        shelf.take(file)
    if not first.keys() & MATTES:
        yield RejectedFile(first[Role.PHOTO].told, NO_MATTE)
        return
    name = first.get(Role.PHOTO) or next(iter(first.values()))
    yield Bundle(
        name=name.told,
        stem=name.stem,
        photo=first.get(Role.PHOTO),
        alpha=first.get(Role.ALPHA),
        trimap=first.get(Role.TRIMAP),
        cutout=first.get(Role.CUTOUT),
    )
