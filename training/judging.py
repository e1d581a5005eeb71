"""Judging a candidate of either kind: beside what serves each project, on images from which neither has learnt."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from annotation_store.kinds import ModelKind, Part
from annotation_store.learning import training_sets, what_serves
from annotation_store.learning.judgements import NewJudgement, keep_judgements
from annotation_store.projects import list_projects
from annotation_store.records import ModelRecord, TrainingItem
from annotation_store.store import Store
from matting_core.arrays import Alpha, Trimap
from matting_core.drafting.automatic import AutomaticDrafter
from matting_core.drafting.drafter import Drafter
from matting_core.matting import Matting
from matting_core.predictor import predict
from training.drafter.understudies import Understudies
from training.gate.comparison import ImageComparison, JudgedExample, compare_image
from training.gate.drafter_gate import DraftComparison, compare_drafts
from training.gate.gallery import Gallery
from training.gate.judging import judge
from training.gate.limits import GateLimits
from training.gate.verdict import ProjectVerdict, Verdict
from training.held_out import example_to_judge, judging_items, understudied_items
from training.models import load_drafter, load_model
from training.operator.correcting import correct
from training.operator.effort import Effort

SIDE = 640
"""Of photos on which drafts are compared, on the longer side: drafters work on smaller copies anyway, and the simulated
operator takes a second or two for each."""

Comparison = ImageComparison | DraftComparison
OnImage = Callable[[int, int], None]
"""Told how many images are done, and of how many."""


def judge_candidate(
    store: Store,
    candidate: ModelRecord,
    training_set_id: int,
    *,
    device: str = "cpu",
    limits: GateLimits | None = None,
    understudies: Understudies | None = None,
    on_image: OnImage | None = None,
) -> Verdict:
    """Compare a version with what serves each project, keep every comparison, and say what the gate says.

    understudies: of a drafter, which make more images fit to judge it by. Changes no standing. Raises WeightsError or
    DamagedBlobError where the candidate's file is not what it should be.
    """
    listed = training_sets.load_items(store, training_set_id)
    serving = _Serving(store, candidate.kind, device)
    items = judging_items(listed)
    if understudies is not None:
        items += understudied_items(listed, understudies, met=serving.has_learnt_from)
    gallery, compared = Gallery(), []
    each_image = _compared(store, candidate, items, serving, device, understudies)
    for done, (comparison, example, theirs, ours) in enumerate(each_image, 1):
        gallery.show(comparison, example, theirs, ours)
        compared.append(comparison)
        if on_image is not None:
            on_image(done, len(items))
    pictures = {each.comparison.image_id: each.picture for each in (*gallery.regressions, *gallery.gains)}
    kept = [
        _kept(each, serving, item.part, pictures.get(each.image_id)) for each, item in zip(compared, items, strict=True)
    ]
    keep_judgements(store, candidate.id, kept)
    if limits is None and candidate.kind is ModelKind.DRAFTER:
        limits = GateLimits.for_drafters()
    projects = [project.id for project in list_projects(store) if project.archived_at is None]
    return _verdict(compared, serving, projects, candidate.kind, limits)


def _verdict(
    compared: Sequence[Comparison],
    serving: "_Serving",
    projects: Sequence[int],
    kind: ModelKind,
    limits: GateLimits | None,
) -> Verdict:
    """What the gate says: to projects that the same version serves together, since one opponent is judged at a time."""
    whole = judge(compared, limits, kind=kind, project_ids=projects)
    served = {project: serving.number(project) for project in {*projects, *(each.project_id for each in compared)}}
    if len(set(served.values())) < 2:
        return whole
    told: dict[int, ProjectVerdict] = {}
    for version in set(served.values()):
        mine = [project for project in projects if served[project] == version]
        group = [each for each in compared if served[each.project_id] == version]
        told |= judge(group, limits, kind=kind, project_ids=mine).projects
    return replace(whole, projects=told)


class _Serving:
    """What serves each project, each version loaded once."""

    def __init__(self, store: Store, kind: ModelKind, device: str) -> None:
        self._store, self._kind, self._device = store, kind, device
        self._records: dict[int, ModelRecord | None] = {}
        self._mattings: dict[int, Matting] = {}
        self._drafters: dict[int | None, Drafter] = {None: AutomaticDrafter()}
        self._met: dict[int | None, frozenset[str]] = {}

    def record(self, project_id: int) -> ModelRecord | None:
        """None for the automatic drafter."""
        if project_id not in self._records:
            find = what_serves.live_model if self._kind is ModelKind.MATTING else what_serves.live_drafter
            self._records[project_id] = find(self._store, project_id)
        return self._records[project_id]

    def number(self, project_id: int) -> int | None:
        record = self.record(project_id)
        return None if record is None else record.id

    def matting(self, project_id: int) -> Matting:
        return self._loaded(self.record(project_id) or what_serves.live_model(self._store, project_id))

    def model(self, project_id: int) -> Matting:
        """The matting model that serves the project, whatever is compared."""
        return self._loaded(what_serves.live_model(self._store, project_id))

    def _loaded(self, record: ModelRecord) -> Matting:
        if record.id not in self._mattings:
            self._mattings[record.id] = load_model(self._store, record, device=self._device)
        return self._mattings[record.id]

    def has_learnt_from(self, project_id: int) -> frozenset[str]:
        """Products."""
        number = self.number(project_id)
        if number not in self._met:
            self._met[number] = training_sets.groups_learnt_by(self._store, number) if number else frozenset()
        return self._met[number]

    def drafter(self, project_id: int) -> Drafter:
        record, number = self.record(project_id), self.number(project_id)
        if record is not None and number not in self._drafters:
            self._drafters[number] = load_drafter(self._store, record)
        return self._drafters[number]


def _compared(
    store: Store,
    candidate: ModelRecord,
    items: Sequence[TrainingItem],
    serving: _Serving,
    device: str,
    understudies: Understudies | None,
) -> Iterator[tuple[Comparison, JudgedExample, Alpha | Trimap, Alpha | Trimap]]:
    """Each image's comparison, its pixels, and what the serving version and the candidate made of it, or who stands in
    for that."""
    if candidate.kind is ModelKind.MATTING:
        matting = load_model(store, candidate, device=device)
        for example in (example_to_judge(store, item) for item in items):
            live = serving.matting(example.project_id)
            yield _with_example(compare_image(live, matting, example), example)
        return
    drafter = load_drafter(store, candidate)
    for item in items:
        example = example_to_judge(store, item, side=SIDE)
        stands_in = understudies if item.part is Part.TRAIN else None
        drafting = drafter if stands_in is None else stands_in.drafter(item.product_group)
        mend = _operator(serving.model(example.project_id))
        yield _with_example(compare_drafts(serving.drafter(example.project_id), drafting, example, mend=mend), example)


def _operator(matting: Matting) -> Callable[[Trimap, JudgedExample], Effort]:
    """What a draft leaves to do, told by a simulated operator at the matting model that the project works with."""

    def mend(draft: Trimap, example: JudgedExample) -> Effort:
        alpha = predict(matting, example.rgb, draft)
        return correct(example.rgb, draft, alpha, example.alpha, matting=matting).effort

    return mend


def _with_example(
    compared: tuple[Comparison, Alpha | Trimap, Alpha | Trimap], example: JudgedExample
) -> tuple[Comparison, JudgedExample, Alpha | Trimap, Alpha | Trimap]:
    comparison, theirs, ours = compared
    return comparison, example, theirs, ours


def _kept(comparison: Comparison, serving: _Serving, part: Part, picture: bytes | None) -> NewJudgement:
    return NewJudgement(
        image_id=comparison.image_id,
        project_id=comparison.project_id,
        tag=comparison.tag,
        part=part,
        live_model_id=serving.number(comparison.project_id),
        figures={**comparison.figures, "worsening": comparison.worsening},
        picture=picture,
    )
