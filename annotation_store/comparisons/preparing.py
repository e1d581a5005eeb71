"""The mattes of a comparison, kept as they are made: the blobs first, then the row that names them.

Whoever makes them may be killed at any moment: what is kept is kept, and the rest is made by the next one.
"""

from sqlalchemy import select

from annotation_store import schema
from annotation_store.comparisons.comparisons import find_comparison, is_prepared, move_comparison, tell_of
from annotation_store.errors import MismatchedMatteError
from annotation_store.kinds import MatteSource
from annotation_store.records import ComparisonPairRecord, ComparisonRecord, RevisionRecord
from annotation_store.revisions import draft_of, get_revision
from annotation_store.rows import find_image
from annotation_store.states import ComparisonState
from annotation_store.store import Store
from matting_core.arrays import Alpha, check_alpha
from matting_core.image_io import encode_alpha

AUTHOR = "comparing"


def next_to_prepare(store: Store) -> ComparisonRecord | None:
    """The oldest comparison whose mattes are not all made; None if there is none."""
    row = schema.Comparison
    query = select(row).filter_by(state=ComparisonState.PREPARING).order_by(row.id).limit(1)
    with store.database.read() as session:
        found = session.scalar(query)
        return None if found is None else ComparisonRecord.of(found)


def blob_of_source(store: Store, pair: ComparisonPairRecord, source: MatteSource) -> str | None:
    """The alpha of a pair that the store has already, by the name of its blob; None for what a model has to make.

    A draft is what the work on the approved revision began with, wherever it came from.
    """
    match source:
        case MatteSource.APPROVED:
            return get_revision(store, pair.revision_id).alpha_blob
        case MatteSource.DRAFT:
            return compared_draft(store, pair).alpha_blob
        case MatteSource.MODEL:
            return None


def compared_draft(store: Store, pair: ComparisonPairRecord) -> RevisionRecord:
    """The draft of a pair; of a photo that a pilot had made from nothing, the one that its model had made before."""
    return draft_of(store, get_revision(store, pair.revision_id), even_blank=False)


def keep_alpha(store: Store, pair: ComparisonPairRecord, alpha: Alpha) -> str:
    """Store an alpha (float32, HxW, [0, 1]) of the pair's photo in 16-bit steps; returns the name of its blob.

    Raises InvalidArrayError, or MismatchedMatteError if it has another size than the photo.
    """
    check_alpha(alpha)
    with store.database.read() as session:
        image = find_image(session, pair.image_id)
        name, size = image.name, (image.height, image.width)
    if alpha.shape != size:
        raise MismatchedMatteError(f"The alpha that was made of “{name}” has another size than the photo.")
    return store.blobs.put(encode_alpha(alpha, bits=16))


def keep_pair(store: Store, pair_id: int, *, first_blob: str, second_blob: str) -> None:
    """Name both mattes of a pair. Twice is as once."""
    with store.database.write() as session:
        pair = session.get_one(schema.ComparisonPair, pair_id)
        pair.first_blob, pair.second_blob = first_blob, second_blob


def open_prepared(store: Store, comparison_id: int) -> bool:
    """Let people choose once all mattes are made; whether they may now. Does nothing if it was closed meanwhile."""
    with store.database.write() as session:
        comparison = find_comparison(session, comparison_id)
        if comparison.state is not ComparisonState.PREPARING or not is_prepared(session, comparison_id):
            return False
        move_comparison(comparison, ComparisonState.OPEN)
        comparison.problem = None
        tell_of(session, comparison, "opened", by=AUTHOR)
        return True


def note_failure(store: Store, comparison_id: int, problem: str) -> None:
    """Its mattes cannot be made, and why. Does nothing if it was closed meanwhile."""
    with store.database.write() as session:
        comparison = find_comparison(session, comparison_id)
        if comparison.state is ComparisonState.PREPARING:
            move_comparison(comparison, ComparisonState.FAILED)
            comparison.problem = problem
            tell_of(session, comparison, "failed", by=AUTHOR)


def try_again(store: Store, comparison_id: int, *, by: str) -> ComparisonRecord:
    """Have the mattes of a failed comparison made after all; those that are made already stay.

    Raises NotFoundError, InvalidTransitionError.
    """
    with store.database.write() as session:
        comparison = find_comparison(session, comparison_id)
        move_comparison(comparison, ComparisonState.PREPARING)
        comparison.problem = None
        tell_of(session, comparison, "tried_again", by=by)
        session.flush()
        return ComparisonRecord.of(comparison)
