"""Initialisations share one budget, are made once, and go on from each other."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from matting_core.networks.registry import save_network
from training.composing.composer import Pretext
from training.experiments import starts
from training.experiments.starts import STARTS, Start, Workshop, base_recipe, changed, digest, grid_for, recipes_of
from training.losses.objective import Objective
from training.pretext.patches import PatchOrder
from training.pretrain import Place, start_network
from training.recipes.recipe import Recipe, RecipeError
from training.whole_file import write_atomically


@pytest.mark.parametrize(
    ("size", "patch", "grid"), [(224, 7, 32), (224, 4, 56), (224, 28, 8), (112, 7, 16), (128, 7, 16), (192, 7, 24)]
)
def test_the_grid_has_the_wanted_patches_or_the_nearest_that_fill_the_sample(size: int, patch: int, grid: int) -> None:
    assert grid_for(size, patch) == grid


def test_every_start_takes_the_steps_of_the_base_recipe_in_all() -> None:
    base = base_recipe(steps=50)
    for start, initialisation in STARTS.items():
        recipes = recipes_of(initialisation, base, seed=3)
        assert sum(recipe.learning.steps or 0 for recipe in recipes) == (0 if start is Start.RANDOM else 50)
        assert {recipe.seed for recipe in recipes} <= {3}
        assert {(recipe.size, recipe.batch, recipe.learning.learning_rate) for recipe in recipes} <= {(128, 8, 1e-3)}
    (figure,) = recipes_of(STARTS[Start.PATCHES_FIGURE], base, seed=0)
    assert (figure.pretext, figure.patches.order, figure.patches.patch) == (Pretext.PATCHES, PatchOrder.FIGURE, 8)


def test_hidden_blocks_are_learnt_without_a_prior_and_patches_with_it() -> None:
    base = base_recipe(prior=True)
    (masked,) = recipes_of(STARTS[Start.MASKED], base, seed=0)
    (patches,) = recipes_of(STARTS[Start.PATCHES_CODE], base, seed=0)
    assert (masked.prior, patches.prior) == (False, True)


def test_a_large_network_gets_the_loss_of_its_scales_and_no_prior() -> None:
    base = base_recipe(architecture="resnet50", prior=True, steps=30, size=96)
    assert (base.architecture, base.prior, base.learning.objective) == ("resnet50", False, Objective.DISENTANGLING)
    assert (base.size, base.crop, base.learning.steps, base.learning.warm_up) == (96, 96, 30, 3)


def test_an_unknown_recipe_is_refused() -> None:
    with pytest.raises(RecipeError, match="there is no recipe"):
        base_recipe("nowhere.toml")


def test_a_digest_changes_with_what_decides_the_outcome_and_not_with_names() -> None:
    base = base_recipe()
    renamed = base.model_copy(update={"name": "other", "about": "other"})
    assert digest([base]) == digest([renamed])
    assert digest([base]) != digest([base_recipe(steps=7)])


def test_a_digest_is_blind_to_the_settings_of_another_pretext() -> None:
    def digests(base: Recipe) -> dict[Start, str]:
        return {start: digest(recipes_of(one, base, seed=0)) for start, one in STARTS.items()}

    plain, linear = digests(base_recipe()), digests(changed(base_recipe(), realistic={"linear_light": 0.33}))
    moved = {start for start in Start if plain[start] != linear[start]}
    assert moved == {Start.REALISTIC, Start.PATCHES_THEN_REALISTIC}
    assert len(set(plain.values())) == len(Start)


@pytest.fixture
def pretrained(monkeypatch: pytest.MonkeyPatch) -> list[Recipe]:
    """The recipes that were followed; each only adds one to every weight."""
    followed: list[Recipe] = []

    def pretend(recipe: Recipe, place: Place, *, say: Callable[..., bool] | None = None) -> None:
        network = start_network(recipe)
        with torch.no_grad():
            for parameter in network.parameters():
                parameter.add_(1)
        write_atomically(place.out, save_network(network))
        followed.append(recipe)

    monkeypatch.setattr(starts, "pretrain", pretend)
    return followed


def test_stages_go_on_from_each_other_and_what_was_made_is_not_made_again(
    pretrained: list[Recipe], recipe: Path, tmp_path: Path
) -> None:
    base = base_recipe(str(recipe), steps=4)
    workshop = Workshop(tmp_path, tmp_path / "work")

    def make(start: Start, seed: int = 0) -> torch.Tensor:
        network = starts.starting_network(STARTS[start], base, workshop, seed=seed)
        return next(network.parameters()).detach().clone()

    plain = make(Start.RANDOM)
    assert not pretrained
    twice = make(Start.PATCHES_THEN_REALISTIC)
    assert [one.pretext for one in pretrained] == [Pretext.PATCHES, Pretext.REALISTIC]
    torch.testing.assert_close(twice, plain + 2)
    torch.testing.assert_close(make(Start.PATCHES_THEN_REALISTIC), twice)
    assert len(pretrained) == 2
    make(Start.PATCHES_THEN_REALISTIC, seed=1)
    assert len(pretrained) == 4
