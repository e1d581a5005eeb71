"""Look at what the phenomena draw, one labelled row of alphas each, and at photographs composed with these alphas.

``python -m training.composing.contact_sheet --help``
"""

from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
import numpy.typing as npt
import torch
import typer
from torch import Tensor

from training.composing.material import Material, squares
from training.composing.realistic import RealisticSettings, realistic_photos
from training.photos import load_photos
from training.pretext.alphas import PHENOMENA, draw_alpha

DRAWN = 384
"""Side at which the pool is drawn; the sheet shows it reduced or enlarged."""
LABEL, GAP = 90, 2
PER_FOLDER = 30
"""Photos of a folder are enough to look at."""

Cell = npt.NDArray[np.uint8]
"""HxWx3, BGR."""


def contact_sheet(
    out: Annotated[Path, typer.Argument(help="Where the sheet goes (.png).")],
    phenomenon: Annotated[list[str] | None, typer.Option(help="Only this one; may be repeated.")] = None,
    photos: Annotated[
        Path | None,
        typer.Option(help="Also show photographs composed from these photos, and their trimaps."),
    ] = None,
    count: Annotated[int, typer.Option(help="Alphas in a row.", min=1)] = 8,
    seed: Annotated[int, typer.Option(help="Of all rows.")] = 0,
    side: Annotated[int, typer.Option(help="Pixels of an alpha's side on the sheet.", min=16)] = 192,
) -> None:
    """Write a sheet of alphas on black."""
    names = phenomenon or list(PHENOMENA)
    if strangers := [name for name in names if name not in PHENOMENA]:
        raise typer.BadParameter(f"no phenomenon is called {strangers[0]}; there are {', '.join(PHENOMENA)}")
    pool = None if photos is None else squares(load_photos(photos, per_folder=PER_FOLDER))
    rows = []
    for name in names:
        rng = np.random.default_rng(seed)
        alphas = [draw_alpha(rng, DRAWN, name) for _ in range(count)]
        rows.append(_row(name, [cv2.cvtColor(alpha, cv2.COLOR_GRAY2BGR) for alpha in alphas], side=side))
        if pool is not None:
            transmits = torch.full((count,), PHENOMENA[name].transmits)
            material = Material(pool, torch.from_numpy(np.stack(alphas)), transmits)
            rows += [_row("", cells, side=side) for cells in _composed(material, count=count, seed=seed)]
    out.write_bytes(cv2.imencode(".png", np.concatenate(rows))[1].tobytes())


def _composed(material: Material, *, count: int, seed: int) -> tuple[list[Cell], list[Cell]]:
    """Photographs, and their trimaps."""
    made = realistic_photos(torch.Generator().manual_seed(seed), material, count, RealisticSettings())
    return _cells(made.rgb.flip(1) * 255), _cells(made.trimap.expand(-1, 3, -1, -1))


def _cells(planes: Tensor) -> list[Cell]:
    """planes: N x 3 x S x S, BGR, [0, 255]."""
    return list(planes.round().to(torch.uint8).permute(0, 2, 3, 1).numpy())


def _row(name: str, cells: list[Cell], *, side: int) -> Cell:
    """A label and the cells beside one another: side + GAP pixels high."""
    label = np.zeros((side, LABEL, 3), np.uint8)
    cv2.putText(label, name, (4, side // 2), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (255, 255, 255), 1, cv2.LINE_AA)
    shown = [label, *(cv2.resize(cell, (side, side), interpolation=cv2.INTER_AREA) for cell in cells)]
    return np.concatenate([np.pad(cell, ((0, GAP), (0, GAP), (0, 0)), constant_values=96) for cell in shown], axis=1)


if __name__ == "__main__":
    typer.run(contact_sheet)
