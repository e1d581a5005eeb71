"""How well does the complexity of a matte tell what a vendor asks for it?

    python -m benchmarks.complexity_classes FOLDER... [--kinds kinds.csv] [--json]

FOLDER holds ``image/`` and ``alpha/``, or folders that do. kinds.csv has a line ``NAME,KIND`` for each photo, by the
stem of its file, with kinds as the classes of the rate card are named; without it, every photo is of the kind of the
folder that its ``image/`` lies in. Photos without a kind are left out.

Complexity is unknown pixels per pixel of the subject, so it depends on how wide a band people leave unknown. Each matte
is therefore looked at under up to four trimaps: a ``narrow`` band of 0.3 % of the longer side and the ``drafted`` one
of 1 % to either side of what is soft, as drafts and imports have it; a band of ``random`` width to either side, as
trainings draw operators' trimaps (the median of 15); and the one that was ``given`` in ``trimap/``, if it was.

Printed are, for each kind and trimap, the number of photos, the least, the middle and the greatest complexity, and how
many of them the starting card puts into which class; then how likely a photo of the dearer of two kinds is the more
complex one (0.5 is a coin's toss, 1 is always). ``--json`` prints ``{"complexity": {TRIMAP: {KIND: [...]}}, "classes":
{TRIMAP: {KIND: {CLASS: ...}}}, "order": {TRIMAP: {"KIND < KIND": ...}}}``.
"""

import csv
import json
import statistics
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from annotation_store.insights.outcomes import complexity_of
from annotation_store.money.complexity import class_of
from annotation_store.money.rate_card import STARTING_CARD
from matting_core.arrays import Alpha
from matting_core.image_io import decode_alpha, decode_trimap
from matting_core.trimap import band_for, from_alpha
from training.matte_folders import MatteFiles, banded_trimap, find_mattes

NARROW = 0.003
HANDS = 15

Found = dict[str, dict[str, list[float]]]


def main(
    folders: Annotated[list[Path], typer.Argument(help="Folders with image/ and alpha/, or of such folders.")],
    kinds: Annotated[Path | None, typer.Option(help="Table of photos and their kinds.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of tables.")] = False,
) -> None:
    """Print complexities by kind, what class they lead to, and how well they order kinds."""
    named = None if kinds is None else dict(csv.reader(kinds.read_text(encoding="utf-8").splitlines()))
    found: Found = defaultdict(lambda: defaultdict(list))
    for folder in folders:
        for files in find_mattes(folder):
            kind = files.image.parent.parent.name if named is None else named.get(files.image.stem)
            if kind is not None:
                for trimap, complexity in _complexities(files).items():
                    found[trimap][kind].append(complexity)
    classes = {trimap: {kind: _classes(values) for kind, values in by.items()} for trimap, by in found.items()}
    order = {trimap: _order(by) for trimap, by in found.items()}
    if as_json:
        print(json.dumps({"complexity": found, "classes": classes, "order": order}))
        return
    names = [each.name for each in STARTING_CARD.classes]
    for trimap, by_kind in found.items():
        print(
            f"{trimap:26}{'photos':>8}{'least':>8}{'middle':>8}{'most':>8}" + "".join(f"{name:>16}" for name in names)
        )
        for kind in sorted(by_kind, key=lambda each: statistics.median(by_kind[each])):
            values = by_kind[kind]
            ends = f"{min(values):8.2f}{statistics.median(values):8.2f}{max(values):8.2f}"
            print(f"  {kind:24}{len(values):8}{ends}" + "".join(f"{classes[trimap][kind][name]:16}" for name in names))
        for pair, chance in order[trimap].items():
            print(f"  {pair:40} {chance:.2f}")


def _complexities(files: MatteFiles) -> dict[str, float]:
    alpha: Alpha = decode_alpha(files.alpha.read_bytes())
    height, width = alpha.shape
    drawn = [complexity_of(banded_trimap(np.random.default_rng(hand), alpha)) for hand in range(HANDS)]
    found = {
        "narrow": complexity_of(from_alpha(alpha, band=band_for(width, height, share=NARROW))),
        "drafted": complexity_of(from_alpha(alpha, band=band_for(width, height))),
        "random": statistics.median(drawn),
    }
    if files.trimap is not None:
        found["given"] = complexity_of(decode_trimap(files.trimap.read_bytes()))
    return found


def _classes(values: list[float]) -> Counter[str]:
    return Counter(class_of(STARTING_CARD, value).name for value in values)


def _order(by_kind: dict[str, list[float]]) -> dict[str, float]:
    """By kinds in the order of the card, others behind."""
    names = [each.name for each in STARTING_CARD.classes]
    kinds = sorted(by_kind, key=lambda kind: (names.index(kind) if kind in names else len(names), kind))
    found = {}
    for lower, upper in combinations(kinds, 2):
        one, other = np.array(by_kind[lower])[:, None], np.array(by_kind[upper])[None, :]
        found[f"{lower} < {upper}"] = float(((one < other) + (one == other) / 2).mean())
    return found


if __name__ == "__main__":
    typer.run(main)
