"""Shards of a WebDataset: tars in which ``KEY.jpg``, ``KEY.alpha.png``, ``KEY.trimap.png`` and ``KEY.json`` are one
sample, a key ending at the first dot of the name."""

from collections.abc import Iterator

from annotation_store.file_names import clean_name
from annotation_store.imports.found_files import FoundFile
from annotation_store.imports.import_errors import UnusableMatteError
from annotation_store.imports.layouts.bundle import Bundle
from annotation_store.imports.layouts.roles import ENDINGS, PICTURES, Role
from annotation_store.imports.layouts.shelf import Shelf
from annotation_store.imports.told_facts import read_json, sha256_in, text_in
from annotation_store.incoming import RejectedFile


def shards(shelf: Shelf) -> Iterator[Bundle | RejectedFile]:
    """One bundle for each key that has an alpha, a trimap or a cut-out of its own kind."""
    samples: dict[tuple[int, str], dict[str, FoundFile]] = {}
    for file in shelf:
        if file.is_in_tar:
            key, _, extension = file.path.rpartition("/")[2].partition(".")
            samples.setdefault((file.archive, f"{file.folder}/{key}"), {})[extension.lower()] = file
    for (_, key), members in samples.items():
        roles = {extension: _role(extension) for extension in members}
        if set(roles.values()) & {Role.ALPHA, Role.TRIMAP, Role.CUTOUT}:
            yield _bundle(shelf, key.rpartition("/")[2], members, roles)


def _role(extension: str) -> Role:
    """``alpha.png`` is an alpha, and ``jpg`` a photo."""
    word, _, picture = extension.rpartition(".")
    if picture not in PICTURES:
        return Role.OTHER
    return ENDINGS.get(word, Role.OTHER) if word else Role.PHOTO


def _bundle(shelf: Shelf, key: str, members: dict[str, FoundFile], roles: dict[str, Role]) -> Bundle | RejectedFile:
    found: dict[Role, FoundFile] = {}
    for extension, file in members.items():
        if (role := roles[extension]) is Role.OTHER or role in found:
            shelf.pass_over(file)
        else:
            found[role] = shelf.take(file)
    try:
        facts = read_json(members["json"]) if "json" in members else {}
    except UnusableMatteError as error:
        return RejectedFile(members["json"].told, f"{error}, or leave it out: then names tell which photo it is")
    name = text_in(facts, "name")
    first = found.get(Role.PHOTO) or next(iter(found.values()))
    return Bundle(
        name=first.told,
        stem=clean_name(key),
        photo=found.get(Role.PHOTO),
        photo_name=None if name is None else clean_name(name),
        sha256=sha256_in(facts),
        alpha=found.get(Role.ALPHA),
        trimap=found.get(Role.TRIMAP),
        cutout=found.get(Role.CUTOUT),
    )
