"""Packages that some drafters can use and nobody needs."""

import importlib
from types import ModuleType

from matting_core.errors import MattingError


class MissingPackageError(MattingError):
    """A drafter was asked for whose package is not installed; the text says how to get it."""


def optional_package(name: str, install: str) -> ModuleType:
    """The package, imported now. install: the command that would bring it. Raises MissingPackageError."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise MissingPackageError(
            f"this drafter needs the package {name}, which cannot be imported ({error}): install it "
            f"({install}), or choose another drafter"
        ) from error
