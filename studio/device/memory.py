"""How much of the device's memory the studio may have, and what of it batches may take."""

import os

from matting_core.networks.batching import BATCH_PIXELS, BYTES_PER_PIXEL

RESERVE = 1_500_000_000
"""Bytes of a GPU that are left to its driver, the desktop and others, where nothing else is said."""
SHARE_OF_THE_COMPUTER = 4
"""On a CPU, models may have the fourth part of the memory, where nothing else is said."""
SHARE_OF_BATCHES = 2
"""Half of what models leave is for batches; the rest is for the priors that are computed beside them."""
SMALLEST_BATCH = 2_000_000
"""Pixels: one of the largest tiles, which has to fit in any case."""


def room_on(device: str, *, megabytes: int) -> int:
    """Bytes of `device` (``cpu`` or ``cuda``) for models and predictions. megabytes: as it is set; 0 for what there is.

    Imports torch.
    """
    wanted = megabytes * 1_000_000
    if device == "cpu":
        return wanted or _memory_of_the_computer() // SHARE_OF_THE_COMPUTER
    import torch

    total = int(torch.cuda.get_device_properties(device).total_memory)
    return min(wanted, total) if wanted else max(total - RESERVE, total // 2)


def keep_within(device: str, room: int) -> None:
    """From now on, PyTorch itself refuses to take more of a GPU than `room` bytes."""
    if device == "cpu":
        return
    import torch

    total = int(torch.cuda.get_device_properties(device).total_memory)
    torch.cuda.set_per_process_memory_fraction(min(1.0, room / total))


def batch_pixels(*, room: int, held: int) -> int:
    """How many pixels of photos may be computed at once where models hold `held` of `room` bytes."""
    left = max(0, room - held) // SHARE_OF_BATCHES
    return max(SMALLEST_BATCH, min(left // BYTES_PER_PIXEL, 4 * BATCH_PIXELS))


def _memory_of_the_computer() -> int:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError, AttributeError):  # a system that does not say
        return 8_000_000_000
