"""A week of a studio in a store of its own: photos come in, are drafted, corrected by the simulated operator, approved.

All of it is the product's own code. Only two functions here know how a studio learns and what serves it then:
`who_serves` and `retrain_studio`.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace

import cv2
import numpy as np

from annotation_store import corrections, drafts, intake, reviews
from annotation_store.corrections import KeyedEdit
from annotation_store.incoming import IncomingFile
from annotation_store.kinds import ModelKind, RunCause
from annotation_store.learning import training_runs, what_serves
from annotation_store.projects import FIRST_PROJECT
from annotation_store.records import ImageRecord, ModelRecord
from annotation_store.store import Store
from matting_core.arrays import Alpha, Rgb
from matting_core.drafting.automatic import AutomaticDrafter
from matting_core.drafting.drafter import Drafter
from matting_core.drafting.learned import LearnedDrafter
from matting_core.image_io import ImageLimits
from matting_core.matting import Matting
from matting_core.metrics import whole_image_sad
from matting_core.networks.registry import shipped_weights
from matting_core.predictor import predict
from training.drafter.drafter_training import START
from training.matte_folders import MatteFiles
from training.models import load_drafter, load_model
from training.operator.causes import Causes, causes_of
from training.operator.correcting import OperatorSettings, correct
from training.retrain import RetrainSettings, retrain

OPERATOR = "simulated operator"


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """A photo on its way in. name: with a suffix, unlike all others. truth: float32, HxW, [0, 1]."""

    name: str
    rgb: Rgb
    truth: Alpha

    @property
    def file(self) -> IncomingFile:
        _, png = cv2.imencode(".png", cv2.cvtColor(self.rgb, cv2.COLOR_RGB2BGR))
        return IncomingFile(self.name, png.tobytes())


@dataclass(frozen=True, slots=True)
class Work:
    """What one photo took. painted_area: share of the photo. sad: of the draft, over the whole photo, in thousands.
    left: the same of what was approved. seconds: drafting and correcting."""

    photo: str
    strokes: int
    painted_area: float
    causes: Causes
    sad: float
    left: float
    seconds: float

    def as_json(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True, slots=True, eq=False)
class Serving:
    """What makes the drafts."""

    drafter: Drafter
    model: ModelRecord
    matting: Matting


def who_serves(store: Store, *, device: str, untaught: bool = False) -> Serving:
    """What makes the next draft of the studio; untaught: with the learned drafter as it comes with the program."""
    model, version = what_serves.live_model(store, FIRST_PROJECT), what_serves.live_drafter(store, FIRST_PROJECT)
    if untaught:
        drafter: Drafter = LearnedDrafter.from_weights(shipped_weights(START))
    else:
        drafter = AutomaticDrafter() if version is None else load_drafter(store, version)
    return Serving(drafter, model, load_model(store, model, device=device))


def retrain_studio(store: Store, settings: RetrainSettings, *, say: Callable[[str], None]) -> tuple[str, ...]:
    """Teach the matting model and the drafter from all that is approved, each through its gate; the verdicts."""
    verdicts = []
    for kind in ModelKind:
        run = training_runs.request(store, by=OPERATOR, kind=kind, cause=RunCause.COMMAND)
        done = retrain(store, run.id, settings, say=lambda share, text: say(f"{share:.0%} {text}"))
        verdicts.append(f"{kind}: {done.verdict}")
    return tuple(verdicts)


def with_seed(settings: RetrainSettings, seed: int) -> RetrainSettings:
    """The same trainings, which draw otherwise."""
    return replace(
        settings, finetune=replace(settings.finetune, seed=seed), drafter=replace(settings.drafter, seed=seed)
    )


def read_photos(files: Iterable[MatteFiles], *, side: int) -> list[Photo]:
    """Photos with their true alphas, each reduced to `side` pixels on its longer side if it is larger.

    Raises MatteFolderError, with the file's name, if one of them cannot be read.
    """
    photos = []
    for each in files:
        example = each.read()
        rgb, truth = example.rgb, example.alpha
        longer = max(truth.shape)
        if longer > side:
            size = (round(truth.shape[1] * side / longer), round(truth.shape[0] * side / longer))
            rgb, truth = (cv2.resize(plane, size, interpolation=cv2.INTER_AREA) for plane in (rgb, truth))
            truth = np.clip(truth, 0, 1)  # rounding leaves it a little above
        photos.append(Photo(f"{each.image.parent.parent.name}-{each.image.stem}.png", rgb, truth))
    return photos


def work_through(
    store: Store, photos: Sequence[Photo], serving: Serving, settings: OperatorSettings, *, say: Callable[[str], None]
) -> list[Work]:
    """One week's photos from the door to their approval."""
    by_name = {photo.name: photo for photo in photos}
    intake.take_in(
        store,
        [photo.file for photo in photos],
        by=OPERATOR,
        limits=ImageLimits(),
        subjects={photo.name: photo.name for photo in photos},
    )
    works = []
    while (image := drafts.claim_next_for_drafting(store)) is not None:
        works.append(_work_on(store, image, by_name[image.name], serving, settings))
        say(f"{image.name}: {works[-1].strokes} strokes, {works[-1].painted_area:.1%} painted")
    return works


def _work_on(store: Store, image: ImageRecord, photo: Photo, serving: Serving, settings: OperatorSettings) -> Work:
    began = time.monotonic()
    trimap = serving.drafter.draft(photo.rgb).trimap
    drafts.record_draft(
        store,
        image.id,
        trimap=trimap,
        alpha=predict(serving.matting, photo.rgb, trimap),
        model_id=serving.model.id,
        drafter=serving.drafter.name,
        by=OPERATOR,
    )
    document = corrections.open_document(store, image.id)
    base, alpha = corrections.load_base(store, document.revision_id)
    done = correct(photo.rgb, base.trimap, alpha, photo.truth, matting=serving.matting, settings=settings)
    if done.edits:
        document = corrections.append_edits(
            store,
            image.id,
            revision_id=document.revision_id,
            position=document.position,
            edits=[KeyedEdit(f"{image.id}-{number}", edit) for number, edit in enumerate(done.edits)],
            by=OPERATOR,
            known=document,
        )
    seen = reviews.Seen(document.revision_id, document.position, done.trimap, done.alpha, serving.model.id)
    reviews.approve(store, image.id, seen, by=OPERATOR)
    return Work(
        photo.name,
        done.effort.strokes,
        done.effort.painted_area,
        causes_of(done.edits, base.trimap, photo.truth),
        sad=whole_image_sad(alpha, photo.truth),
        left=whole_image_sad(done.alpha, photo.truth),
        seconds=time.monotonic() - began,
    )
