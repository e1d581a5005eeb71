"""How the process of a training ends where the store could not be told. Imports no torch: the worker reads it, too."""

from enum import IntEnum


class ExitStatus(IntEnum):
    """Either way the run is gone on with later, and its process is not to blame."""

    STUDIO_IS_GONE = 70
    STORE_IS_AWAY = 75  # full, say: the end could not be written down; or another training has begun meanwhile
