import errno

import cv2
import pytest
import torch

from annotation_store.errors import StoreFullError
from training.mishaps import DISK_IS_FULL, MEMORY_RAN_OUT, in_words


def no_room_in_opencv():
    error = cv2.error("Failed to allocate 1000000000 bytes")
    error.code = cv2.Error.StsNoMem
    return error


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        torch.OutOfMemoryError("CUDA out of memory"),
        RuntimeError("[enforce fail at alloc_cpu.cpp:117] err == 0. DefaultCPUAllocator: can't allocate memory"),
        RuntimeError("could not create a primitive"),
        OSError(errno.ENOMEM, "Cannot allocate memory"),
        no_room_in_opencv(),
    ],
)
def test_too_little_memory_is_told_as_that_whoever_noticed(error):
    assert in_words(error) == MEMORY_RAN_OUT


def test_pytorch_itself_is_understood():
    with pytest.raises(RuntimeError) as refused:
        torch.empty(1 << 62, dtype=torch.uint8)
    assert in_words(refused.value) == MEMORY_RAN_OUT


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_told_as_that(number):
    assert in_words(OSError(number, "full")) == DISK_IS_FULL


def test_an_error_made_on_purpose_speaks_for_itself():
    assert in_words(StoreFullError("Make room.")) == "Make room."


@pytest.mark.parametrize(
    "error",
    [
        ZeroDivisionError("oops"),
        OSError(errno.EIO, "Input/output error"),
        RuntimeError("could not create a primitive descriptor for a convolution"),
        cv2.error("bad argument"),
    ],
)
def test_anything_else_is_named(error):
    assert in_words(error) == (
        f"The training failed ({type(error).__name__}: {error}). What serves is unchanged; see the log."
    )
