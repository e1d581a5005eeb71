"""The card of a version: where it comes from, what it learnt from, how well it does, and what it may be used for.

The same card is written for people (`card_markdown.py`) and for programs, as JSON. A card that comes in with a version
trained elsewhere is read by `card_from_json` and believed in nothing that can be looked up here.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from annotation_store import projects
from annotation_store.blobs import digest_of
from annotation_store.kinds import ModelKind, Origin, Part
from annotation_store.learning import model_registry, standings, training_runs, training_sets
from annotation_store.learning.training_runs import Point
from annotation_store.records import ModelRecord
from annotation_store.remarks import MAX_REMARK
from annotation_store.store import Store
from training.foreign_json import parse_json
from training.models import weights_bytes
from training.provenance import MOST_SOURCES, Source, commercial_warning, provenance_of
from training.training_set_digest import digest_of_training_set

MOST_POINTS = 200
"""Of a curve on a card."""
LARGEST_NUMBER = 2**63 - 1  # of the store

PHOTO = "rgb: uint8 or uint16, height x width x 3, sRGB, orientation applied"
TRIMAP = "trimap: uint8, height x width; 0 background, 128 unknown, 255 foreground"
CONTRACTS: Mapping[ModelKind, tuple[str, str]] = {
    ModelKind.MATTING: (
        f"{PHOTO}; {TRIMAP}",
        "alpha: float32, height x width, [0, 1], straight; exactly 0 and 1 where the trimap is known",
    ),
    ModelKind.DRAFTER: (f"{PHOTO}; hints: a box, clicks, a mask, all of them optional", TRIMAP),
}


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Ancestor(_Part):
    """A version from which this one comes. sha256: of its weights, None of a method that has none."""

    name: str = Field(max_length=200)
    architecture: str = Field(max_length=100)
    origin: Origin
    sha256: str | None = Field(None, pattern=r"^[0-9a-f]{64}$")


class TaughtBy(_Part):
    """The training set: numbers of images, and the digest of what is learnt from (`training_set_digest.py`)."""

    number: int = Field(ge=1, le=LARGEST_NUMBER)
    train: int
    validation: int
    golden: int
    digest: str = Field(pattern=r"^[0-9a-f]{64}$")


class InProject(_Part):
    """What the version is in one project, and why."""

    project: str
    state: str
    verdict: str
    figures: dict[str, Any]


class CurvePoint(_Part):
    step: int = Field(ge=0, le=LARGEST_NUMBER)
    figures: dict[str, float]


class Machine(_Part):
    """Where a version was trained: no names of computers or people."""

    system: str = Field(max_length=300)
    device: str = Field(max_length=300)
    python: str = Field(max_length=100)
    torch: str = Field(max_length=100)


class Weights(_Part):
    """Of the file of weights beside the card. digest: of what a store keeps, without the header's remarks."""

    digest: str = Field(pattern=r"^[0-9a-f]{64}$")
    bytes: int = Field(ge=0)


class Card(_Part):
    """A version. lineage: its parent first, what it all began with last. bundle: the digest of the training bundle that
    it was trained from elsewhere."""

    format: Literal["matteloop-model-card"] = "matteloop-model-card"
    format_version: Literal[1] = 1
    name: str = Field(min_length=1, max_length=200)
    kind: ModelKind
    architecture: str = Field(min_length=1, max_length=100)
    origin: Origin
    created_at: datetime | None = None
    code_version: str | None = Field(None, max_length=200)
    licence: str = Field(max_length=1000)
    warning: str | None = Field(None, max_length=1_000_000)
    provenance: tuple[Source, ...] = Field(max_length=MOST_SOURCES)
    lineage: tuple[Ancestor, ...] = Field((), max_length=10_000)
    training_set: TaughtBy | None = None
    recipe: dict[str, Any] = {}
    curve: tuple[CurvePoint, ...] = Field((), max_length=MOST_POINTS)
    metrics: dict[str, Any] = {}
    verdict: str | None = None
    projects: tuple[InProject, ...] = ()
    input: str
    output: str
    weights: Weights | None = None
    files: dict[str, str] = {}
    machine: Machine | None = None
    bundle: str | None = Field(None, pattern=r"^[0-9a-f]{64}$")
    notes: str = Field(default="", max_length=MAX_REMARK)

    def as_json(self) -> bytes:
        """The same card gives the same bytes."""
        return self.model_dump_json(indent=2).encode() + b"\n"


