"""What the studio itself has written: ``manifest.json`` beside folders named after formats.

The manifest says of which photo a file is, by the SHA-256 of the photo; names play no part then.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from annotation_store.file_names import clean_name
from annotation_store.imports.found_files import FoundFile
from annotation_store.imports.import_errors import UnusableMatteError
from annotation_store.imports.layouts.bundle import Bundle
from annotation_store.imports.layouts.roles import PRESETS, Role, depth_of_cutout, role_of_folder
from annotation_store.imports.layouts.shelf import Shelf
from annotation_store.imports.told_facts import read_json, sha256_in, text_in
from annotation_store.incoming import RejectedFile

MANIFEST = "manifest.json"
FINISHED = (f"{PRESETS}/", "composite/")
"""Where pictures lie that are of no use for a matte, whatever the folders below are called."""


def own_exports(shelf: Shelf) -> Iterator[Bundle | RejectedFile]:
    """One bundle for each photo of each manifest that has files here."""
    for manifest in [file for file in shelf if file.name == MANIFEST]:
        try:
            images = read_json(manifest).get("images")
        except UnusableMatteError as error:
            shelf.take(manifest)
            yield RejectedFile(manifest.told, str(error))
            continue
        if not isinstance(images, list):
            continue  # somebody else's
        shelf.pass_over(manifest)
        for told in images:
            if isinstance(told, dict) and (bundle := _bundle(shelf, manifest, told)) is not None:
                yield bundle


def _bundle(shelf: Shelf, manifest: FoundFile, told: Mapping[str, Any]) -> Bundle | None:
    sha256, name, paths = sha256_in(told), text_in(told, "name"), told.get("files")
    if sha256 is None or name is None or not isinstance(paths, dict):
        return None
    base = f"{manifest.folder}/" if manifest.folder else ""
    files: dict[Role, list[FoundFile]] = {}
    for path in sorted(path for path in paths if isinstance(path, str)):
        if (file := shelf.at(manifest.archive, base + path)) is not None:
            if path.startswith(FINISHED):
                shelf.pass_over(file)
            else:
                files.setdefault(role_of_folder(file.folder)[1] or Role.OTHER, []).append(file)
    if not files.keys() & {Role.ALPHA, Role.TRIMAP, Role.CUTOUT}:
        return None  # shards, say, which are a layout of their own
    first = {role: min(each, key=lambda file: depth_of_cutout(file.folder)) for role, each in files.items()}
    for file in (file for each in files.values() for file in each):
        if file is first.get(Role.OTHER) or file not in first.values():
            shelf.pass_over(file)
        else:
            shelf.take(file)
    name = clean_name(name)
    return Bundle(
        name=name,
        stem=name.rpartition(".")[0] or name,
        photo=first.get(Role.PHOTO),
        photo_name=name,
        sha256=sha256,
        alpha=first.get(Role.ALPHA),
        trimap=first.get(Role.TRIMAP),
        cutout=first.get(Role.CUTOUT),
    )
