"""Zip files at the door: read in memory, member by member; nothing is ever unpacked to the disk."""

import errno
import lzma
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from annotation_store.file_names import is_noise
from matting_core.errors import MattingError

ENCRYPTED = 0x1  # bits of a member's flags
UTF_8 = 0x800
NESTED = (".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz")
SMALL = 1 << 20  # below this no ratio is suspicious

# what `zipfile` and its decompressors raise on bytes that are not what they claim to be
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,  # also NotImplementedError, for an unknown compression
)
_LEADS_NOWHERE = (None, errno.EINVAL, errno.EOVERFLOW)


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """What one zip file may hold: members, bytes unpacked in all, and how far one member may expand."""

    max_members: int = 20_000
    max_total_bytes: int = 40_000_000_000
    max_ratio: int = 200


DEFAULT_ARCHIVE_LIMITS = ArchiveLimits()


@dataclass(frozen=True, slots=True)
class Member:
    """One member: its path inside the zip, and its bytes, or else the reason why it was refused."""

    path: str
    data: bytes = b""
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class MemberAhead:
    """One member that is not read yet; path: empty for what is said of the zip as a whole. read: from this very zip,
    opened once more if need be."""

    path: str
    read: Callable[[zipfile.ZipFile], Member]


def read_members(path: Path | BinaryIO, *, limits: ArchiveLimits, max_member_bytes: int) -> Iterator[Member]:
    """The members of the zip file at or in `path` in the order of their names, one in memory at a time.

    Folders and the litter of operating systems are passed over. A zip that cannot be read, or is over its
    limits, comes as one refused member without a path.
    """
    try:
        archive = open_zip(path)
    except UnreadableZipError as error:
        yield Member(path="", refusal=str(error))
        return
    with archive:
        for member in list_members(archive, limits=limits, max_member_bytes=max_member_bytes):
            yield member.read(archive)


class UnreadableZipError(MattingError, ValueError):
    """A zip file whose list of members cannot be read."""


def open_zip(path: Path | BinaryIO) -> zipfile.ZipFile:
    """The zip file at or in `path`, to be closed. Raises UnreadableZipError."""
    try:
        return zipfile.ZipFile(path)
    except DAMAGE as error:
        reason = trouble_with(error) or "the zip file is damaged or was not copied completely: copy it again"
        raise UnreadableZipError(reason) from error


def trouble_with(error: Exception) -> str | None:
    """What is the matter with the system, where that raised `error`; None if the bytes are at fault.

    A number in a damaged archive may lead to a place that no file has, and the decompressors of Python raise OSError
    without a number.
    """
    if not isinstance(error, OSError) or error.errno in _LEADS_NOWHERE:
        return None
    return f"the file cannot be read ({error.strerror}): have that mended, then send it again"


def list_members(archive: zipfile.ZipFile, *, limits: ArchiveLimits, max_member_bytes: int) -> Iterator[MemberAhead]:
    """What `read_members` reads, each to be read as often as it is asked for."""
    members = sorted((info for info in archive.infolist() if not _is_folder(info)), key=_true_name)
    if refusal := _refusal_of_all(members, limits):
        yield MemberAhead("", lambda _archive: Member(path="", refusal=refusal))
        return
    for info in members:
        if not (name := _true_name(info)) or not is_noise(name):
            yield MemberAhead(name, partial(_read, info, name, limits, max_member_bytes))


def _refusal_of_all(members: Sequence[zipfile.ZipInfo], limits: ArchiveLimits) -> str | None:
    if len(members) > limits.max_members:
        return f"the zip file holds {len(members)} files, more than {limits.max_members}: divide it"
    if (total := sum(info.file_size for info in members)) > limits.max_total_bytes:
        return (
            f"the zip file would unpack to {total / 1e9:.0f} GB, more than the limit of "
            f"{limits.max_total_bytes / 1e9:.0f} GB: divide it"
        )
    return None


def _read(info: zipfile.ZipInfo, name: str, limits: ArchiveLimits, max_bytes: int, archive: zipfile.ZipFile) -> Member:
    if refusal := _refusal(info, name, limits, max_bytes):
        return Member(path=name, refusal=refusal)
    try:
        with archive.open(info) as file:
            data = file.read(info.file_size + 1)  # a header may claim less than the member holds
    except DAMAGE as error:
        refusal = trouble_with(error) or "this file is damaged inside the zip: make the zip anew"
        return Member(path=name, refusal=refusal)
    if len(data) != info.file_size:
        return Member(path=name, refusal="this file is not as long as the zip says: make the zip anew")
    return Member(path=name, data=data)


def _refusal(info: zipfile.ZipInfo, name: str, limits: ArchiveLimits, max_bytes: int) -> str | None:
    parts = name.split("/")
    if not name:
        return "a file has no name inside the zip: make the zip anew"
    if name.startswith("/") or ".." in parts or re.match(r"[A-Za-z]:", name):
        return "its path points outside the zip file: make the zip anew from a plain folder"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "it is a link, not a file: put the file itself into the zip"
    if name.lower().endswith(NESTED):
        return "it is an archive inside the archive: unpack it and send its photos"
    if info.flag_bits & ENCRYPTED:
        return "it is protected by a password: make the zip without one"
    if info.file_size > max_bytes:
        return f"it has {info.file_size / 1e6:.0f} MB, more than the limit of {max_bytes / 1e6:.0f} MB"
    if info.file_size > max(SMALL, limits.max_ratio * info.compress_size):
        return f"it expands more than {limits.max_ratio} times, which no photo does: send it outside a zip"
    return None


def _is_folder(info: zipfile.ZipInfo) -> bool:
    """`ZipInfo.is_dir` of Python 3.11 fails on a member without a name."""
    return info.filename.endswith("/")


def _true_name(info: zipfile.ZipInfo) -> str:
    """The member's path with forward slashes.

    Zips made on Japanese Windows carry names in code page 932 without saying so, others UTF-8 without its
    flag; `zipfile` then reads code page 437, which maps all 256 bytes, so the bytes can be had back.
    """
    name = info.orig_filename
    if not info.flag_bits & UTF_8:
        encoded = name.encode("cp437")
        for encoding in ("utf-8", "cp932"):
            try:
                name = encoded.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.split("\0")[0].replace("\\", "/")