def card_of(
    store: Store,
    model: ModelRecord,
    *,
    project_ids: Collection[int] | None = None,
    files: Mapping[str, str] | None = None,
) -> Card:
    """The card of a version of the studio. project_ids: of which projects it tells, None for all. files: what lies
    beside the card, and what each is. Raises DamagedBlobError if the weights are not what they were."""
    sources = provenance_of(model)
    taking, giving = CONTRACTS[model.kind]
    recipe = {key: value for key, value in model.recipe.items() if key != ELSEWHERE}
    elsewhere = model.recipe.get(ELSEWHERE, {})
    return Card(
        name=model.name,
        kind=model.kind,
        architecture=model.architecture,
        origin=model.origin,
        created_at=model.created_at,
        code_version=model.code_version,
        licence=model.licence,
        warning=commercial_warning(sources),
        provenance=sources,
        lineage=tuple(_as_ancestor(store, each) for each in ancestors(store, model)),
        training_set=_taught_by(store, model),
        recipe=recipe,
        curve=_curve(store, model),
        metrics=dict(model.metrics),
        verdict=model.verdict,
        projects=_in_projects(store, model, project_ids),
        input=taking,
        output=giving,
        weights=weights_on_card(store, model),
        files=dict(files or {}),
        machine=elsewhere.get("machine"),
        bundle=elsewhere.get("bundle"),
        notes=model.notes,
    )


ELSEWHERE = "trained_elsewhere"
"""Where a recipe keeps what the card of an imported version says about its training."""


def ancestors(store: Store, model: ModelRecord) -> tuple[ModelRecord, ...]:
    """From the parent to what it all began with."""
    line = []
    while model.parent_id is not None:
        model = model_registry.get_model(store, model.parent_id)
        line.append(model)
    return tuple(line)


def weights_on_card(store: Store, model: ModelRecord) -> Weights | None:
    """None of a classical method."""
    if model.weights_blob is None and model.shipped_weights is None:
        return None
    data = weights_bytes(store, model)
    return Weights(digest=digest_of(data), bytes=len(data))


def card_from_json(data: bytes) -> Card:
    """A card that comes from elsewhere. Raises ForeignJsonError, which says what is wrong."""
    return parse_json(Card, data, called="card.json")


def thinned(points: Sequence[Point], most: int = MOST_POINTS) -> list[Point]:
    """At most so many of them, evenly, the last one among them."""
    stride = math.ceil(len(points) / most) or 1
    return list(points[::-1][::stride][::-1])


def _as_ancestor(store: Store, model: ModelRecord) -> Ancestor:
    weights = weights_on_card(store, model)
    digest = None if weights is None else weights.digest
    return Ancestor(name=model.name, architecture=model.architecture, origin=model.origin, sha256=digest)


def _taught_by(store: Store, model: ModelRecord) -> TaughtBy | None:
    if model.training_run_id is None:
        return None
    number = training_runs.get_run(store, model.training_run_id).training_set_id
    if number is None:
        return None
    parts = [item.part for item in training_sets.load_items(store, number)]
    return TaughtBy(
        number=number,
        train=parts.count(Part.TRAIN),
        validation=parts.count(Part.VALIDATION),
        golden=parts.count(Part.GOLDEN),
        digest=digest_of_training_set(store, number),
    )


def _curve(store: Store, model: ModelRecord) -> tuple[CurvePoint, ...]:
    if model.training_run_id is None:
        return ()
    points = thinned(training_runs.curve(store, model.training_run_id))
    return tuple(CurvePoint(step=point.step, figures=dict(point.figures)) for point in points)


def _in_projects(store: Store, model: ModelRecord, project_ids: Collection[int] | None) -> tuple[InProject, ...]:
    names = {project.id: project.name for project in projects.list_projects(store)}
    return tuple(
        InProject(
            project=names[standing.project_id],
            state=standing.state.value,
            verdict=standing.verdict,
            figures=dict(standing.figures),
        )
        for standing in sorted(standings.list_standings(store, model_id=model.id), key=lambda each: each.project_id)
        if project_ids is None or standing.project_id in project_ids
    )
