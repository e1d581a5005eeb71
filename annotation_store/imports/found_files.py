"""What stands at the door, by name: files, folders, zips and tars as one list, each file read when it is wanted.

A photo and its matte may stand far from each other, so all names are known before the first file is read. Nothing is
unpacked to the disk, and no name becomes a path.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath

from annotation_store.archives import (
    DEFAULT_ARCHIVE_LIMITS,
    ArchiveLimits,
    MemberAhead,
    UnreadableZipError,
    list_members,
)
from annotation_store.file_names import clean_name, is_noise
from annotation_store.imports.import_errors import UnusableMatteError
from annotation_store.imports.open_zips import OpenZips
from annotation_store.imports.tars import TarMember, UnreadableTarError, list_tar
from annotation_store.incoming import RejectedFile
from matting_core.errors import ImageTooLargeError
from matting_core.image_io import ImageLimits

OUTSIDE = 0
"""The archive number of what lies in no archive."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that is there and not read yet.

    path: with slashes; of a file from a folder that was named, it begins with that folder's name. archive: the same
    number for all that lie in one zip or tar, OUTSIDE for what lies in none. source: the archive's name, or empty.
    is_in_tar: whether that is a tar.
    """

    path: str
    archive: int
    source: str
    is_in_tar: bool
    _read: Callable[[], bytes] = field(compare=False, repr=False)

    @property
    def folder(self) -> str:
        """Where it lies, without a slash at the end; empty at the top."""
        return self.path.rpartition("/")[0]

    @property
    def name(self) -> str:
        """Its own name, clean."""
        return clean_name(self.path)

    @property
    def stem(self) -> str:
        return PurePosixPath(self.name).stem

    @property
    def told(self) -> str:
        """What it is called in a report."""
        inside = "/".join(clean_name(part) for part in self.path.split("/"))
        return f"{self.source} / {inside}" if self.source else inside

    def read(self) -> bytes:
        """Its bytes. Raises UnusableMatteError, in words, if they are not to be had."""
        return self._read()


@contextmanager
def find_files(
    paths: Iterable[Path], *, limits: ImageLimits, archive_limits: ArchiveLimits = DEFAULT_ARCHIVE_LIMITS
) -> Iterator[tuple[FoundFile | RejectedFile, ...]]:
    """Everything under `paths`, in the order of their names; readable until this context is left.

    Folders are walked as `incoming.gather` walks them.
    """
    with closing(OpenZips()) as zips:
        found: list[FoundFile | RejectedFile] = []
        for path in paths:
            for file, name in _files_under(path):
                archive = len(found) + 1  # another one for each archive; they need not count on
                suffix = file.suffix.lower()
                if suffix == ".zip":
                    found += _in_zip(file, archive, zips, limits, archive_limits)
                elif suffix == ".tar":
                    found += _in_tar(file, archive, limits, archive_limits)
                else:
                    found.append(FoundFile(name, OUTSIDE, "", False, partial(_read, file, limits)))
        yield tuple(found)


def _files_under(path: Path) -> Iterator[tuple[Path, str]]:
    if not path.is_dir():
        yield path, path.name
        return
    top = path.resolve()
    for folder, subfolders, names in os.walk(path):
        subfolders[:] = sorted(name for name in subfolders if not is_noise(name))
        for name in sorted(names):
            if not is_noise(name):
                file = Path(folder, name)
                yield file, (top.name / file.relative_to(path)).as_posix()


def _read(file: Path, limits: ImageLimits) -> bytes:
    try:
        limits.check_bytes(file.stat().st_size)
        return file.read_bytes()
    except ImageTooLargeError as error:
        raise UnusableMatteError(str(error)) from error
    except OSError as error:
        raise UnusableMatteError(f"the file cannot be read: {error.strerror}") from error


def _in_zip(
    file: Path, archive: int, zips: OpenZips, limits: ImageLimits, archive_limits: ArchiveLimits
) -> Iterator[FoundFile | RejectedFile]:
    source = clean_name(file.name)
    try:
        opened = zips.at(file)
    except UnreadableZipError as error:
        reason = str(error) if file.is_file() else "the file cannot be read: there is no such file"
        yield RejectedFile(source, reason)
        return
    seen: set[str] = set()
    for member in list_members(opened, limits=archive_limits, max_member_bytes=limits.max_bytes):
        if not member.path:
            yield RejectedFile(
                source, member.read(opened).refusal or "a file has no name inside the zip: make the zip anew"
            )
        elif member.path in seen:
            yield RejectedFile(f"{source} / {member.path}", "it is in the zip twice: make the zip anew")
        else:
            seen.add(member.path)
            yield FoundFile(member.path, archive, source, False, partial(_read_member, zips, file, member))


def _read_member(zips: OpenZips, file: Path, member: MemberAhead) -> bytes:
    try:
        read = member.read(zips.at(file))
    except UnreadableZipError as error:  # it was changed or taken away since it was listed
        raise UnusableMatteError(str(error)) from error
    if read.refusal is not None:
        raise UnusableMatteError(read.refusal)
    return read.data


def _in_tar(
    file: Path, archive: int, limits: ImageLimits, archive_limits: ArchiveLimits
) -> Iterator[FoundFile | RejectedFile]:
    source = clean_name(file.name)
    seen: set[str] = set()
    try:
        for member in list_tar(file, limits=archive_limits, max_member_bytes=limits.max_bytes):
            if member.refusal is not None or member.path in seen:
                reason = member.refusal or "it is in the tar twice: make the tar anew"
                yield RejectedFile(f"{source} / {clean_name(member.path)}", reason)
            else:
                seen.add(member.path)
                yield FoundFile(member.path, archive, source, True, partial(_read_tar_member, file, member))
    except UnreadableTarError as error:
        yield RejectedFile(source, str(error))


def _read_tar_member(file: Path, member: TarMember) -> bytes:
    try:
        with file.open("rb") as opened:
            opened.seek(member.offset)
            data = opened.read(member.size)
    except OSError as error:
        raise UnusableMatteError(f"the file cannot be read: {error.strerror}") from error
    if len(data) != member.size:
        raise UnusableMatteError("the tar file ends before this file does: copy it again")
    return data
