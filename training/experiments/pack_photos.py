"""A folder of photos made small enough to travel: reduced as training reads them anyway, folders kept.

    python -m training.experiments.pack_photos PHOTOS OUT --megabytes 45

`training.photos.load_photos` reads OUT as it reads PHOTOS.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
import typer

from training.photos import SHORT_SIDE, SMALLEST_SIDE, SUFFIXES

QUALITIES = (92, 85, 75, 65)
"""Of JPEG, from the best; below the last, blocks would be learnt as texture."""
PER_FOLDER = 200
"""What `load_photos` reads of a folder."""
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Reduced:
    """One photo in each of `QUALITIES`. path: relative to the pack."""

    path: Path
    files: tuple[bytes, ...]


def pack_photos(photos: Path, out: Path, *, megabytes: float, per_folder: int = PER_FOLDER, seed: int = 7) -> int:
    """Write the pack into `out` and return how many photos it holds.

    megabytes: that the files may have together: in the best quality that fits, and if none does, with evenly fewer
    photos. Photos that training would not read are left out. Raises FileNotFoundError when none is left.
    """
    reduced = [photo for photo in _reduced(photos, per_folder=per_folder, seed=seed) if photo is not None]
    limit = int(megabytes * MEGABYTE)
    kept, quality = _fitting(reduced, limit)
    if not kept:
        raise FileNotFoundError(f"no photo of at least {SMALLEST_SIDE} pixels a side lies under {photos}")
    for photo in kept:
        path = out / photo.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(photo.files[quality])
    return len(kept)


def _fitting(photos: Sequence[Reduced], limit: int) -> tuple[Sequence[Reduced], int]:
    """The photos that are kept, and the place of their quality."""
    for quality in range(len(QUALITIES)):
        if sum(len(photo.files[quality]) for photo in photos) <= limit:
            return photos, quality
    sizes = [len(photo.files[-1]) for photo in photos]
    for kept in range(len(photos) - 1, 0, -1):
        rows = np.linspace(0, len(photos) - 1, kept).round().astype(int)
        if sum(sizes[row] for row in rows) <= limit:
            return [photos[row] for row in rows], len(QUALITIES) - 1
    return [], 0


def _reduced(photos: Path, *, per_folder: int, seed: int) -> Iterator[Reduced | None]:
    rng = np.random.default_rng(seed)
    for directory in sorted({path.parent for path in photos.rglob("*") if path.suffix.lower() in SUFFIXES}):
        paths = sorted(path for path in directory.iterdir() if path.suffix.lower() in SUFFIXES)
        rng.shuffle(paths)
        for path in sorted(paths[:per_folder]):
            yield _reduce(path, path.relative_to(photos))


def _reduce(path: Path, name: Path) -> Reduced | None:
    image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if image is None or min(image.shape[:2]) < SMALLEST_SIDE:
        return None
    scale = SHORT_SIDE / min(image.shape[:2])
    if scale < 1:
        image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    files = (cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1] for quality in QUALITIES)
    # the suffix stays in the name: a folder may hold one.png beside one.jpg
    return Reduced(name.with_name(f"{name.name}.jpg"), tuple(file.tobytes() for file in files))


def main(
    photos: Annotated[Path, typer.Argument(help="Folder of photos.")],
    out: Annotated[Path, typer.Argument(help="Folder for the pack; made if it is not there.")],
    megabytes: Annotated[float, typer.Option(min=0.01, help="At most so many, of a million bytes.")] = 45,
    per_folder: Annotated[int, typer.Option(min=1, help="Photos of each folder at most.")] = PER_FOLDER,
) -> None:
    """Pack photos for a machine that nothing else can be copied to."""
    try:
        count = pack_photos(photos, out, megabytes=megabytes, per_folder=per_folder)
    except FileNotFoundError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{count} photos in {out}")


if __name__ == "__main__":
    typer.run(main)
