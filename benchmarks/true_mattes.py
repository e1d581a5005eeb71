"""Photos with true mattes and trimaps, for the benchmarks that ask what a matte's or a trimap's judge is worth."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from matting_core.arrays import Alpha, Rgb, Trimap
from training.evaluate import find_truth
from training.matte_folders import find_mattes


@dataclass(frozen=True, slots=True)
class TrueMatte:
    """One photo under one of its trimaps. Arrays as everywhere; see `matting_core`."""

    name: str
    trimaps: str
    rgb: Rgb
    trimap: Trimap
    truth: Alpha


def true_mattes(folder: Path, trimaps: list[str] | None) -> Iterator[TrueMatte]:
    """All photos of a folder, photo by photo within each kind of trimap.

    folder: ``image/``, ``alpha/`` and the folders named in `trimaps`. Without names, it may also be a folder of such
    folders, and a trimap that is missing is made from the alpha.
    """
    for name in trimaps or []:
        for truth in find_truth(folder, trimaps=name):
            rgb, trimap, alpha = truth.read()
            yield TrueMatte(truth.image.stem, name, rgb, trimap, alpha)
    if not trimaps:
        for files in find_mattes(folder):
            example = files.read()
            name = f"{files.image.parent.parent.name}/{files.image.stem}"
            yield TrueMatte(name, "", example.rgb, example.trimap, example.alpha)
