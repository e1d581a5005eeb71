"""Blind comparisons: making one, choosing in it, and what came of it.

Whoever chooses is never told which matte is whose: neither by an answer, nor by an address, nor by a picture. So the
routes of those who choose name no image and no source.
"""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from annotation_store.comparisons import comparisons, preferences, preparing
from annotation_store.comparisons.comparison_errors import InvalidComparisonError
from annotation_store.comparisons.preferences import shown_pair
from annotation_store.comparisons.results import results
from annotation_store.comparisons.sides import Side, mark_of
from annotation_store.errors import NotFoundError
from annotation_store.kinds import MatteSource
from annotation_store.learning import model_registry
from annotation_store.people.roles import Ability
from annotation_store.records import ComparisonRecord
from annotation_store.store import Store
from studio.api.authorisation import needs
from studio.api.comparison_contracts import (
    ComparedOut,
    ComparisonIn,
    ComparisonOut,
    ComparisonsOut,
    NextPairOut,
    PreferenceIn,
    ResultsOut,
    SourceIn,
    SourceOut,
)
from studio.api.dependencies import LARGEST_ID, StudioDep, VisitorDep
from studio.api.downloads import attachment
from studio.api.media import Csv, Jpeg
from studio.api.models import find_model
from studio.api.paging import USUAL, Before, Limit, PagerDep
from studio.api.pictures import UNCHANGED, unchanging
from studio.comparison_table import results_table
from studio.sign_in.visitor import Visitor
from studio.studio import Studio
from studio.tables import table_csv
from studio.visible_comparisons import visible_comparison
from studio.visible_projects import chosen_ids

router = APIRouter(prefix="/comparisons", tags=["comparisons"])

ComparisonId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
PairId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Ground = Annotated[str, Query(max_length=20, description="One of the comparison's; its first one if left out.")]
Detail = Annotated[bool, Query(description="Only the part in which the two differ most, in the photo's own pixels.")]


@router.get("")
@needs(Ability.LOOK)
def list_comparisons(
    studio: StudioDep,
    visitor: VisitorDep,
    pager: PagerDep,
    project: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
    before: Before = None,
    limit: Limit = USUAL,
) -> ComparisonsOut:
    """The comparisons of the person's projects that are older than comparison `before`."""
    found = comparisons.list_comparisons(
        studio.store, project_ids=chosen_ids(visitor, project), before=before, limit=limit + 1
    )
    page, following = pager.cut(found, limit, by="before", place=lambda each: each.id)
    progress = preferences.progress_of(studio.store, [each.id for each in page], visitor.name)
    told = [
        ComparisonOut(
            id=each.id,
            name=each.name,
            project=each.project_id,
            state=each.state,
            seen=progress[each.id][0],
            pairs=progress[each.id][1],
        )
        for each in page
    ]
    return ComparisonsOut(comparisons=told, before=following)


@router.post("", status_code=201)
@needs(Ability.LEAD)
def create_comparison(wanted: ComparisonIn, studio: StudioDep, visitor: VisitorDep) -> ComparedOut:
    """Ask for a comparison; people can choose once its mattes are made."""
    store = studio.store
    if not visitor.sees(wanted.project):
        raise NotFoundError(f"There is no project number {wanted.project}: reload the list of projects.")
    images = wanted.images
    if images is None:
        images = list(comparisons.newest_approved(store, wanted.project, tag=wanted.tag, limit=wanted.newest))
    made = comparisons.create_comparison(
        store,
        wanted.project,
        name=wanted.name,
        first=wanted.first.source,
        first_model_id=_model_id(studio, wanted.first),
        second=wanted.second.source,
        second_model_id=_model_id(studio, wanted.second),
        image_ids=images,
        grounds=wanted.grounds,
        by=visitor.name,
    )
    studio.jobs.compare()
    return _told(store, made)


@router.get("/{comparison_id}")
@needs(Ability.LEAD)
def read_comparison(comparison_id: ComparisonId, studio: StudioDep, visitor: VisitorDep) -> ComparedOut:
    """What is compared, and what people have chosen so far."""
    return _told(studio.store, visible_comparison(studio.store, visitor, comparison_id))


@router.get("/{comparison_id}/results.csv", response_class=Csv)
@needs(Ability.LEAD)
def download_results(comparison_id: ComparisonId, studio: StudioDep, visitor: VisitorDep) -> Response:
    """What was chosen of each image, as a sheet."""
    visible_comparison(studio.store, visitor, comparison_id)
    table = results_table(results(studio.store, comparison_id))
    return Csv(table_csv(table), headers=attachment(f"comparison-{comparison_id:04d}.csv"))


@router.post("/{comparison_id}/close")
@needs(Ability.LEAD)
def close_comparison(comparison_id: ComparisonId, studio: StudioDep, visitor: VisitorDep) -> ComparedOut:
    """Let nobody choose any more; what was chosen is kept."""
    return _moved(studio, visitor, comparison_id, comparisons.close_comparison)


@router.post("/{comparison_id}/open-again")
@needs(Ability.LEAD)
def reopen_comparison(comparison_id: ComparisonId, studio: StudioDep, visitor: VisitorDep) -> ComparedOut:
    """Let people choose again."""
    return _moved(studio, visitor, comparison_id, comparisons.reopen_comparison)


