"""Images on the disk, each with the trimap of the same stem and the place for its alpha."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from studio.commands.errors import CommandError

SUFFIXES = (".png", ".tif", ".tiff", ".webp", ".jpg", ".jpeg", ".heic", ".heif", ".avif")
"""Of two trimaps with one stem, the one whose suffix comes first is taken: lossless formats lead."""


@dataclass(frozen=True, slots=True)
class ImagePair:
    """An image, its trimap (None if it is missing), and where its alpha goes."""

    image: Path
    trimap: Path | None
    target: Path


def pair_up(images: Path, trimaps: Path, out: Path) -> list[ImagePair]:
    """Pairs for an image file or a folder of images, by name. Writes nothing.

    trimaps: a folder with the same stems, or, for an image file, a file. out: a folder if `images` is one, else a
    PNG file or an existing folder. Raises CommandError if these do not go together, or an alpha would replace one
    of the files that it is made from.
    """
    for path in (images, trimaps):
        if not path.exists():
            raise CommandError(f"there is no file or folder {path}")
    pairs = _in_folder(images, trimaps, out) if images.is_dir() else [_one(images, trimaps, out)]
    sources = {path.resolve() for pair in pairs for path in (pair.image, pair.trimap) if path is not None}
    if endangered := [pair.target for pair in pairs if pair.target.resolve() in sources]:
        raise CommandError(f"{endangered[0]} would be overwritten by its own alpha: choose another OUT")
    return pairs


def _one(image: Path, trimaps: Path, out: Path) -> ImagePair:
    trimap = _by_stem(trimaps).get(image.stem) if trimaps.is_dir() else trimaps
    target = out / f"{image.stem}.png" if out.is_dir() else out
    if target.suffix.lower() != ".png":
        raise CommandError(f"an alpha is saved as PNG: give OUT a name that ends in .png, or create the folder {out}")
    return ImagePair(image, trimap, target)


def _in_folder(images: Path, trimaps: Path, out: Path) -> list[ImagePair]:
    if not trimaps.is_dir():
        raise CommandError(f"{images} is a folder, so its trimaps must be in a folder too, which {trimaps} is not")
    if out.exists() and not out.is_dir():
        raise CommandError(f"{images} is a folder, so OUT must be a folder too, which {out} is not")
    found = [path for path in _files(images) if path.suffix.lower() in SUFFIXES]
    if not found:
        raise CommandError(f"there is no image in {images} (known are {', '.join(SUFFIXES)})")
    seen: dict[str, Path] = {}
    for path in found:
        if (other := seen.setdefault(path.stem, path)) is not path:
            raise CommandError(f"{other.name} and {path.name} would both become {path.stem}.png: rename one of them")
    partners = _by_stem(trimaps)
    return [ImagePair(path, partners.get(path.stem), out / f"{path.stem}.png") for path in found]


def _by_stem(folder: Path) -> Mapping[str, Path]:
    known = [path for path in _files(folder) if path.suffix.lower() in SUFFIXES]
    known.sort(key=lambda path: SUFFIXES.index(path.suffix.lower()), reverse=True)
    return {path.stem: path for path in known}


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
