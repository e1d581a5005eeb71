"""What ended a training, in an operator's words."""

import errno
import re

import cv2
import torch

from annotation_store.errors import NO_ROOM
from matting_core.errors import MattingError

UNCHANGED = "What serves is unchanged"
MEMORY_RAN_OUT = (
    "The memory did not suffice for this training: close other programs, or train elsewhere from a bundle. "
    f"{UNCHANGED}."
)
DISK_IS_FULL = f"There is no room left on the disk of the data folder: make room, then train again. {UNCHANGED}."

_NO_MEMORY_SAYS = re.compile(r"DefaultCPUAllocator|could not create a (primitive|memory object)$")
"""On a CPU, PyTorch and its oneDNN tell of too little memory by a RuntimeError with one of these."""


def in_words(error: Exception) -> str:
    """What an operator should know and do. An error made on purpose says that itself."""
    if isinstance(error, MattingError):
        return str(error)
    if _is_lack_of_memory(error):
        return MEMORY_RAN_OUT
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return DISK_IS_FULL
    return f"The training failed ({type(error).__name__}: {error}). {UNCHANGED}; see the log."


def _is_lack_of_memory(error: Exception) -> bool:
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    if isinstance(error, cv2.error):
        return error.code == cv2.Error.StsNoMem
    return isinstance(error, MemoryError | torch.OutOfMemoryError) or (
        isinstance(error, RuntimeError) and _NO_MEMORY_SAYS.search(str(error)) is not None
    )
