"""Packages that only some models and drafters need: imported when asked for, and missed in plain words."""

import importlib
from types import ModuleType

from matting_core.errors import MissingPackageError

EXTRA = "-r requirements-extra.txt"


def require(package: str, *, purpose: str, install: str = EXTRA) -> ModuleType:
    """The imported package.

    purpose: what needs it, as the subject of a sentence, e.g. ``ViTMatte``. install: what ``pip install`` has to be
    told; for packages outside requirements-extra.txt.

    Raises MissingPackageError, which names the command that installs it.
    """
    try:
        return importlib.import_module(package)
    except ImportError as error:
        raise MissingPackageError(
            f"{purpose} needs the Python package {package}, which cannot be imported ({error}): "
            f"run `pip install {install}`"
        ) from error
