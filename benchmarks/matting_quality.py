"""Quality of the shipped model beside closed form and its own prior, on any folder with true mattes.

    python -m benchmarks.matting_quality FOLDER [--trimaps trimap --trimaps trimap2] [--json]

FOLDER holds ``image/``, ``alpha/`` and the folders of trimaps. Errors are taken in the unknown region, as
alphamatting.com and Composition-1k define them. "prior alone" is the network before any training, which answers with
its classical prior: what compact gains over it is what training gave. "ratio" has compact's mean errors divided by
closed form's on the same images. ``--json`` prints ``{TRIMAPS: {"closed-form": ..., "prior alone": ..., "compact": ...,
"ratio": ...}}``, each with ``sad``, ``mse``, ``grad`` and ``conn``.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from matting_core.classical import ClosedForm
from matting_core.matting import Matting
from matting_core.networks.registry import build_network, load_matting, save_network, shipped_weights
from studio.commands.terminal import chatter_aside
from training.evaluate import evaluate


def main(
    folder: Annotated[Path, typer.Argument(help="Folder with image/, alpha/ and trimaps.")],
    trimaps: Annotated[list[str] | None, typer.Option(help="Names of the trimap folders.")] = None,
    weights: Annotated[Path | None, typer.Option(help="Other weights than the shipped ones.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")] = False,
) -> None:
    """Print mean SAD, MSE, Grad and Conn of the three methods."""
    trained = load_matting("compact", weights.read_bytes() if weights else shipped_weights("compact"))
    # an untrained network's corrections are exactly zero, so its random weights change nothing
    untrained = load_matting("compact", save_network(build_network("compact")))
    methods: dict[str, Matting] = {"closed-form": ClosedForm(), "prior alone": untrained, "compact": trained}
    rows: dict[str, dict[str, dict[str, float]]] = {}
    for name in trimaps or ["trimap"]:
        with chatter_aside():
            rows[name] = {
                method: asdict(evaluate(matting, folder, trimaps=name).mean) for method, matting in methods.items()
            }
        rows[name]["ratio"] = {
            metric: rows[name]["compact"][metric] / value for metric, value in rows[name]["closed-form"].items()
        }
    if as_json:
        print(json.dumps(rows))
        return
    print("| trimaps | method | SAD | MSE | Grad | Conn |\n|---|---|---|---|---|---|")
    for name, methods_of_name in rows.items():
        for method, errors in methods_of_name.items():
            figures = " | ".join(f"{errors[metric]:.4f}" for metric in ("sad", "mse", "grad", "conn"))
            print(f"| {name} | {method} | {figures} |")


if __name__ == "__main__":
    typer.run(main)
