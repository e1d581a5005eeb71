"""Where a fine-tuning runs: in this process, in several of this computer, or on a Ray cluster.

Wherever that is, it learns the same, and whoever starts it is told everything in the same way.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from matting_core.errors import MattingError
from matting_core.networks.registry import load_network
from training.batches.part import Part
from training.distributed import local_processes, ray_job
from training.distributed.following import Group, OnRow, Waiting, follow
from training.distributed.ray_cluster import check_has, connected, number_of_gpus
from training.distributed.task import Task
from training.finetune import Learnt, finetune
from training.finetune_settings import FinetuneSettings
from training.learning_material import LearningMaterial


class NoSuchDevicesError(MattingError):
    """More GPUs are asked for than there are."""


@dataclass(frozen=True, slots=True)
class TrainingPlace:
    """processes: that share one training; 0 for one on each GPU. ray_address: of a cluster; empty for this computer.
    device: auto, cpu or cuda, wherever it runs. threads: CPU threads of the training; 0 as many as there are cores, or
    on a cluster one for each process. save_every: seconds between two checkpoints, else as usual."""

    processes: int = 1
    ray_address: str = ""
    device: str = "auto"
    threads: int = 0
    save_every: float | None = None


HERE = TrainingPlace()


def learn(
    place: TrainingPlace,
    architecture: str,
    weights: bytes,
    material: LearningMaterial,
    settings: FinetuneSettings,
    *,
    on_row: OnRow,
    waiting: Waiting = lambda: None,
    checkpoint: Path | None = None,
) -> Learnt:
    """`finetune` a network of this architecture with these weights, at `place`.

    settings.device: of this process, if it learns itself. on_row, waiting: see `following.follow`. checkpoint: as of
    `finetune`; a state of one place can be gone on with at another. Raises what `finetune` raises, ClusterError,
    MissingPackageError, NoSuchDevicesError, and ProcessLostError or JobFailedError where processes fell.
    """
    if not place.ray_address and processes_here(place.processes, settings.device) == 1:
        network = load_network(architecture, weights)
        return finetune(
            network,
            material,
            settings,
            on_step=lambda row, _: on_row(row),
            checkpoint=checkpoint,
            save_every=place.save_every,
        )
    state = checkpoint.read_bytes() if checkpoint is not None and checkpoint.is_file() else None
    task = Task.of(architecture, weights, material, settings, save_every=place.save_every)
    with (_on_cluster if place.ray_address else _on_this_computer)(place, task, state) as group:
        return follow(group, on_row=on_row, waiting=waiting, checkpoint=checkpoint).learnt(architecture)


def processes_here(wanted: int, device: str) -> int:
    """How many processes of this computer share a training. Raises NoSuchDevicesError."""
    gpus = torch.cuda.device_count() if device.startswith("cuda") else 0
    if wanted == 0:
        return max(1, gpus)
    if gpus and wanted > gpus:
        raise NoSuchDevicesError(
            f"This computer has {gpus} GPUs, and {wanted} processes want one each: set MATTELOOP_TRAINING_PROCESSES to "
            "0, which takes as many as there are. What serves is unchanged."
        )
    return wanted


@contextmanager
def _on_this_computer(place: TrainingPlace, task: Task, state: bytes | None) -> Iterator[Group]:
    count = processes_here(place.processes, task.settings.device)
    Part(of=count).rows(task.settings.batch)  # refuses too many before any is started
    threads = max(1, (place.threads or os.cpu_count() or 1) // count)
    kind = torch.device(task.settings.device).type
    with local_processes.at_work(replace(task, threads=threads), processes=count, kind=kind, state=state) as group:
        yield group


@contextmanager
def _on_cluster(place: TrainingPlace, task: Task, state: bytes | None) -> Iterator[Group]:
    with connected(place.ray_address) as ray:
        gpus = number_of_gpus(ray)
        on_gpus = place.device.startswith("cuda") or (place.device == "auto" and gpus > 0)
        count = place.processes or max(1, min(gpus if on_gpus else 1, task.settings.batch))
        Part(of=count).rows(task.settings.batch)
        threads = max(1, place.threads // count)
        if on_gpus:
            check_has(ray, processes=count, resource="GPU", each=1)
        check_has(ray, processes=count, resource="CPU", each=threads)
        told = replace(task, threads=threads)
        with ray_job.at_work(ray, told, processes=count, on_gpus=on_gpus, state=state) as group:
            yield group
