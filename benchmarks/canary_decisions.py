"""How often does a canary go live, or is it refused, that is as good as the live version, better, or worse?

    python -m benchmarks.canary_decisions [--tries 400] [--json]

Efforts are drawn from a lognormal distribution, more or less uneven, and 15 % of the drafts need no stroke at all. The
canary's are multiplied by a factor. There is one live draft for each of the canary's, or four.
"""

import json
from collections import Counter
from itertools import product
from typing import Annotated

import numpy as np
import typer

from training.canary import LOOKS, CanaryDecision, decide

UNEVEN = (0.8, 1.2)  # sigma
FACTORS = (1.0, 0.7, 0.5, 1.5)
LIVE_FOR_EACH = (1, 4)
UNTOUCHED = 0.15


def main(
    tries: Annotated[int, typer.Option(help="Canaries of each sort.")] = 400,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON line.")] = False,
) -> None:
    """Print the shares."""
    chance, figures = np.random.default_rng(5), []
    for sigma, live, factor in product(UNEVEN, LIVE_FOR_EACH, FACTORS):
        told = Counter(decide(_drafts(chance, sigma=sigma, live=live, factor=factor))[0] for _ in range(tries))
        shares = {decision.value: told[decision] / tries for decision in CanaryDecision if told[decision]}
        figures.append({"sigma": sigma, "live_for_each": live, "factor": factor, **shares})
        if not as_json:
            words = ", ".join(f"{decision} {share:.1%}" for decision, share in shares.items())
            print(f"sigma {sigma}, {live} live for each, effort x {factor}: {words}")
    if as_json:
        print(json.dumps(figures))


def _drafts(chance: np.random.Generator, *, sigma: float, live: int, factor: float) -> list[tuple[float, bool]]:
    count = LOOKS[-1] * (live + 1)
    areas = chance.lognormal(0, sigma, count) * (chance.random(count) >= UNTOUCHED)
    return [(area * factor, True) if place % (live + 1) == live else (area, False) for place, area in enumerate(areas)]


if __name__ == "__main__":
    typer.run(main)
