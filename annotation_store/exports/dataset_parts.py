"""The pictures that a dataset for training is made of, as PNG: photo, alpha, trimap, the subject's own colours."""

from collections.abc import Callable, Iterator, Mapping

from annotation_store.exports import alpha_png, trimap_png
from annotation_store.exports.export_format import ExportFile
from annotation_store.exports.export_subject import ExportSubject
from matting_core.arrays import Rgb
from matting_core.image_io import encode_rgb
from matting_core.image_io.levels import colours_of


def photo(subject: ExportSubject) -> bytes:
    """Opaque, upright, 8 or 16 bits a channel."""
    return opaque(subject, subject.rgb, bits=subject.bits)


def foreground(subject: ExportSubject) -> bytes:
    """Opaque, free of the old background: what a new one is composed with."""
    return opaque(subject, subject.foreground, bits=subject.bits)


PARTS: Mapping[str, Callable[[ExportSubject], bytes]] = {
    "image": photo,
    "alpha": alpha_png.encode,
    "trimap": trimap_png.encode,
    "fg": foreground,
}


def name_column(part: str) -> str:
    """Of a table: the column with the names of these files, in the words of Hugging Face's `datasets`."""
    return "file_name" if part == "image" else f"{part}_file_name"


def part_paths(stem: str, *, below: str = "") -> tuple[str, ...]:
    """``image/STEM.png`` and so on. below: a folder's name with its slash."""
    return tuple(f"{below}{part}/{stem}.png" for part in PARTS)


def part_files(subject: ExportSubject, stem: str, *, below: str = "") -> Iterator[ExportFile]:
    """What lies at `part_paths`."""
    for path, encode in zip(part_paths(stem, below=below), PARTS.values(), strict=True):
        yield ExportFile(path, encode(subject))


def opaque(subject: ExportSubject, rgb: Rgb, *, bits: int) -> bytes:
    """RGB PNG of the depth asked for, with the profile of the subject's colours. rgb: uint8 or uint16, HxWx3."""
    return encode_rgb(colours_of(rgb, bits), icc_profile=subject.icc)
