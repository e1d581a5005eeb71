"""What stands at the door: single files, folders and zips, all turned into one stream of named bytes."""

import os
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from annotation_store.archives import DAMAGE, DEFAULT_ARCHIVE_LIMITS, ArchiveLimits, read_members
from annotation_store.file_names import clean_name, is_noise
from matting_core.errors import ImageTooLargeError
from matting_core.image_io import ImageLimits


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A file that was read, not yet looked into."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class RejectedFile:
    """A file that is not taken in, and the reason in words for the person who sent it."""

    name: str
    reason: str


def gather(
    paths: Iterable[Path], *, limits: ImageLimits, archive_limits: ArchiveLimits = DEFAULT_ARCHIVE_LIMITS
) -> Iterator[IncomingFile | RejectedFile]:
    """Everything under `paths` (files, zips, folders with what lies below), one file in memory at a time.

    Folders are walked in the order of their names, without following links to folders; hidden files and the
    litter of operating systems in them are passed over. Whether a file is an image shows later, in
    `intake.take_in`.
    """
    named = ((file, file.name) for path in paths for file in _files_under(path))
    return gather_named(named, limits=limits, archive_limits=archive_limits)


def gather_named(
    files: Iterable[tuple[Path, str]], *, limits: ImageLimits, archive_limits: ArchiveLimits = DEFAULT_ARCHIVE_LIMITS
) -> Iterator[IncomingFile | RejectedFile]:
    """As `gather`, of single files and zips, each under the name that is given with it, which is cleaned."""
    for file, given in files:
        name = clean_name(given)
        if _is_zip(name):
            yield from _members(file, name, limits, archive_limits)
        else:
            yield _read(file, name, limits)


def expected_count(paths: Iterable[Path]) -> int:
    """About how many files `gather` will come to, at least 1; quick: nothing is read but lists of names."""
    return max(1, sum(_members_in(file) for path in paths for file in _files_under(path)))


def _is_zip(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() == ".zip"


def _members_in(file: Path) -> int:
    if not _is_zip(file.name):
        return 1
    try:
        with zipfile.ZipFile(file) as archive:
            return sum(not (member.is_dir() or is_noise(member.filename)) for member in archive.infolist())
    except DAMAGE:
        return 1  # it becomes one rejection


def _files_under(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for folder, subfolders, names in os.walk(path):
        subfolders[:] = sorted(name for name in subfolders if not is_noise(name))
        yield from (Path(folder) / name for name in sorted(names) if not is_noise(name))


def _read(file: Path, name: str, limits: ImageLimits) -> IncomingFile | RejectedFile:
    try:
        limits.check_bytes(file.stat().st_size)
        return IncomingFile(name=name, data=file.read_bytes())
    except ImageTooLargeError as error:
        return RejectedFile(name=name, reason=str(error))
    except OSError as error:
        return RejectedFile(name=name, reason=f"the file cannot be read: {error.strerror}")


def _members(
    file: Path, name: str, limits: ImageLimits, archive_limits: ArchiveLimits
) -> Iterator[IncomingFile | RejectedFile]:
    if not file.is_file():
        yield RejectedFile(name=name, reason="the file cannot be read: there is no such file")
        return
    for member in read_members(file, limits=archive_limits, max_member_bytes=limits.max_bytes):
        if member.refusal is None:
            yield IncomingFile(name=clean_name(member.path), data=member.data)
        else:
            inside = f" / {member.path}" if member.path else ""
            yield RejectedFile(name=name + inside, reason=member.refusal)
