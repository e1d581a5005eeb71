"""The recipes that wait for a GPU can be followed, and are what their descriptions say."""

import pytest

from training.experiments.starts import BASE, STARTS, base_recipe, recipes_of
from training.learning.loop_settings import Clipping
from training.losses.objective import Objective
from training.pretext.patches import PatchNoise, PatchOrder
from training.recipes.recipe import load_recipe

LONGEST_MINUTES = 7


def test_the_faithful_recipe_has_the_values_of_dpts_released_code() -> None:
    recipe = load_recipe("matteformer-patches")
    learning, patches = recipe.learning, recipe.patches
    assert (recipe.size, patches.grid, patches.patch, patches.known_share) == (224, 32, 7, 0.25)
    assert (patches.order, patches.noise, patches.jitter) == (PatchOrder.CODE, PatchNoise.PIXEL, True)
    assert (learning.learning_rate, learning.betas, learning.weight_decay) == (3e-4, (0.9, 0.95), 0.05)
    assert (learning.clipping, learning.objective) == (Clipping.ADAPTIVE, Objective.DISENTANGLING)
    assert learning.steps == 10 * learning.warm_up


@pytest.mark.parametrize(
    "name", ["compact-gpu", "compact-patches", "resnet50-patches", "matteformer-patches", "matteformer-realistic"]
)
def test_a_run_of_the_queue_ends_in_time(name: str) -> None:
    minutes = load_recipe(name).learning.minutes
    assert minutes is not None
    assert minutes <= LONGEST_MINUTES


@pytest.mark.parametrize("architecture", ["compact", "resnet50", "matteformer"])
def test_every_start_can_be_derived_for_a_gpu(architecture: str) -> None:
    base = base_recipe(str(BASE.with_name("gpu.toml")), architecture=architecture, steps=100)
    for initialisation in STARTS.values():
        for recipe in recipes_of(initialisation, base, seed=0):
            assert (recipe.architecture, recipe.patches.patch) == (architecture, 7)
