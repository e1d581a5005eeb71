import pytest
import torch

from matting_core.networks.batching import BYTES_PER_PIXEL
from studio.device import memory


class Gpu:
    total_memory = 24_000_000_000


@pytest.fixture
def fractions(monkeypatch):
    told = []
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda _device: Gpu)
    monkeypatch.setattr(torch.cuda, "set_per_process_memory_fraction", told.append)
    return told


@pytest.mark.parametrize(("megabytes", "room"), [(0, 22_500_000_000), (6000, 6_000_000_000), (99_000, 24_000_000_000)])
def test_of_a_gpu_the_studio_has_what_is_set_or_all_but_a_reserve(fractions, megabytes, room):
    found = memory.room_on("cuda", megabytes=megabytes)
    assert found == room
    memory.keep_within("cuda", found)
    assert fractions == [room / Gpu.total_memory]


def test_of_a_computer_models_have_what_is_set_or_a_quarter(fractions):
    assert memory.room_on("cpu", megabytes=700) == 700_000_000
    assert 10**8 < memory.room_on("cpu", megabytes=0) < 10**13
    memory.keep_within("cpu", 1)
    assert fractions == []


def test_batches_take_half_of_what_models_leave():
    assert memory.batch_pixels(room=10_000_000_000, held=2_000_000_000) == 4_000_000_000 // BYTES_PER_PIXEL
    assert memory.batch_pixels(room=2_000_000_000, held=2_500_000_000) == memory.SMALLEST_BATCH
    assert memory.batch_pixels(room=10**12, held=0) == 4 * 8_000_000
