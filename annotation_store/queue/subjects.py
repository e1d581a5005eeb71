"""Subjects: which photos show the same thing, told by a table where their names do not tell it.

The table is a CSV file as spreadsheets save it, with a header and one line for each photo::

    file,subject,assigned_to
    P1000123.jpg,red shoe,keiko
    P1000124.jpg,red shoe,

Files are known by their names, without folders. The third column may be missing; where it is empty, nothing is
assigned, nor taken from anybody.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from annotation_store import schema
from annotation_store.errors import UnreadableSubjectsError
from annotation_store.events import record_event
from annotation_store.file_names import MAX_LENGTH, clean_name
from annotation_store.projects import find_project
from annotation_store.queue.assignment import check_person, hand_to
from annotation_store.queue.copies import IS_NO_COPY
from annotation_store.store import Store

HEADERS = (["file", "subject"], ["file", "subject", "assigned_to"])
ENCODINGS = ("utf-8-sig", "cp932")
"""UTF-8 with or without its mark, and what spreadsheets in Japanese save as plain CSV."""


@dataclass(frozen=True, slots=True)
class SubjectTable:
    """The subject of each file, and for some the person to whom it is assigned. Files by their clean names."""

    subjects: Mapping[str, str]
    assigned_to: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SubjectReport:
    """changed: images that got another subject; assigned: another person. missing: files that the project lacks."""

    changed: int
    assigned: int
    missing: tuple[str, ...]


def read_subjects(path: Path) -> SubjectTable:
    """The table in a file. Raises UnreadableSubjectsError, which names the line, if anything in it is not clear."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableSubjectsError(f"The table of subjects {path} cannot be read: {error.strerror}.") from error
    subjects: dict[str, str] = {}
    people: dict[str, str] = {}
    lines: dict[str, int] = {}
    for line, row in _rows(path, _decode(path, data)):
        file, subject, person = (*row, "")[:3]
        name = clean_name(file)
        if not file or not subject:
            raise _unclear(path, line, f"it names no {'subject' if file else 'file'}")
        if len(subject) > MAX_LENGTH:
            raise _unclear(path, line, f"its subject has more than {MAX_LENGTH} characters")
        if name in lines:
            raise _unclear(path, line, f"“{name}” is in line {lines[name]} already")
        lines[name], subjects[name] = line, subject
        if person:
            people[name] = person
    return SubjectTable(subjects, people)


def apply_subjects(store: Store, project_id: int, table: SubjectTable, *, by: str) -> SubjectReport:
    """Give the photos of a project their subjects, and assign them, as `table` has it; all or none.

    What a model learnt from keeps its side of a training set, whatever its subject is called by now. Raises
    NotFoundError if there is no such project, or accounts but none of a name in the table.
    """
    image = schema.Image
    with store.database.write() as session:
        find_project(session, project_id)
        for person in set(table.assigned_to.values()):
            check_person(session, person)
        rows = session.scalars(select(image).where(image.project_id == project_id, IS_NO_COPY).order_by(image.id))
        images = [row for row in rows if row.name in table.subjects]
        changed = [row for row in images if row.product_group != table.subjects[row.name]]
        for row in changed:
            data = {"before": row.product_group, "after": table.subjects[row.name]}
            record_event(session, actor=by, action="image.subject_changed", image_id=row.id, data=data)
            row.product_group = table.subjects[row.name]
        assigned = 0
        for row in images:
            chosen = table.assigned_to.get(row.name)
            if chosen is not None and chosen != row.assigned_to:
                hand_to(session, [row], to=chosen, by=by)
                assigned += 1
        known = {row.name for row in images}
    missing = tuple(name for name in table.subjects if name not in known)
    return SubjectReport(changed=len(changed), assigned=assigned, missing=missing)


def _decode(path: Path, data: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
    raise _unclear(path, line, "it is neither in UTF-8 nor in CP932. Save the table as CSV in UTF-8")


def _rows(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """The lines below the header that hold something, each with its number."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    width = 0
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if width == 0:
                if [cell.lower() for cell in cells] not in HEADERS:
                    raise _unclear(path, 1, "the header is not “file,subject” or “file,subject,assigned_to”")
                width = len(cells)
            elif any(cells):
                if len(cells) != width:
                    raise _unclear(path, reader.line_num, f"it has {len(cells)} columns, the header {width}")
                yield reader.line_num, cells
    except csv.Error as error:
        raise _unclear(path, reader.line_num, str(error)) from error
    if width == 0:
        raise _unclear(path, 1, "the table is empty")


def _unclear(path: Path, line: int, why: str) -> UnreadableSubjectsError:
    return UnreadableSubjectsError(f"{path.name}, line {line}: {why}.")
