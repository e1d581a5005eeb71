"""Files beside each other in one folder, told apart by how their names end: ``NAME.jpg`` and ``NAME_alpha.png``.

What has no such ending and no companion is looked into later: it may be a matte of a photo that is here already.
"""

from collections.abc import Iterator

from annotation_store.imports.found_files import FoundFile
from annotation_store.imports.layouts.bundle import Bundle
from annotation_store.imports.layouts.roles import Role, role_of_stem
from annotation_store.imports.layouts.shelf import Shelf
from annotation_store.incoming import RejectedFile


def side_by_side(shelf: Shelf) -> Iterator[Bundle | RejectedFile]:
    """All that is left, in bundles of one stem of one folder."""
    groups: dict[tuple[int, str, str], dict[Role | None, list[FoundFile]]] = {}
    for file in shelf:
        stem, role = role_of_stem(file.stem)
        of_stem = groups.setdefault((file.archive, file.folder, stem.casefold()), {})
        of_stem.setdefault(role, []).append(shelf.take(file))
    for found in groups.values():
        yield from _bundles(found)


def _bundles(found: dict[Role | None, list[FoundFile]]) -> Iterator[Bundle | RejectedFile]:
    plain = found.pop(None, [])
    first = {role: files[0] for role, files in found.items()}
    for role, files in found.items():
        for another in files[1:]:
            yield RejectedFile(another.told, f"{first[role].told} is of the same photo: leave one of the two out")
    if not first.keys() & {Role.ALPHA, Role.TRIMAP, Role.CUTOUT}:
        for file in (*plain, *first.values()):
            yield Bundle(name=file.told, stem=file.stem, unclear=file)
        return
    photos = [*([first[Role.PHOTO]] if Role.PHOTO in first else []), *plain]
    for another in photos[1:]:
        yield RejectedFile(another.told, f"{photos[0].told} is called the same: rename one of the two")
    name = photos[0] if photos else next(iter(first.values()))
    yield Bundle(
        name=name.told,
        stem=role_of_stem(name.stem)[0],
        photo=photos[0] if photos else None,
        alpha=first.get(Role.ALPHA),
        trimap=first.get(Role.TRIMAP),
        cutout=first.get(Role.CUTOUT),
    )
