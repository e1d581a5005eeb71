"""Subjects: which photos show the same thing, told by a table where their names do not tell it; with tags.

The table is a CSV file as spreadsheets save it (with commas, semicolons or tabs): a header, and a line for each photo::

    file,subject,assigned_to,tags
    P1000123.jpg,red shoe,keiko,summer;leather
    P1000124.jpg,red shoe,,

Files are known by their names, without folders. Besides `file`, at least one column is needed, in any order; that of
subjects may be called ``product_id``. An empty cell leaves things as they are: nothing is taken from anybody, nor any
tag away.
"""

import codecs
import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
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
from annotation_store.tags import MOST_TAGS, InvalidTagError, change_tags, split_tags

COLUMNS = {"file": "file", "subject": "subject", "product_id": "subject", "assigned_to": "assigned_to", "tags": "tags"}
"""What a header may hold, and what it means."""
DELIMITERS = (",", ";", "\t")
ENCODINGS = ("utf-8-sig", "cp932")
"""UTF-8 with or without its mark, and what spreadsheets in Japanese save as plain CSV."""


@dataclass(frozen=True, slots=True)
class SubjectTable:
    """What is told of files, each by its clean name: its subject, the person to whom it is assigned, its tags."""

    subjects: Mapping[str, str]
    assigned_to: Mapping[str, str]
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def files(self) -> tuple[str, ...]:
        """All that something is told of, in the order of the table."""
        return tuple(dict.fromkeys((*self.subjects, *self.assigned_to, *self.tags)))


@dataclass(frozen=True, slots=True)
class SubjectReport:
    """changed: images that got another subject; assigned: another person; tagged: tags that they had not.

    missing: files that the project lacks.
    """

    changed: int
    assigned: int
    missing: tuple[str, ...]
    tagged: int = 0


def read_subjects(path: Path) -> SubjectTable:
    """The table in a file. Raises UnreadableSubjectsError, which names the line, if anything in it is not clear."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableSubjectsError(f"The table of subjects {path} cannot be read: {error.strerror}.") from error
    subjects: dict[str, str] = {}
    people: dict[str, str] = {}
    tags: dict[str, tuple[str, ...]] = {}
    lines: dict[str, int] = {}
    for line, row in _rows(path, _decode(path, data)):
        file, name = row["file"], clean_name(row["file"])
        if not file:
            raise _unclear(path, line, "it names no file")
        if not any(value for column, value in row.items() if column != "file"):
            raise _unclear(path, line, f"it names no {next(column for column in row if column != 'file')}")
        if len(row.get("subject", "")) > MAX_LENGTH:
            raise _unclear(path, line, f"its subject has more than {MAX_LENGTH} characters")
        if name in lines:
            raise _unclear(path, line, f"“{name}” is in line {lines[name]} already")
        lines[name] = line
        if subject := row.get("subject"):
            subjects[name] = subject
        if person := row.get("assigned_to"):
            people[name] = person
        if told := row.get("tags"):
            tags[name] = _tags(path, line, told)
    return SubjectTable(subjects, people, tags)


def apply_subjects(store: Store, project_id: int, table: SubjectTable, *, by: str) -> SubjectReport:
    """Give the photos of a project their subjects and tags, and assign them, as `table` has it; all or none.

    What a model learnt from keeps its side of a training set, whatever its subject is called by now. Raises
    NotFoundError if there is no such project, or accounts but none of a name in the table; InvalidTagError
    if an image would have too many.
    """
    image = schema.Image
    with store.database.write() as session:
        find_project(session, project_id)
        for person in set(table.assigned_to.values()):
            check_person(session, person)
        rows = session.scalars(select(image).where(image.project_id == project_id, IS_NO_COPY).order_by(image.id))
        files = set(table.files)
        images = [row for row in rows if row.name in files]
        changed = [row for row in images if row.product_group != table.subjects.get(row.name, row.product_group)]
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
        tagged = sum(change_tags(session, row, add=table.tags.get(row.name, ()), by=by) for row in images)
        known = {row.name for row in images}
    missing = tuple(name for name in table.files if name not in known)
    return SubjectReport(changed=len(changed), assigned=assigned, missing=missing, tagged=tagged)


def _decode(path: Path, data: bytes) -> str:
    encodings = ("utf-16",) if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ENCODINGS
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
    raise _unclear(path, line, "it is neither in UTF-8 nor in CP932. Save the table as CSV in UTF-8")


def _rows(path: Path, text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The lines below the header that hold something, each with its number; cells by what their column means."""
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns: list[str] = []
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if not columns:
                columns = _columns(path, cells)
            elif any(cells):
                if len(cells) != len(columns):
                    raise _unclear(path, reader.line_num, f"it has {len(cells)} columns, the header {len(columns)}")
                yield reader.line_num, dict(zip(columns, cells, strict=True))
    except csv.Error as error:
        raise _unclear(path, reader.line_num, str(error)) from error
    if not columns:
        raise _unclear(path, 1, "the table is empty")


def _delimiter(text: str) -> str:
    """What stands between the names of the header most often, a comma in doubt."""
    header = text.split("\n", maxsplit=1)[0]
    return max(DELIMITERS, key=header.count)


def _columns(path: Path, cells: list[str]) -> list[str]:
    columns = [COLUMNS.get(cell.lower(), "") for cell in cells]
    if "" in columns or "file" not in columns or len(columns) < 2 or len(set(columns)) < len(columns):
        raise _unclear(
            path,
            1,
            "the header is not “file,subject” or “file,subject,assigned_to,tags” (product_id will do for subject)",
        )
    return columns


def _tags(path: Path, line: int, text: str) -> tuple[str, ...]:
    try:
        tags = split_tags(text)
    except InvalidTagError as error:
        raise _unclear(path, line, str(error).rstrip(".")) from error
    if len(tags) > MOST_TAGS:
        raise _unclear(path, line, f"it has more than {MOST_TAGS} tags")
    return tags


def _unclear(path: Path, line: int, why: str) -> UnreadableSubjectsError:
    return UnreadableSubjectsError(f"{path.name}, line {line}: {why}.")
