"""The course of every comparison: make a start, fine-tune it on K mattes, measure on the way; all starts alike."""

import os
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from matting_core.classical import ClosedForm
from training.batches.sample_pool import SamplePool
from training.batches.samples import SampleSet
from training.batches.source import BatchSource
from training.experiments.blind import BlindSource
from training.experiments.labelled import first_labels, labelled_windows
from training.experiments.results import Measured, Row, Rows
from training.experiments.scoring import kind_of, ready, score
from training.experiments.starts import Initialisation, Workshop, digest, recipes_of, short_hash, starting_network
from training.learning.loop import Progress, train
from training.learning.loop_settings import LoopSettings
from training.losses.objective import objective_for
from training.recipes.recipe import Recipe

CLOSED_FORM = "closed form"
WARM_UP = 20

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Finetuning:
    """What follows every start. milestones: steps at which errors are measured; it ends at the last one."""

    milestones: tuple[int, ...] = (50, 100, 200)
    learning_rate: float = 1e-3

    @property
    def steps(self) -> int:
        return self.milestones[-1]

    def loop(self, network: nn.Module, base: Recipe, *, device: str, seed: int) -> LoopSettings:
        """Norms are not frozen, unlike in `training.finetune`: nobody has ever estimated those of a random start."""
        return LoopSettings(
            learning_rate=self.learning_rate,
            steps=self.steps,
            warm_up=min(WARM_UP, self.steps // 10),
            objective=objective_for(network),
            average_horizon=max(2, min(100, self.steps // 3)),
            precision=base.learning.precision,
            device=device,
            seed=seed,
        )


@dataclass(frozen=True, slots=True)
class Data:
    """photos: unlabelled. mattes: a tree to learn from. dev: a folder to measure on, with these `trimaps`."""

    photos: Path
    mattes: Path
    dev: Path
    trimaps: tuple[str, ...] = ("trimap",)


@dataclass(frozen=True, slots=True)
class Study:
    """What is compared with what, by which budget."""

    base: Recipe
    initialisations: tuple[Initialisation, ...]
    labels: tuple[int, ...]
    seeds: int
    finetuning: Finetuning = Finetuning()

    def measured(self, initialisation: Initialisation, *, seed: int, labels: int, step: int, trimaps: str) -> Measured:
        return Measured(
            network=kind_of(self.base),
            start=initialisation.name,
            seed=seed,
            labels=labels if step else 0,
            step=step,
            trimaps=trimaps,
            plan=self.plan(initialisation),
        )

    def plan(self, initialisation: Initialisation) -> str:
        """A digest of the pre-training and of the fine-tuning that follows."""
        base, finetuning = self.base, self.finetuning
        network = base.model_dump(mode="json", include={"architecture", "network", "prior", "crop", "batch"})
        pace = [base.learning.precision.value, finetuning.steps, finetuning.learning_rate]
        return short_hash([digest(recipes_of(initialisation, base, seed=0)), network, pace])


def run(study: Study, data: Data, work: Path, *, device: str = "cpu", workers: int = 1, say: Say) -> list[Row]:
    """All rows of a study, those that are in the work folder already as they are.

    One work folder is for one set of data. Raises what pre-training, fine-tuning and scoring raise.
    """
    _Run(study, data, work, device, workers, say).finish()
    return collected(study, data, work)


def collected(study: Study, data: Data, work: Path) -> list[Row]:
    """The rows of a study that its work folder holds so far."""
    rows = _open_rows(work)
    wanted = {study.plan(initialisation) for initialisation in study.initialisations}
    return [
        row
        for row in rows
        if row.of.trimaps in data.trimaps
        and ((row.of.plan in wanted and row.of.seed < study.seeds) or row.of.network == CLOSED_FORM)
    ]


def machine_of(device: str) -> str:
    """What the errors were computed on, for people."""
    if device.startswith("cuda"):
        return torch.cuda.get_device_name(device)
    names = [line.partition(":")[2].strip() for line in _cpu_lines() if line.startswith("model name")]
    return (
        f"{names[0] if names else platform.machine()}, PyTorch on {torch.get_num_threads()} of {os.cpu_count()} cores"
    )


class _Run:
    def __init__(self, study: Study, data: Data, work: Path, device: str, workers: int, say: Say) -> None:
        self._study, self._data, self._work = study, data, work
        self._device, self._say = device, say
        self._workshop = Workshop(data.photos, work, device=device, workers=workers)
        self._rows = _open_rows(work)
        self._machine = machine_of(device)
        self._windows: Sequence[SampleSet] = ()

    def finish(self) -> None:
        if not self._missing_anything():
            return
        self._windows = labelled_windows(
            self._data.mattes, self._work / "windows", on_matte=lambda at, of: self._say(f"matte {at} of {of}")
        )
        first_labels(self._windows, max(self._study.labels), seed=0)  # too few are told now, not in an hour
        self._measure_closed_form()
        # seed by seed: a first answer to all questions comes early
        for seed in range(self._study.seeds):
            for initialisation in self._study.initialisations:
                self._follow(initialisation, seed)

    def _missing_anything(self) -> bool:
        study = self._study
        runs = [
            (one, seed, labels)
            for one in study.initialisations
            for seed in range(study.seeds)
            for labels in study.labels
        ]
        steps = (0, *study.finetuning.milestones)
        return any(self._missing(one, seed=seed, labels=labels, steps=steps) for one, seed, labels in runs)

    def _follow(self, initialisation: Initialisation, seed: int) -> None:
        zero = self._missing(initialisation, seed=seed, labels=0, steps=(0,))
        for labels in self._study.labels:
            wanted = self._missing(initialisation, seed=seed, labels=labels, steps=self._study.finetuning.milestones)
            if zero or wanted:
                network = self._start(initialisation, seed)
                self._measure(network, zero, seconds=0.0)
                zero = []
            if wanted:
                self._finetune(network, wanted, seed=seed, labels=labels)

    def _start(self, initialisation: Initialisation, seed: int) -> nn.Module:
        began = time.monotonic()
        network = starting_network(initialisation, self._study.base, self._workshop, seed=seed)
        self._say(f"{initialisation.name}, seed {seed}: a start after {time.monotonic() - began:.0f} s")
        return network.to(self._device)

    def _finetune(self, network: nn.Module, wanted: list[Measured], *, seed: int, labels: int) -> None:
        base = self._study.base
        samples = first_labels(self._windows, labels, seed=seed).to(self._device)
        source: BatchSource = SamplePool(samples, size=base.batch, crop=base.crop, seed=seed)
        if base.architecture == "compact" and not base.prior:
            source = BlindSource(source)
        began, measuring = time.monotonic(), 0.0

        def watch(row: Progress, averaged: nn.Module) -> bool:
            nonlocal measuring
            due = [of for of in wanted if of.step == row.step]
            paused = time.monotonic()
            self._measure(averaged, due, seconds=paused - began - measuring)
            measuring += time.monotonic() - paused
            return True

        train(
            network, source, self._study.finetuning.loop(network, base, device=self._device, seed=seed), on_step=watch
        )

    def _missing(
        self, initialisation: Initialisation, *, seed: int, labels: int, steps: Sequence[int]
    ) -> list[Measured]:
        wanted = [
            self._study.measured(initialisation, seed=seed, labels=labels, step=step, trimaps=trimaps)
            for step in steps
            for trimaps in self._data.trimaps
        ]
        return [of for of in wanted if of not in self._rows]

    def _measure(self, network: nn.Module, wanted: Sequence[Measured], *, seconds: float) -> None:
        for of in wanted:
            errors = score(ready(network, self._study.base, device=self._device), self._data.dev, trimaps=of.trimaps)
            self._rows.add(Row(of, errors, self._machine, seconds))
            self._say(
                f"{of.network}, {of.start}, seed {of.seed}: {of.labels} mattes, step {of.step}, {of.trimaps}: "
                f"SAD {errors.sad:.2f}"
            )

    def _measure_closed_form(self) -> None:
        for trimaps in self._data.trimaps:
            of = Measured(CLOSED_FORM, CLOSED_FORM, 0, 0, 0, trimaps, "")
            if of not in self._rows:
                self._rows.add(Row(of, score(ClosedForm(), self._data.dev, trimaps=trimaps), self._machine))


def _open_rows(work: Path) -> Rows:
    return Rows(work / "rows.jsonl")


def _cpu_lines() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text("utf-8").splitlines() if path.is_file() else []
