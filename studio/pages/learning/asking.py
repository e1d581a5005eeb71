"""Learn now: what would be learnt from, and a training of each kind that is asked for by one button."""

from html import escape

from annotation_store.errors import NotEnoughApprovedError, RunInProgressError
from annotation_store.kinds import ModelKind, RunCause
from annotation_store.learning import training_runs, training_sets
from annotation_store.learning.approved_mattes import MOST_IMAGES
from annotation_store.store import Store
from matting_core.errors import MattingError
from studio.i18n import Words
from studio.pages.fragments import notice
from studio.pages.learning.scene import Scene
from studio.studio import Studio


def preview_view(store: Store, words: Words, *, validation_share: float) -> str:
    """What a training would learn from now, or why there could be none."""
    try:
        found = training_sets.preview(store, validation_share=validation_share)
    except NotEnoughApprovedError as error:
        lines = [words("not_enough_approved"), *([str(error)] if words.language == "en" else [])]
        return notice("plain", lines, testid="learn-preview")
    lines = [
        words("would_learn", train=found.train, validation=found.validation, golden=found.golden),
        words("would_be_new", fresh=found.fresh, products=found.products),
    ]
    if found.trimap_only:
        lines.append(words("would_learn_trimaps", count=found.trimap_only))
    if found.left_out:
        lines.append(words("would_leave_out", count=found.left_out, most=MOST_IMAGES))
    bundle = f'<p class="links"><a href="/api/v1/training-bundle.zip">{escape(words("bundle_title"))}</a></p>'
    return notice("plain", lines, testid="learn-preview") + bundle


def what_is_asked_for(scene: Scene, words: Words) -> str:
    """For which kinds the button has nothing to do, as a training of theirs is unfinished; empty if for none."""
    busy = [(kind, run.id) for kind in ModelKind if (run := scene.unfinished(kind)) is not None]
    told = [words("kind_is_busy", kind=words(f"kind_{kind.value}"), number=number) for kind, number in busy]
    return notice("plain", told, testid="learn-busy") if told else ""


def ask_for_trainings(studio: Studio, words: Words, *, by: str) -> str:
    """Ask for a training of each kind that has none unfinished; what came of that."""
    good: list[str] = []
    bad: list[str] = []
    try:
        training_sets.preview(studio.store, validation_share=studio.settings.validation_share)
        for kind in ModelKind:
            try:
                run = training_runs.request(studio.store, by=by, kind=kind, cause=RunCause.BUTTON)
            except RunInProgressError:
                bad.append(words("kind_learns_already", kind=words(f"kind_{kind.value}")))
                continue
            good.append(words("training_requested", number=run.id, kind=words(f"kind_{kind.value}")))
            studio.jobs.train(run.id)
    except MattingError as error:
        bad.append(str(error))
    return notice("good" if good and not bad else "bad" if not good else "plain", good + bad, testid="learn-answer")
