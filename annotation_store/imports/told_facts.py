"""What came along in JSON, JSON lines or CSV, read with the caution that strangers' files need."""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from annotation_store.imports.found_files import FoundFile
from annotation_store.imports.import_errors import UnusableMatteError

LONGEST = 100_000_000
"""Bytes of such a file; a manifest of 100 000 photos has half of that."""

_SHA256 = re.compile(r"[0-9a-f]{64}")


def read_json(file: FoundFile) -> Mapping[str, Any]:
    """The object in the file. Raises UnusableMatteError if it holds anything else."""
    return _object(_text(file), file.name)


def read_json_lines(file: FoundFile) -> Iterator[Mapping[str, Any]]:
    """One object a line. Raises UnusableMatteError."""
    for number, line in enumerate(_text(file).splitlines(), start=1):
        if line.strip():
            yield _object(line, f"line {number} of {file.name}")


def read_csv(file: FoundFile) -> Iterator[Mapping[str, Any]]:
    """One row each, by the names in its first line. Raises UnusableMatteError."""
    try:
        for row in csv.DictReader(io.StringIO(_text(file)), strict=True):
            yield {key: value for key, value in row.items() if isinstance(key, str)}
    except csv.Error as error:
        raise UnusableMatteError(f"it is no CSV table ({error}): export it anew") from error


def text_in(facts: Mapping[str, Any], *names: str) -> str | None:
    """The first of these that is there, is a text, and is not empty."""
    found = (facts.get(name) for name in names)
    return next((value for value in found if isinstance(value, str) and value), None)


def sha256_in(facts: Mapping[str, Any]) -> str | None:
    """What says which photo it is, if it looks like a SHA-256."""
    told = text_in(facts, "image_sha256", "sha256")
    return told if told is not None and _SHA256.fullmatch(told) else None


def _text(file: FoundFile) -> str:
    data = file.read()
    if len(data) > LONGEST:
        raise UnusableMatteError(f"it has more than {LONGEST // 1_000_000} MB: divide what it tells of")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnusableMatteError("it is no text in UTF-8: save it as such") from error


def _object(text: str, what: str) -> Mapping[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnusableMatteError(f"{what} is no JSON: copy it again from where it was made") from error
    if not isinstance(value, dict):
        raise UnusableMatteError(f"{what} is no JSON object: copy it again from where it was made")
    return value
