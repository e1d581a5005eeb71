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
from matting_core.networks.registry import load_network, save_network
from training.batches.sample_pool import SamplePool
from training.bundle.course import Course
from training.bundle.reading import Bundle
from training.bundle.recipe import as_recipe
from training.code_version import code_version
from training.exporting import Member, cards, with_remark, write_zip
from training.finetune import FinetuneSettings
from training.learning.loop import Progress, TrainingStopped, train
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
from training.windows import cut_samples

READING, LEARNING = (0.0, 0.1), (0.1, 1.0)
"""Shares of the progress bar."""

Say = Callable[[float, str], bool]
"""Told progress in [0, 1] and a sentence; answers whether to go on."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What lies beside the result until the training is over."""

    checkpoint: Path
    course: Path

    @staticmethod
    def of(out: Path) -> "Beside":
        return Beside(out.with_name(f"{out.name}.checkpoint"), out.with_name(f"{out.name}.course.jsonl"))


def finetune_bundle(bundle: Bundle, out: Path, settings: FinetuneSettings, *, say: Say) -> Card:
    """Train the bundle's parent and write the result to `out`: a zip of weights and card, for `models --import`.

    A training that was interrupted goes on from what lies beside `out` when it is called with the same bundle and
    settings. say: told how it goes; raises TrainingStopped when it asks for an end. Raises NothingToLearnError,
    CheckpointError, DivergedError, BundleError, and WeightsError of a result that does not pass its trial.
    """
    manifest, beside = bundle.manifest, Beside.of(out)
    course = Course(beside.course)
    if not beside.checkpoint.is_file():
        course.forget()

    def learning(row: Progress, _averaged: nn.Module) -> bool:
        course.add(row)
        return say(_within(LEARNING, row.share), f"Learning: step {row.step}, error {row.error:.4f}")

    network = load_network(manifest.parent.architecture, bundle.parent_weights())
    learnt = save_network(_learn(network, bundle, settings, say=say, on_step=learning, checkpoint=beside.checkpoint))
    load_on_trial(ModelKind.MATTING, manifest.parent.architecture, learnt)
    card = _card(bundle, settings, learnt, name=out.stem, course=course)
    with durable_file(out) as file:
        write_zip(iter((Member(f"{card.name}.safetensors", with_remark(learnt, card)), *cards(card))), file)
    course.forget()
    return card


def _learn(
    network: nn.Module,
    bundle: Bundle,
    settings: FinetuneSettings,
    *,
    say: Say,
    on_step: Callable[[Progress, nn.Module], bool],
    checkpoint: Path,
) -> nn.Module:
    """All that this knows of how fine-tuning is called."""
    items = bundle.manifest.items

    def reading(done: int) -> None:
        if not say(_within(READING, done / len(items)), f"Reading mattes: {done} of {len(items)}"):
            raise TrainingStopped

    samples = cut_samples((bundle.example(item) for item in items), seed=settings.seed, on_example=reading)
    source = SamplePool(samples.to(settings.device), size=settings.batch, crop=settings.crop, seed=settings.seed)
    plan = f"{bundle.digest} {as_recipe(settings)}"
    return train(network, source, settings.loop(network), on_step=on_step, checkpoint=checkpoint, plan=plan)


def _card(bundle: Bundle, settings: FinetuneSettings, weights: bytes, *, name: str, course: Course) -> Card:
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
