import pytest

from training.bundle.recipe import RecipeUnknownError, as_recipe, settings_of
from training.finetune_settings import FinetuneSettings


def test_a_recipe_comes_back_as_it_was_but_for_the_place():
    settings = FinetuneSettings(steps=7, minutes=3, learning_rate=1e-4, seed=5, device="cuda:1")
    back = settings_of(as_recipe(settings), device="cpu")
    assert as_recipe(back) == as_recipe(settings)
    assert back.device == "cpu"


@pytest.mark.parametrize(
    "recipe",
    [{"steps": "many"}, {"device": "cuda"}, {"patience_of_saints": 1}, {"material": {"a": 1}}, {"seed": None}],
)
def test_a_recipe_of_another_version_is_refused(recipe):
    with pytest.raises(RecipeUnknownError, match="recipe"):
        settings_of(recipe, device="cpu")
