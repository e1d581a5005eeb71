"""What a lead decides about versions, trainings and golden images by the buttons of the pages."""

from collections.abc import Callable, Mapping

from annotation_store import gallery
from annotation_store.learning import golden, model_registry, standings, training_runs
from annotation_store.projects import get_project
from annotation_store.records import ModelRecord
from annotation_store.states import StandingState
from annotation_store.store import Store
from matting_core.errors import MattingError
from studio import serving
from studio.i18n import Words
from studio.pages.fragments import notice
from studio.pages.learning.deeds import Deed, DeedKind
from studio.sign_in.visitor import Visitor

_Answer = Callable[[Store, Deed, Words, str], str]
"""store, deed, words, by: what came of it; raises MattingError."""


def decide(store: Store, deed: Deed | None, words: Words, *, visitor: Visitor, testid: str) -> str:
    """Do it, and tell what came of it; what is not the visitor's to decide is answered as if it were not there."""
    if deed is None or deed.kind not in _DEEDS or not _is_theirs(store, deed, visitor):
        return notice("bad", [words("gone_meanwhile")], testid=testid)
    try:
        return notice("good", [_DEEDS[deed.kind](store, deed, words, visitor.name)], testid=testid)
    except MattingError as error:
        return notice("bad", [str(error)], testid=testid)


def _is_theirs(store: Store, deed: Deed, visitor: Visitor) -> bool:
    if deed.kind is DeedKind.CANCEL:  # trainings are the studio's
        return True
    if deed.kind in (DeedKind.MAKE_GOLDEN, DeedKind.RETIRE_GOLDEN):
        try:
            return visitor.sees(gallery.get_image(store, deed.number).project_id)
        except MattingError:
            return False
    return visitor.sees(deed.project_id)


def _let_serve(store: Store, deed: Deed, words: Words, by: str) -> str:
    version = model_registry.get_model(store, deed.number)
    serving.let_serve(store, version, deed.project_id, by=by)
    return words("serves_now", name=version.name, project=get_project(store, deed.project_id).name)


def _try(store: Store, deed: Deed, words: Words, by: str) -> str:
    version, project = model_registry.get_model(store, deed.number), get_project(store, deed.project_id)
    serving.check_file(store, version)
    text = serving.standing_text(store, version, deed.project_id)
    standings.place(store, version.id, project.id, StandingState.CANARY, by=by, verdict=text)
    return words("is_tried_now", name=version.name, project=project.name)


def _refuse(store: Store, deed: Deed, words: Words, by: str) -> str:
    version = model_registry.get_model(store, deed.number)
    text = serving.standing_text(store, version, deed.project_id)
    standings.place(store, version.id, deed.project_id, StandingState.REFUSED, by=by, verdict=text)
    return words("is_refused_now", name=version.name, project=get_project(store, deed.project_id).name)


def _roll_back(store: Store, deed: Deed, words: Words, by: str) -> str:
    version = model_registry.get_model(store, deed.number)
    try:
        now = serving.roll_back(store, version, deed.project_id, by=by)
    except serving.NotServingError:
        return words("gone_meanwhile")
    project = get_project(store, deed.project_id).name
    return words("serves_now", name=now.name if now else words("automatic_drafter"), project=project)


def _draft_automatically(store: Store, deed: Deed, words: Words, by: str) -> str:
    if not _serves(store, model_registry.get_model(store, deed.number), deed.project_id):
        return words("gone_meanwhile")
    standings.draft_automatically(store, deed.project_id, by=by)
    return words("serves_now", name=words("automatic_drafter"), project=get_project(store, deed.project_id).name)


def _cancel(store: Store, deed: Deed, words: Words, by: str) -> str:
    training_runs.request_cancel(store, deed.number, by=by)
    return words("cancel_requested")


def _make_golden(store: Store, deed: Deed, words: Words, by: str) -> str:
    golden.choose_golden(store, deed.number, by=by)
    return words("is_golden_now", name=gallery.get_image(store, deed.number).name)


def _retire_golden(store: Store, deed: Deed, words: Words, by: str) -> str:
    golden.retire_golden(store, deed.number, by=by)
    return words("is_golden_no_more", name=gallery.get_image(store, deed.number).name)


_DEEDS: Mapping[DeedKind, _Answer] = {
    DeedKind.LET_SERVE: _let_serve,
    DeedKind.TRY: _try,
    DeedKind.REFUSE: _refuse,
    DeedKind.ROLL_BACK: _roll_back,
    DeedKind.DRAFT_AUTOMATICALLY: _draft_automatically,
    DeedKind.CANCEL: _cancel,
    DeedKind.MAKE_GOLDEN: _make_golden,
    DeedKind.RETIRE_GOLDEN: _retire_golden,
}


def _serves(store: Store, version: ModelRecord, project_id: int) -> bool:
    states = {each.state for each in standings.list_standings(store, model_id=version.id, project_id=project_id)}
    return StandingState.LIVE in states