@router.post("/{comparison_id}/try-again")
@needs(Ability.LEAD)
def prepare_again(comparison_id: ComparisonId, studio: StudioDep, visitor: VisitorDep) -> ComparedOut:
    """Have the mattes of a failed comparison made after all."""
    told = _moved(studio, visitor, comparison_id, preparing.try_again)
    studio.jobs.compare()
    return told


@router.get("/{comparison_id}/next")
@needs(Ability.LOOK)
def next_pair(comparison_id: ComparisonId, studio: StudioDep, visitor: VisitorDep) -> NextPairOut:
    """What the person is to look at now: one of the pairs that they have not answered, in an order of their own."""
    comparison = visible_comparison(studio.store, visitor, comparison_id)
    now = preferences.next_pair(studio.store, comparison_id, visitor.name)
    pair = None if now.pair is None else now.pair.id
    return NextPairOut(
        pair=pair,
        following=None if now.following is None else now.following.id,
        left=None if pair is None else address_of(comparison_id, pair, Side.LEFT),
        right=None if pair is None else address_of(comparison_id, pair, Side.RIGHT),
        grounds=list(comparison.grounds),
        seen=now.seen,
        pairs=now.total,
    )


@router.post("/{comparison_id}/pairs/{pair_id}/preference")
@needs(Ability.LOOK)
def keep_preference(
    comparison_id: ComparisonId, pair_id: PairId, body: PreferenceIn, studio: StudioDep, visitor: VisitorDep
) -> NextPairOut:
    """Keep what the person chose of a pair, once; the answer is the next pair."""
    visible_comparison(studio.store, visitor, comparison_id)
    preferences.keep_preference(
        studio.store,
        comparison_id,
        pair_id,
        person=visitor.name,
        liked=body.choice,
        confidence=body.confidence,
        ground=body.ground,
    )
    return next_pair(comparison_id, studio, visitor)


@router.get("/{comparison_id}/pairs/{pair_id}/left", response_class=Jpeg, responses=UNCHANGED)
@needs(Ability.LOOK)
def look_left(
    comparison_id: ComparisonId,
    pair_id: PairId,
    request: Request,
    studio: StudioDep,
    visitor: VisitorDep,
    ground: Ground = "",
    detail: Detail = False,
) -> Response:
    """What stands on the left for this person: JPEG."""
    visible_comparison(studio.store, visitor, comparison_id)
    return _picture(studio, request, comparison_id, pair_id, Side.LEFT, visitor.name, ground, detail)


@router.get("/{comparison_id}/pairs/{pair_id}/right", response_class=Jpeg, responses=UNCHANGED)
@needs(Ability.LOOK)
def look_right(
    comparison_id: ComparisonId,
    pair_id: PairId,
    request: Request,
    studio: StudioDep,
    visitor: VisitorDep,
    ground: Ground = "",
    detail: Detail = False,
) -> Response:
    """What stands on the right for this person: JPEG."""
    visible_comparison(studio.store, visitor, comparison_id)
    return _picture(studio, request, comparison_id, pair_id, Side.RIGHT, visitor.name, ground, detail)


def address_of(comparison_id: int, pair_id: int, side: Side) -> str:
    """Of a picture; what it stands on is added as ``?ground=``."""
    return f"/api/v1/comparisons/{comparison_id}/pairs/{pair_id}/{side.value}"


def _picture(
    studio: Studio,
    request: Request,
    comparison_id: int,
    pair_id: int,
    side: Side,
    person: str,
    ground: str,
    detail: bool,
) -> Response:
    comparison, pair = shown_pair(studio.store, comparison_id, pair_id)
    ground = ground or comparison.grounds[0]
    if ground not in comparison.grounds:
        raise InvalidComparisonError(f"“{ground}” is no background of this comparison: reload the page.")
    name = mark_of(comparison, pair, person, side.value, ground, str(detail))
    return unchanging(
        request,
        name,
        lambda: studio.blind.picture(comparison, pair, side=side, person=person, ground=ground, detail=detail),
        media_type="image/jpeg",
    )


def _model_id(studio: Studio, side: SourceIn) -> int | None:
    """Of the version that is named. Raises NotFoundError."""
    return None if side.model is None else find_model(studio, side.model).id


def _moved(studio: Studio, visitor: Visitor, comparison_id: int, move: Callable[..., ComparisonRecord]) -> ComparedOut:
    visible_comparison(studio.store, visitor, comparison_id)
    return _told(studio.store, move(studio.store, comparison_id, by=visitor.name))


def _told(store: Store, comparison: ComparisonRecord) -> ComparedOut:
    def side(source: MatteSource, model_id: int | None) -> SourceOut:
        model = None if model_id is None else model_registry.get_model(store, model_id).name
        return SourceOut(source=source, model=model)

    return ComparedOut(
        id=comparison.id,
        name=comparison.name,
        project=comparison.project_id,
        state=comparison.state,
        first=side(comparison.first, comparison.first_model_id),
        second=side(comparison.second, comparison.second_model_id),
        grounds=list(comparison.grounds),
        problem=comparison.problem,
        created_at=comparison.created_at,
        created_by=comparison.created_by,
        closed_at=comparison.closed_at,
        results=ResultsOut.of(results(store, comparison.id)),
    )
