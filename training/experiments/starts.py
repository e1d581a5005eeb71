"""Initialisations by name: what a network has learnt before it sees its first true matte, made once and kept.

All of them have the same architecture, size, batch, rate and number of pre-training steps, those of one base recipe.
"""

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import torch
from torch import nn

from training.composing.composer import Pretext
from training.losses.objective import Objective
from training.pretext.patches import PatchNoise, PatchOrder
from training.pretrain import Place, Say, pretrain, start_network
from training.recipes.recipe import Recipe, load_recipe

BASE = Path(__file__).with_name("base.toml")
DPT_PATCH = 7
"""Side of DPT's patches in pixels."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One pre-training. patch: wanted side of a patch in pixels. order, known_share, noise: as in `PatchSettings`.
    photos: how many are used at most; None for the base recipe's. share: of the base recipe's steps."""

    pretext: Pretext
    order: PatchOrder = PatchOrder.CODE
    patch: int = DPT_PATCH
    known_share: float = 0.25
    noise: PatchNoise = PatchNoise.PIXEL
    photos: int | None = None
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Initialisation:
    """Stages that follow each other; none of them: random weights."""

    name: str
    stages: tuple[Stage, ...] = ()


class Start(StrEnum):
    """The initialisations that are compared."""

    RANDOM = "random"
    MASKED = "masked"
    PATCHES_CODE = "patches-code"
    PATCHES_FIGURE = "patches-figure"
    REALISTIC = "realistic"
    PATCHES_THEN_REALISTIC = "patches-then-realistic"


STARTS = {
    Start.RANDOM: Initialisation(Start.RANDOM.value),
    Start.MASKED: Initialisation(Start.MASKED.value, (Stage(Pretext.MASKED),)),
    Start.PATCHES_CODE: Initialisation(Start.PATCHES_CODE.value, (Stage(Pretext.PATCHES),)),
    Start.PATCHES_FIGURE: Initialisation(
        Start.PATCHES_FIGURE.value, (Stage(Pretext.PATCHES, order=PatchOrder.FIGURE),)
    ),
    Start.REALISTIC: Initialisation(Start.REALISTIC.value, (Stage(Pretext.REALISTIC),)),
    # half the steps each: more steps in all would win by being more
    Start.PATCHES_THEN_REALISTIC: Initialisation(
        Start.PATCHES_THEN_REALISTIC.value, (Stage(Pretext.PATCHES, share=0.5), Stage(Pretext.REALISTIC, share=0.5))
    ),
}


@dataclass(frozen=True, slots=True)
class Workshop:
    """Where initialisations are made. work: keeps them, and what an interrupted pre-training goes on from. workers:
    processes that make samples with a prior."""

    photos: Path
    work: Path
    device: str = "cpu"
    workers: int = 1


def base_recipe(
    name: str | None = None,
    *,
    architecture: str | None = None,
    prior: bool | None = None,
    steps: int | None = None,
    size: int | None = None,
) -> Recipe:
    """The recipe that initialisations are derived from: `base.toml` or another one, with what is given changed.

    A refining network gets the loss of its three scales and no prior. Raises RecipeError as `load_recipe` does, and
    ValueError if what is given does not fit together.
    """
    recipe = load_recipe(name or str(BASE))
    change: dict[str, Any] = {}
    if architecture is not None and architecture != recipe.architecture:
        change |= {"architecture": architecture, "network": {}}
    if change.get("architecture", recipe.architecture) != "compact":
        change |= {"prior": False, "learning": {"objective": Objective.DISENTANGLING}}
    elif prior is not None:
        change["prior"] = prior
    if size is not None:
        change |= {"size": size, "crop": size}
    return changed(recipe, **change) if steps is None else with_steps(changed(recipe, **change), steps)


def changed(recipe: Recipe, **change: Any) -> Recipe:
    """Another recipe, checked anew; `learning` and `patches` are changed field by field."""
    fields = recipe.model_dump()
    for part in ("learning", "patches"):
        change[part] = fields[part] | change.get(part, {})
    return Recipe.model_validate(fields | change)


