"""Tar files at the door, such as the shards of a WebDataset: their list of members, without any of their bytes.

A tar is not packed, so that it cannot expand; one that is packed as a whole (``.tar.gz``) would have to be unpacked
once for every file in it, and is not opened.
"""

import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from annotation_store.archives import NESTED, ArchiveLimits, trouble_with
from annotation_store.file_names import is_noise
from matting_core.errors import MattingError

LONGEST_NAME = 1 << 16
"""Bytes of what stands before a member and tells its name; `tarfile` reads that into memory at once."""

DAMAGED = "the tar file is damaged or was not copied completely: copy it again"
# what `tarfile` raises on bytes that are not what they claim to be
_DAMAGE = (tarfile.TarError, OSError, EOFError, ValueError, OverflowError, RuntimeError, KeyError, IndexError)


class UnreadableTarError(MattingError, ValueError):
    """A tar file whose list of members cannot be read to its end."""


@dataclass(frozen=True, slots=True)
class TarMember:
    """One member: its path, where its bytes begin in the tar, and how many; or the reason why it is refused."""

    path: str
    offset: int
    size: int
    refusal: str | None


def list_tar(file: Path, *, limits: ArchiveLimits, max_member_bytes: int) -> Iterator[TarMember]:
    """The files in the tar `file`, in their order, but for folders and litter.

    Raises UnreadableTarError behind the last one that could be listed.
    """
    try:
        length = file.stat().st_size
        with tarfile.open(file, "r:", tarinfo=_CautiousHeader) as archive:
            for number, info in enumerate(_headers(archive)):
                if number >= limits.max_members:
                    raise UnreadableTarError(f"the tar file holds more than {limits.max_members} files: divide it")
                path = info.name.removeprefix("./")
                if info.isdir() or is_noise(path):
                    continue
                refusal = _refusal(info, path, length, max_member_bytes)
                yield TarMember(path, info.offset_data, info.size, refusal)
            if not _is_over(file, archive.offset):
                raise UnreadableTarError(DAMAGED)
    except UnreadableTarError:
        raise
    except FileNotFoundError as error:
        raise UnreadableTarError("the file cannot be read: there is no such file") from error
    except _DAMAGE as error:
        raise UnreadableTarError(trouble_with(error) or DAMAGED) from error


class _CautiousHeader(tarfile.TarInfo):
    """A header whose numbers lead nowhere: `tarfile` itself reads what a header of names claims, however much."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        header = super().frombuf(buf, encoding, errors)
        if header.size < 0 or (header.size > LONGEST_NAME and header.type not in _FILES):
            raise tarfile.ReadError("a header claims what no header holds")
        return header


_FILES = {*tarfile.REGULAR_TYPES, tarfile.GNUTYPE_SPARSE}


def _headers(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """Each header once; a tar whose headers point back at themselves would have no end."""
    last = -1
    while (info := archive.next()) is not None:
        if info.offset <= last or info.size < 0:
            raise UnreadableTarError(DAMAGED)
        last = info.offset
        yield info


def _refusal(info: tarfile.TarInfo, path: str, length: int, max_bytes: int) -> str | None:
    if path.startswith("/") or ".." in path.split("/") or re.match(r"[A-Za-z]:", path):
        return "its path points outside the tar file: make the tar anew from a plain folder"
    if info.issym() or info.islnk():
        return "it is a link, not a file: put the file itself into the tar"
    if not info.isreg() or info.issparse():
        return "it is no plain file: put a copy of the file itself into the tar"
    if path.lower().endswith(NESTED):
        return "it is an archive inside the archive: unpack it and send what is in it"
    if info.size > max_bytes:
        return f"it has {info.size / 1e6:.0f} MB, more than the limit of {max_bytes / 1e6:.0f} MB"
    if info.offset_data + info.size > length:
        return "the tar file ends before this file does: copy it again"
    return None


def _is_over(file: Path, offset: int) -> bool:
    """Whether nothing but zeros follows, or nothing at all: `tarfile` takes every damaged header for the end."""
    with file.open("rb") as opened:
        opened.seek(offset)
        return not opened.read(tarfile.BLOCKSIZE).strip(b"\0")
