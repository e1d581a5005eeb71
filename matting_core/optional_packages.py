"""Packages that only some models need: imported when such a model is asked for, and missed in plain words."""

import importlib
from types import ModuleType

from matting_core.errors import MissingPackageError


def require(package: str, *, purpose: str) -> ModuleType:
    """The imported package. purpose: what needs it, as the subject of a sentence, e.g. ``ViTMatte``.

    Raises MissingPackageError, which names the command that installs it.
    """
    try:
        return importlib.import_module(package)
    except ImportError as error:
        raise MissingPackageError(
            f"{purpose} needs the Python package {package}, which cannot be imported ({error}): "
            "run `pip install -r requirements-extra.txt`"
        ) from error