def with_steps(recipe: Recipe, steps: int) -> Recipe:
    """The recipe over so many steps, at most a tenth of them to warm up."""
    warm_up = min(recipe.learning.warm_up, steps // 10)
    return changed(recipe, learning={"steps": steps, "minutes": None, "warm_up": warm_up})


def recipes_of(initialisation: Initialisation, base: Recipe, *, seed: int) -> tuple[Recipe, ...]:
    """The recipe of each stage; what a stage starts from is not in it yet."""
    return tuple(_stage_recipe(initialisation.name, stage, base, seed=seed) for stage in initialisation.stages)


def starting_network(
    initialisation: Initialisation, base: Recipe, workshop: Workshop, *, seed: int, say: Say | None = None
) -> nn.Module:
    """The network of an initialisation, pre-trained now unless it was before; the seed decides all of it.

    Raises what `training.pretrain.pretrain` raises.
    """
    torch.manual_seed(seed)
    recipes = recipes_of(initialisation, base, seed=seed)
    previous: Path | None = None
    for count, recipe in enumerate(recipes, 1):
        kept = workshop.work / "starts" / f"{initialisation.name}-{seed}-{digest(recipes[:count])}.safetensors"
        if not kept.is_file():
            _pretrain(recipe, workshop, kept, start=previous, say=say)
        previous = kept
    return start_network(base.model_copy(update={"start": None if previous is None else str(previous)}))


def digest(recipes: Sequence[Recipe]) -> str:
    """Tells pre-trainings apart by all that decides their outcome, but for the photos themselves."""
    return short_hash([recipe.model_dump(mode="json", exclude=_idle(recipe)) for recipe in recipes])


def short_hash(content: object) -> str:
    """Of what JSON can hold."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:8]


def _idle(recipe: Recipe) -> set[str]:
    """Fields that nothing looks at: a change of them must not make anybody measure again."""
    idle = {"name", "about"}
    if recipe.pretext is not Pretext.REALISTIC:
        idle |= {"realistic", "alphas"}
    if recipe.pretext is not Pretext.PATCHES:
        idle.add("patches")
    if not recipe.prior:
        idle |= {"crop", "stream"}
    return idle


def grid_for(size: int, patch: int) -> int:
    """The grid that fills `size` pixels with patches as near to `patch` pixels as can be; if in doubt, larger ones."""
    grids = [grid for grid in range(1, size + 1) if size % grid == 0]
    return min(grids, key=lambda grid: (abs(size / grid - patch), grid))


def _stage_recipe(name: str, stage: Stage, base: Recipe, *, seed: int) -> Recipe:
    drawn = stage.pretext is Pretext.REALISTIC
    recipe = changed(
        base,
        name=name,
        seed=seed,
        pretext=stage.pretext,
        # a prior of hidden blocks has nothing to go by: no trimap, and colours that are not there
        prior=base.prior and stage.pretext is not Pretext.MASKED,
        alphas=base.alphas if drawn else 1,
        photos=stage.photos or base.photos,
        patches={
            "size": base.size,
            "grid": grid_for(base.size, stage.patch),
            "known_share": stage.known_share,
            "order": stage.order,
            "noise": stage.noise,
        },
    )
    steps = base.learning.steps
    return recipe if steps is None or stage.share == 1 else with_steps(recipe, max(1, round(steps * stage.share)))


def _pretrain(recipe: Recipe, workshop: Workshop, kept: Path, *, start: Path | None, say: Say | None) -> None:
    folder = kept.with_suffix("")
    unfinished = folder / "unfinished.safetensors"
    place = Place(workshop.photos, folder, unfinished, device=workshop.device, devices=1, workers=workshop.workers)
    pretrain(recipe.model_copy(update={"start": None if start is None else str(start)}), place, say=say)
    unfinished.replace(kept)
    shutil.rmtree(folder)
