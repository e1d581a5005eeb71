"""Where a training runs: as many processes as there are devices, and clear words where a place is none."""

import socket
from dataclasses import replace

import pytest
import torch
from tiny_samples import tiny_samples

from matting_core import optional_packages
from matting_core.errors import MissingPackageError
from training.batches.part import TooManyProcessesError
from training.distributed.ray_cluster import ClusterError, check_has, connected
from training.distributed.training_place import HERE, NoSuchDevicesError, TrainingPlace, learn, processes_here
from training.finetune_settings import FinetuneSettings
from training.learning_material import LearningMaterial

SETTINGS = FinetuneSettings(steps=1, batch=2, crop=64)


def test_without_a_word_about_it_a_training_is_one_process() -> None:
    assert processes_here(HERE.processes, "cuda") == 1
    assert processes_here(HERE.processes, "cpu") == 1


def test_nought_means_one_for_each_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 4)
    assert processes_here(0, "cuda") == 4
    assert processes_here(0, "cpu") == 1
    assert processes_here(3, "cpu") == 3
    with pytest.raises(NoSuchDevicesError, match="4 GPUs, and 5 processes"):
        processes_here(5, "cuda")


def test_more_processes_than_samples_in_a_batch_are_refused_before_they_start() -> None:
    material = LearningMaterial.of_samples(tiny_samples(2))
    with pytest.raises(TooManyProcessesError, match="batch of 2 samples"):
        learn(replace(HERE, processes=3), "compact", b"", material, SETTINGS, on_row=lambda _: True)


def test_a_cluster_where_nobody_answers_is_told_with_what_to_do() -> None:
    pytest.importorskip("ray")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    place = TrainingPlace(ray_address=f"127.0.0.1:{port}")
    material = LearningMaterial.of_samples(tiny_samples(2))
    with pytest.raises(ClusterError, match=r"cannot be reached .* MATTELOOP_RAY_ADDRESS"):
        learn(place, "compact", b"", material, SETTINGS, on_row=lambda _: True)


def test_without_the_package_the_words_say_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(optional_packages.importlib, "import_module", missing)
    with pytest.raises(MissingPackageError, match="requirements-extra"), connected("auto"):
        pass


def test_a_cluster_that_is_too_small_is_refused_instead_of_waited_for() -> None:
    class Ray:
        @staticmethod
        def cluster_resources() -> dict[str, float]:
            return {"CPU": 4.0}

    check_has(Ray, processes=2, resource="CPU", each=2)
    with pytest.raises(ClusterError, match="has 4 CPUs, and 5 processes want 5"):
        check_has(Ray, processes=5, resource="CPU", each=1)
    with pytest.raises(ClusterError, match="has 0 GPUs"):
        check_has(Ray, processes=1, resource="GPU", each=1)
