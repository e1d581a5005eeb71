"""Hugging Face's imagefolder: ``metadata.csv`` or ``metadata.jsonl``, whose columns name files below it."""

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

from annotation_store.file_names import clean_name
from annotation_store.imports.found_files import FoundFile
from annotation_store.imports.import_errors import UnusableMatteError
from annotation_store.imports.layouts.bundle import Bundle
from annotation_store.imports.layouts.roles import ENDINGS, Role
from annotation_store.imports.layouts.shelf import Shelf
from annotation_store.imports.told_facts import read_csv, read_json_lines, sha256_in, text_in
from annotation_store.incoming import RejectedFile

READERS = {"metadata.csv": read_csv, "metadata.jsonl": read_json_lines}
PHOTO_COLUMN = "file_name"

_COLUMNS = {PHOTO_COLUMN: Role.PHOTO} | {f"{word}_file_name": role for word, role in ENDINGS.items()}
_COLUMNS["foreground_file_name"] = Role.OTHER


def image_folders(shelf: Shelf) -> Iterator[Bundle | RejectedFile]:
    """One bundle for each row that names an alpha, a trimap or a cut-out which is here."""
    for table in [file for file in shelf if file.name in READERS]:
        shelf.pass_over(table)
        try:
            for row in READERS[table.name](table):
                if (bundle := _bundle(shelf, table, row)) is not None:
                    yield bundle
        except UnusableMatteError as error:  # what was told before that is as good as told
            yield RejectedFile(table.told, str(error))


def _bundle(shelf: Shelf, table: FoundFile, row: Mapping[str, Any]) -> Bundle | None:
    named: dict[Role, FoundFile] = {}
    for column, role in _COLUMNS.items():
        path = text_in(row, column)
        if path is None or (file := shelf.at(table.archive, _below(table, path))) is None:
            continue
        if role is Role.OTHER and file not in named.values():
            shelf.pass_over(file)
        elif role is not Role.OTHER:
            named.setdefault(role, file)
    if not named.keys() & {Role.ALPHA, Role.TRIMAP, Role.CUTOUT}:
        return None
    for file in {file.path: file for file in named.values()}.values():  # two columns may name one file
        shelf.take(file)
    photo, told = named.get(Role.PHOTO), text_in(row, "name")
    first = photo or next(iter(named.values()))
    stem = clean_name(text_in(row, PHOTO_COLUMN) or first.name)
    return Bundle(
        name=first.told,
        stem=stem.rpartition(".")[0] or stem,
        photo=photo,
        photo_name=None if told is None else clean_name(told),
        sha256=sha256_in(row),
        alpha=named.get(Role.ALPHA),
        trimap=named.get(Role.TRIMAP),
        cutout=named.get(Role.CUTOUT),
    )


def _below(table: FoundFile, path: str) -> str:
    return posixpath.normpath(posixpath.join(table.folder, path.replace("\\", "/")))
