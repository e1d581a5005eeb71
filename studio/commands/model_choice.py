"""Which model a command works with: a shipped one, a version of the studio, or the live one."""

from typing import TYPE_CHECKING

from annotation_store.learning import model_registry, what_serves
from matting_core.model_names import DEFAULT, is_model_path, named_models, open_matting
from studio.commands.errors import CommandError
from studio.commands.options import existing_store, has_studio
from training.built_in_models import register_built_in_models
from training.models import choose_device, load_model

if TYPE_CHECKING:
    from annotation_store.records import ModelRecord
    from annotation_store.store import Store
    from matting_core.matting import Matting
    from studio.settings import Settings


def choose_model(settings: "Settings", name: str | None, *, fastest: bool = False) -> "tuple[str, Matting]":
    """The model called `name`, ready, and its name; None: the live one, or the shipped one where there is no studio.

    Models that ship and models in files (see `matting_core.model_names`) need no studio. fastest: measure engines and
    precisions first. Raises CommandError if no model has this name, MattingError if its file is wrong.
    """
    use_threads(settings)
    device = choose_device(settings.device)
    if name is None and not has_studio(settings):
        name = DEFAULT
    if name is not None and (name in named_models() or is_model_path(name)):
        return name, open_matting(name, device=device, fastest=fastest)
    if not has_studio(settings):
        raise CommandError(
            f"there is no model named {name}: without a studio in {settings.data_dir} there are "
            f"{', '.join(named_models())}, and models in files; name the studio's folder with --data-dir"
        )
    with existing_store(settings) as store:
        register_built_in_models(store)
        record = what_serves.live_model(store) if name is None else find_version(store, name)
        return record.name, load_model(store, record, device=device, fastest=fastest)


def find_version(store: "Store", name: str) -> "ModelRecord":
    """The model version called `name`. Raises CommandError if there is none, with the names that there are."""
    versions = {model.name: model for model in model_registry.list_models(store)}
    if name not in versions:
        raise CommandError(f"there is no model named {name}: choose one of {', '.join(sorted(versions))}")
    return versions[name]


def use_threads(settings: "Settings") -> None:
    """Hold PyTorch to the number of threads in the settings, if one is set."""
    if settings.threads:
        import torch

        torch.set_num_threads(settings.threads)
