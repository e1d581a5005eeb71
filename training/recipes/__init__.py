"""How each model is pre-trained: one TOML file a recipe, read by `recipe.py`."""
