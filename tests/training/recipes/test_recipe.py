"""Recipes: those that come with the program can be followed; a wrong one is refused with what is wrong."""

from pathlib import Path

import pytest

from matting_core.networks.registry import ARCHITECTURES
from training.composing.composer import Pretext
from training.learning.loop_settings import Clipping, Precision
from training.losses.objective import Objective
from training.pretext.patches import PatchOrder
from training.recipes.recipe import RecipeError, load_recipe, recipe_names

PLAIN = """
about = "for a test"
prior = false
[learning]
steps = 3
"""


def written(tmp_path: Path, text: str) -> str:
    path = tmp_path / "own.toml"
    path.write_text(text, "utf-8")
    return str(path)


@pytest.mark.parametrize("name", recipe_names())
def test_every_recipe_that_comes_with_the_program_can_be_followed(name: str) -> None:
    recipe = load_recipe(name)
    assert recipe.name == name
    assert recipe.about
    ARCHITECTURES[recipe.architecture].build(**recipe.network)
    loop = recipe.loop(device="cpu")
    assert loop.seed == recipe.seed


def test_a_recipe_of_ones_own_is_named_after_its_file(tmp_path: Path) -> None:
    recipe = load_recipe(written(tmp_path, PLAIN))
    assert (recipe.name, recipe.learning.steps, recipe.architecture) == ("own", 3, "compact")
    assert recipe.pretext is Pretext.REALISTIC


def test_what_a_file_says_reaches_samples_and_loop(tmp_path: Path) -> None:
    text = """
about = "all of it"
architecture = "matteformer"
prior = false
pretext = "patches"
size = 128
batch = 3
seed = 9
[network]
width = 24
depths = [1, 1, 1, 1]
[patches]
grid = 16
order = "figure"
[realistic]
linear_light = 0.5
[stream]
pool = 5
[learning]
steps = 7
learning_rate = 3e-4
betas = [0.9, 0.95]
weight_decay = 0.05
clipping = "adaptive"
objective = "disentangling"
precision = "bf16-mixed"
"""
    recipe = load_recipe(written(tmp_path, text))
    composer, loop = recipe.composer(), recipe.loop(device="cuda", devices=2)
    assert (composer.pretext, composer.size) == (Pretext.PATCHES, 128)
    assert (composer.patches.grid, composer.patches.order) == (16, PatchOrder.FIGURE)
    assert composer.realistic.linear_light == 0.5
    assert recipe.network == {"width": 24, "depths": (1, 1, 1, 1)}
    assert (loop.steps, loop.learning_rate, loop.betas, loop.weight_decay) == (7, 3e-4, (0.9, 0.95), 0.05)
    assert (loop.clipping, loop.objective) == (Clipping.ADAPTIVE, Objective.DISENTANGLING)
    assert loop.precision is Precision.BFLOAT16
    assert (loop.device, loop.devices, loop.seed) == ("cuda", 2, 9)
    assert recipe.stream.pool == 5


def test_length_and_seed_can_be_replaced(tmp_path: Path) -> None:
    recipe = load_recipe(written(tmp_path, PLAIN))
    longer = recipe.changed(minutes=2.0, seed=4)
    assert (longer.learning.steps, longer.learning.minutes, longer.seed) == (None, 2.0, 4)
    assert recipe.changed() == recipe


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("colour = 3", "colour: Extra inputs"),
        ('architecture = "unet"', "no architecture named 'unet'"),
        ('architecture = "resnet50"\nprior = true', "set prior = false"),
        ("prior = true\ncrop = 100", "multiple of 64"),
        ("prior = true\nsize = 128\ncrop = 192", "does not fit"),
        ('pretext = "stars"', "pretext: "),
        ("batch = 0", "batch: "),
        ("[patches]\ngrid = 30", "patches"),
        ('pretext = "patches"\nsize = 100', "multiple of the grid"),
        ('architecture = "resnet50"', 'set objective = "disentangling"'),
        ('architecture = "resnet50"\nsize = 100', "multiple of 32"),
    ],
)
def test_a_recipe_that_cannot_be_followed_is_refused_with_the_fault(tmp_path: Path, change: str, said: str) -> None:
    text = 'about = "wrong"\n' + ("" if "prior" in change else "prior = false\n") + change + "\n[learning]\nsteps = 1\n"
    with pytest.raises(RecipeError, match="cannot be followed") as refused:
        load_recipe(written(tmp_path, text))
    assert said in str(refused.value)


def test_a_recipe_without_an_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="needs an end"):
        load_recipe(written(tmp_path, PLAIN.replace("steps = 3", "")))


def test_a_recipe_that_is_not_there_is_answered_with_those_that_are() -> None:
    with pytest.raises(RecipeError, match=r"one of .*compact"):
        load_recipe("compactt")


def test_a_file_that_is_no_toml_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"own\.toml is no readable TOML"):
        load_recipe(written(tmp_path, "about = "))
