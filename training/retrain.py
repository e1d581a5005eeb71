"""One retraining from the store's approved mattes to a verdict, run in a process of its own.

``python -m training.retrain FOLDER RUN`` is what the studio starts; the command line calls `retrain` directly. Every
step tells the store how far it is; the store tells it when to stop. Whatever happens, the run ends in a clear state
and the live model is either the old one or a complete new one.
"""

import os
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import torch
import typer
from torch import nn

from annotation_store import model_registry, training_runs, training_sets
from annotation_store.kinds import Part
from annotation_store.records import RunRecord
from annotation_store.states import RunState
from annotation_store.store import Store, open_store
from matting_core import __version__
from matting_core.errors import MattingError
from matting_core.networks.registry import ARCHITECTURES, load_network, save_network
from training.finetune import FinetuneSettings, finetune
from training.gate import judge
from training.learning.loop import Progress, TrainingStopped
from training.learning_material import gather
from training.lessons import Lesson
from training.models import choose_device, load_model, trainable_parent, weights_bytes

BEAT_SECONDS = 1.0
CUTTING, LEARNING, JUDGING = (0.0, 0.15), (0.15, 0.85), (0.85, 1.0)
"""Shares of the progress bar."""

DATABASE_URL = "MATTELOOP_DATABASE_URL"
"""The environment variable in which `main` finds `open_store`'s database_url: a command line is for all to read."""

LICENCE = "trained on this studio's own approved mattes, from Apache-2.0 weights"


@dataclass(frozen=True, slots=True)
class RetrainSettings:
    """validation_share: of the product groups. threads: 0 for all cores. device: auto, cpu, cuda ..."""

    finetune: FinetuneSettings = field(default_factory=FinetuneSettings)
    validation_share: float = 0.25
    threads: int = 0
    device: str = "auto"


def retrain(
    store: Store, run_id: int, settings: RetrainSettings, *, say: Callable[[float, str], None] | None = None
) -> RunRecord:
    """Carry out a queued run and return it, finished: succeeded, failed or cancelled; never raises for these.

    say: told progress in [0, 1] and a sentence, about once a second.
    """
    training_runs.start(store, run_id, os.getpid())
    teller = _Teller(store, run_id, say)
    try:
        return _retrain(store, run_id, settings, teller)
    except TrainingStopped:
        return training_runs.finish(
            store, run_id, RunState.CANCELLED, verdict="Cancelled. The live model is unchanged."
        )
    except MattingError as error:
        return training_runs.finish(store, run_id, RunState.FAILED, verdict=str(error))
    except Exception as error:
        traceback.print_exc()
        text = f"The training failed ({type(error).__name__}: {error}). The live model is unchanged; see the log."
        return training_runs.finish(store, run_id, RunState.FAILED, verdict=text)


def _retrain(store: Store, run_id: int, settings: RetrainSettings, teller: "_Teller") -> RunRecord:
    if settings.threads:
        torch.set_num_threads(settings.threads)
    run = training_runs.get_run(store, run_id)
    frozen = training_sets.freeze(store, validation_share=settings.validation_share, by=run.requested_by)
    training_runs.attach_training_set(store, run_id, frozen.id)
    items = training_sets.load_items(store, frozen.id)
    learn_from = [item for item in items if item.part is Part.TRAIN]
    judge_by = [item for item in items if item.part is Part.VALIDATION]

    def cutting(done: int) -> None:
        if not teller.tell(CUTTING, done / len(learn_from), f"Reading approved mattes: {done} of {len(learn_from)}"):
            raise TrainingStopped

    teller.tell(CUTTING, 0, f"{len(learn_from)} mattes to learn from, {len(judge_by)} to judge by")
    lessons = (Lesson(training_sets.load_example(store, item), item.product_group) for item in learn_from)
    material = gather(lessons, settings.finetune.material, seed=settings.finetune.seed, on_lesson=cutting)

    def learning(row: Progress, _averaged: nn.Module) -> bool:
        text = f"Learning: step {row.step}, error {row.error:.4f}, {row.samples_per_second:.1f} samples/s"
        history = {"step": row.step, "error": round(row.error, 5), "seconds": round(row.seconds, 1)}
        return teller.tell(LEARNING, row.share, text, history)

    parent = trainable_parent(store)
    device = choose_device(settings.device)
    network = load_network(parent.architecture, weights_bytes(store, parent))
    learnt = finetune(network, material, settings.finetune, on_step=learning).network

    def judging(done: int) -> None:
        if not teller.tell(JUDGING, done / len(judge_by), f"Comparing with the live model: {done} of {len(judge_by)}"):
            raise TrainingStopped

    live = model_registry.live_model(store)
    verdict = judge(
        live=load_model(store, live, device=device),
        candidate=ARCHITECTURES[parent.architecture].wrap(learnt, device=device),
        live_name=live.name,
        examples=(training_sets.load_example(store, item) for item in judge_by),
        on_image=judging,
    )
    candidate = model_registry.register_candidate(
        store,
        architecture=parent.architecture,
        weights=save_network(learnt),
        parent_id=parent.id,
        run_id=run_id,
        metrics=verdict.as_metrics(),
        licence=LICENCE,
        code_version=__version__,
    )
    if verdict.promote:
        load_model(store, candidate)  # the stored file itself must load before it may serve
        model_registry.promote(store, candidate.id, verdict=verdict.reason, by="gate")
    else:
        model_registry.reject(store, candidate.id, verdict=verdict.reason, by="gate")
    return training_runs.finish(store, run_id, RunState.SUCCEEDED, verdict=verdict.reason, candidate_id=candidate.id)


class _Teller:
    """Passes progress to the store and to the caller, at most once a second; hears whether to go on."""

    def __init__(self, store: Store, run_id: int, say: Callable[[float, str], None] | None) -> None:
        self._store, self._run_id, self._say = store, run_id, say
        self._last = 0.0

    def tell(self, span: tuple[float, float], share: float, text: str, history: dict[str, float] | None = None) -> bool:
        now = time.monotonic()
        if now - self._last < BEAT_SECONDS and share < 1:
            return True
        self._last = now
        progress = span[0] + (span[1] - span[0]) * min(1.0, share)
        if self._say is not None:
            self._say(progress, text)
        return not training_runs.beat(self._store, self._run_id, progress=progress, message=text, row=history)


def main(
    folder: Path,
    run_id: int,
    steps: int,
    minutes: float,
    learning_rate: float,
    validation_share: float,
    threads: int = 0,
    device: str = "auto",
) -> None:
    """Carry out one queued run of the store in FOLDER."""
    parent = os.getppid()

    def say(progress: float, text: str) -> None:
        print(f"{progress:6.1%}  {text}", flush=True)
        if os.getppid() != parent:  # the studio was killed, and nobody could cancel this any more
            raise TrainingStopped

    chosen = choose_device(device)
    settings = RetrainSettings(
        FinetuneSettings(steps=steps, minutes=minutes, learning_rate=learning_rate, device=chosen),
        validation_share=validation_share,
        threads=threads,
        device=device,
    )
    run = retrain(open_store(folder, database_url=os.environ.get(DATABASE_URL, "")), run_id, settings, say=say)
    print(run.state.value, run.verdict, flush=True)


if __name__ == "__main__":
    # plain tracebacks: typer's can show local variables, and with them the database's password, in the log
    program = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    program.command()(main)
    program()
