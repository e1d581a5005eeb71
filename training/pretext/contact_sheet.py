"""Look at what the phenomena draw: one labelled row of alphas each.

``python -m training.pretext.contact_sheet --help``
"""

from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
import numpy.typing as npt
import typer

from training.pretext.alphas import PHENOMENA, draw_alpha

DRAWN = 384
"""Side at which the pool is drawn; the sheet shows it reduced or enlarged."""
LABEL, GAP = 90, 2


def contact_sheet(
    out: Annotated[Path, typer.Argument(help="Where the sheet goes (.png).")],
    phenomenon: Annotated[list[str] | None, typer.Option(help="Only this one; may be repeated.")] = None,
    count: Annotated[int, typer.Option(help="Alphas in a row.", min=1)] = 8,
    seed: Annotated[int, typer.Option(help="Of all rows.")] = 0,
    side: Annotated[int, typer.Option(help="Pixels of an alpha's side on the sheet.", min=16)] = 192,
) -> None:
    """Write a sheet of alphas on black."""
    names = phenomenon or list(PHENOMENA)
    if strangers := [name for name in names if name not in PHENOMENA]:
        raise typer.BadParameter(f"no phenomenon is called {strangers[0]}; there are {', '.join(PHENOMENA)}")
    written = cv2.imencode(".png", np.concatenate([_row(name, count=count, seed=seed, side=side) for name in names]))[1]
    out.write_bytes(written.tobytes())


def _row(name: str, *, count: int, seed: int, side: int) -> npt.NDArray[np.uint8]:
    """A label and `count` alphas beside one another: uint8, side + GAP x width."""
    rng = np.random.default_rng(seed)
    label = np.zeros((side, LABEL), np.uint8)
    cv2.putText(label, name, (4, side // 2), cv2.FONT_HERSHEY_SIMPLEX, 0.5, 255, 1, cv2.LINE_AA)
    cells = [label] + [
        cv2.resize(draw_alpha(rng, DRAWN, name), (side, side), interpolation=cv2.INTER_AREA) for _ in range(count)
    ]
    return np.concatenate([np.pad(cell, ((0, GAP), (0, GAP)), constant_values=96) for cell in cells], axis=1)


if __name__ == "__main__":
    typer.run(contact_sheet)
