"""Fine-tuning: teach a network from the mattes that people approved.

Few images must not spoil what pre-training gave. The statistics of norms stay frozen and the rate is low; a part of
every batch is composed, as in pre-training; products that are not learnt from watch the training, and its best state
counts, moved back towards its parent where that is better. The gate (``gate/``) has the last word.
"""

import copy
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from lightning_fabric import Fabric
from torch import Tensor, nn

from training.batches.mixed_pool import Ingredient, MixedPool
from training.batches.part import Part
from training.batches.realism import CAP, realism_weights
from training.batches.sample_pool import Probabilities
from training.finetune_settings import FinetuneSettings
from training.learning.early_stop import EarlyStop
from training.learning.interpolation import between
from training.learning.loop import OnStep, open_fabric, train
from training.learning_material import LearningMaterial
from training.watching import Watching

SAVE_EVERY_SECONDS = 30.0
KEPT = (0.0, 0.25, 0.5)
"""Shares of the parent's weights that are tried where something watches."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """What came of a fine-tuning.

    network: in eval mode. best_step: the step whose weights it has, 0 for its parent's. kept: the share of the parent's
    weights in it. watched: (step, error) of each look, the parent's first; empty where nothing watched. error: of
    `network`, if something watched. stopped_early: whether patience was at its end before the steps were.
    """

    network: nn.Module
    best_step: int
    kept: float
    watched: tuple[tuple[int, float], ...]
    error: float | None
    stopped_early: bool

    @property
    def nothing_learnt(self) -> bool:
        """Whether every state was clearly worse than the parent, so that `network` is the parent."""
        return self.best_step == 0


def finetune(
    network: nn.Module,
    material: LearningMaterial,
    settings: FinetuneSettings,
    *,
    on_step: OnStep | None = None,
    checkpoint: Path | None = None,
    fabric: Fabric | None = None,
    save_every: float | None = None,
) -> Learnt:
    """Train `network`, in place, on `material`.

    on_step, checkpoint, save_every: as of `training.learning.loop.train`. To go on from a checkpoint, give the same
    parent, material (see `LearningMaterial.save`) and settings. fabric: launched, where several processes do this
    together: they share each batch, and the first one tells, watches, writes and has the result; the others return what
    was learnt up to the end. A state may be gone on with by another number of processes. Raises TrainingStopped,
    CheckpointError, DivergedError, and TooManyProcessesError where a batch has too few samples for all.
    """
    parent = {name: value.detach().cpu().clone() for name, value in network.state_dict().items()}
    loop = settings.loop(network)
    fabric = fabric or open_fabric(loop)
    network.to(fabric.device)
    judge = Watching.of(material, network) if fabric.is_global_zero else None
    watcher = EarlyStop(judge, network, every=settings.look_every, patience=settings.patience) if judge else None
    last = 0

    def step(row: Any, averaged: nn.Module) -> bool:
        nonlocal last
        last = row.step
        return on_step is None or on_step(row, averaged)

    source = MixedPool(
        ingredients(material, settings),
        crop=settings.crop,
        device=fabric.device,
        seed=settings.seed,
        part=Part(fabric.global_rank, fabric.world_size),
    )
    averaged = train(
        network,
        source,
        loop,
        on_step=step,
        checkpoint=checkpoint,
        plan="" if checkpoint is None else _plan(material, settings, parent),
        watcher=watcher,
        save_every=SAVE_EVERY_SECONDS if save_every is None else save_every,
        fabric=fabric,
    )
    if watcher is None:
        mixed = between(averaged, parent, keep=settings.keep_of_parent)
        return Learnt(mixed, last, settings.keep_of_parent, (), None, stopped_early=False)
    return _best(averaged, watcher, parent)


def ingredients(material: LearningMaterial, settings: FinetuneSettings) -> list[Ingredient]:
    """What every batch is made of: windows of approved photos, and composed ones where there are some."""
    composed = material.composed
    share = settings.replay + (settings.replay_in_doubt - settings.replay) * material.doubted
    replayed = 0 if composed is None else min(settings.batch - 1, round(share * settings.batch))
    own = Ingredient(material.samples, probabilities(material, learnt=settings.learnt), settings.batch - replayed)
    if composed is None or not replayed:
        return [own]
    return [own, Ingredient(composed, realism_weights(composed), replayed)]


def probabilities(material: LearningMaterial, *, learnt: float) -> Probabilities:
    """How often each sample is drawn: by its weight, but none more than eight times as often as the usual one.

    learnt: of all draws, those of photos that the network has learnt from already are at most this share, unless there
    are no others.
    """
    capped = np.minimum(material.weights, CAP * np.median(material.weights))
    shares: Probabilities = capped / capped.sum()
    old = float(shares[material.learnt].sum())
    if 0 < old < 1 and old > learnt:
        shares = np.where(material.learnt, shares * learnt / old, shares * (1 - learnt) / (1 - old))
    return shares


def _best(averaged: nn.Module, watcher: EarlyStop, parent: dict[str, Tensor]) -> Learnt:
    """The best state or one between it and the parent; the parent itself if all of these are clearly worse."""
    best = copy.deepcopy(averaged)
    best.load_state_dict(watcher.best_state)
    tried = {keep: between(best, parent, keep=keep) for keep in KEPT}
    errors = {keep: watcher.error(network) for keep, network in tried.items()}
    kept = min(errors, key=lambda keep: errors[keep])
    looks, early = tuple(watcher.looks), watcher.stopped_early
    if not watcher.worse_than_parent(errors[kept]):
        return Learnt(tried[kept], watcher.best_step, kept, looks, errors[kept], stopped_early=early)
    best.load_state_dict(parent)
    return Learnt(best.eval(), 0, 1.0, looks, looks[0][1], stopped_early=early)


def _plan(material: LearningMaterial, settings: FinetuneSettings, parent: dict[str, Tensor]) -> str:
    """Tells apart fine-tunings that cannot go on from each other's state."""
    digest = hashlib.sha256()
    for name, value in sorted(parent.items()):
        digest.update(name.encode())
        digest.update(value.cpu().contiguous().numpy().tobytes())
    return json.dumps([settings.as_recipe(), material.fingerprint, digest.hexdigest()], sort_keys=True)
