"""Fine-tuning by a training bundle, on any machine: no store, no database, nothing of the studio's but the bundle."""

import platform
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from annotation_store.blobs import digest_of
from annotation_store.durable_files import durable_file
from annotation_store.kinds import ModelKind, Origin
from matting_core.errors import MattingError
from matting_core.networks.registry import load_network, save_network
from training.bundle.course import Course
from training.bundle.reading import Bundle
from training.bundle.recipe import as_recipe
from training.code_version import code_version
from training.exporting import Member, cards, with_remark, write_zip
from training.finetune import Learnt, finetune
from training.finetune_settings import FinetuneSettings
from training.learning.loop import Progress, TrainingStopped
from training.learning_material import LearningMaterial, gather
from training.lessons import Lesson
from training.model_card import (
    CONTRACTS,
    Ancestor,
    Card,
    CurvePoint,
    Machine,
    TaughtBy,
    Weights,
    thinned,
)
from training.provenance import commercial_warning, licence_of_training, trained_from
from training.trial import load_on_trial


class NothingBetterError(MattingError):
    """A training that made nothing better than what it began with."""


READING, LEARNING = (0.0, 0.1), (0.1, 1.0)
"""Shares of the progress bar."""

Say = Callable[[float, str], bool]
"""Told progress in [0, 1] and a sentence; answers whether to go on."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What lies beside the result until the training is over; of another bundle, it has other names."""

    checkpoint: Path
    material: Path
    course: Path

    @staticmethod
    def of(out: Path, bundle: Bundle) -> "Beside":
        start = f"{out.name}.{bundle.digest[:12]}"
        return Beside(*(out.with_name(f"{start}.{end}") for end in ("checkpoint", "material", "course.jsonl")))

    def forget(self) -> None:
        """The training is over, or another one begins."""
        for path in (self.checkpoint, self.material, self.course):
            path.unlink(missing_ok=True)


def finetune_bundle(bundle: Bundle, out: Path, settings: FinetuneSettings, *, say: Say) -> Card:
    """Train the bundle's parent and write the result to `out`: a zip of weights and card, for `models --import`.

    A training that was interrupted goes on from what lies beside `out` when it is called with the same bundle and
    settings. say: told how it goes; raises TrainingStopped when it asks for an end. Raises NothingToLearnError,
    NothingBetterError, CheckpointError, DivergedError, BundleError, and WeightsError of a result that fails its trial.
    """
    manifest, beside = bundle.manifest, Beside.of(out, bundle)
    if not beside.checkpoint.is_file():  # what else lies there was not come far with
        beside.forget()
    course = Course(beside.course)

    def learning(row: Progress, _averaged: nn.Module) -> bool:
        course.add(row)
        return say(_within(LEARNING, row.share), f"Learning: step {row.step}, error {row.error:.4f}")

    network = load_network(manifest.parent.architecture, bundle.parent_weights())
    learnt = _learn(network, bundle, settings, beside, say=say, on_step=learning)
    if learnt.nothing_learnt:
        beside.forget()
        raise NothingBetterError(
            "On products that only watched the training, nothing that was learnt is better than what the bundle came "
            "with, so there is no new version: approve more, or train longer or more slowly."
        )
    weights = save_network(learnt.network)
    load_on_trial(ModelKind.MATTING, manifest.parent.architecture, weights)
    card = _card(bundle, settings, weights, learnt, name=out.stem, course=course)
    with durable_file(out) as file:
        write_zip(iter((Member(f"{card.name}.safetensors", with_remark(weights, card)), *cards(card))), file)
    beside.forget()
    return card


def _learn(
    network: nn.Module,
    bundle: Bundle,
    settings: FinetuneSettings,
    beside: Beside,
    *,
    say: Say,
    on_step: Callable[[Progress, nn.Module], bool],
) -> Learnt:
    """All that this knows of how fine-tuning is called."""
    items = bundle.manifest.items

    def reading(done: int) -> None:
        if not say(_within(READING, done / len(items)), f"Reading mattes: {done} of {len(items)}"):
            raise TrainingStopped

    if beside.material.is_file():
        material = LearningMaterial.load(beside.material)
    else:
        lessons = (Lesson(bundle.example(item), str(item.product), learnt=item.learnt) for item in items)
        material = gather(lessons, settings.material, seed=settings.seed, on_lesson=reading)
        material.save(beside.material)
    return finetune(network, material, settings, on_step=on_step, checkpoint=beside.checkpoint)


def _card(
    bundle: Bundle, settings: FinetuneSettings, weights: bytes, learnt: Learnt, *, name: str, course: Course
) -> Card:
    manifest = bundle.manifest
    parent, taught = manifest.parent, manifest.training_set
    sources = trained_from(parent.provenance, data=f"approved mattes of training set {taught.number}")
    taking, giving = CONTRACTS[ModelKind.MATTING]
    return Card(
        name=name,
        kind=ModelKind.MATTING,
        architecture=parent.architecture,
        origin=Origin.TRAINED,
        code_version=code_version(),
        licence=licence_of_training(parent.licence),
        warning=commercial_warning(sources),
        provenance=sources,
        lineage=(
            Ancestor(name=parent.name, architecture=parent.architecture, origin=Origin.TRAINED, sha256=parent.sha256),
        ),
        training_set=TaughtBy(**taught.model_dump()),
        recipe=as_recipe(settings),
        curve=tuple(CurvePoint(step=point.step, figures=dict(point.figures)) for point in thinned(course.points())),
        metrics={
            "learning": {
                "best_step": learnt.best_step,
                "kept": learnt.kept,
                "error": learnt.error,
                "stopped_early": learnt.stopped_early,
            }
        },
        input=taking,
        output=giving,
        weights=Weights(digest=digest_of(weights), bytes=len(weights)),
        files={f"{name}.safetensors": "the weights; for `python app.py models --import` of the studio"},
        machine=this_machine(settings.device),
        bundle=bundle.digest,
    )


def this_machine(device: str) -> Machine:
    """What computes here, without the names of computers or people."""
    if torch.device(device).type == "cuda":
        computing = torch.cuda.get_device_name(device)
    else:
        computing = f"{platform.processor() or platform.machine()}, {torch.get_num_threads()} threads"
    return Machine(
        system=f"{platform.system()} {platform.release()}",
        device=computing,
        python=platform.python_version(),
        torch=torch.__version__,
    )


def _within(span: tuple[float, float], share: float) -> float:
    return span[0] + (span[1] - span[0]) * min(1.0, share)
