"""A network while it is trained, measured on a folder with true mattes: only measured, never chosen by it."""

import copy
import sys
from contextlib import redirect_stdout
from pathlib import Path

from torch import nn

from matting_core.matting import Matting
from matting_core.metrics import MatteErrors
from matting_core.networks.registry import ARCHITECTURES
from training.evaluate import evaluate
from training.experiments.blind import BlindMatting
from training.recipes.recipe import Recipe


def ready(network: nn.Module, recipe: Recipe, *, device: str = "cpu") -> Matting:
    """A matting model of a copy of `network`, told a classical prior or not as the recipe says."""
    own = copy.deepcopy(network).eval()
    if recipe.architecture == "compact" and not recipe.prior:
        return BlindMatting(own, device=device)
    return ARCHITECTURES[recipe.architecture].wrap(own, device=device)


def score(matting: Matting, folder: Path, *, trimaps: str) -> MatteErrors:
    """Mean errors in the unknown region. Raises EvaluationFolderError."""
    with redirect_stdout(sys.stderr):  # PyMatting tells of hard photos where the results belong
        return evaluate(matting, folder, trimaps=trimaps).mean


def kind_of(recipe: Recipe) -> str:
    """What is compared, for people: the architecture, and whether it has a prior where that is a choice."""
    if recipe.architecture != "compact":
        return recipe.architecture
    return f"compact {'with' if recipe.prior else 'without'} prior"
