"""Which of the two mattes stands on which side: by lot for each pair and person, the same whenever it is asked.

The lot is drawn from a hash, not kept: a page that is loaded again shows the same. What it is drawn from includes the
moment at which the comparison was made, to the microsecond, and the names of both blobs, which those who choose are not
told; so nobody works out by their own name what they see.
"""

from enum import StrEnum
from hashlib import sha256

from annotation_store.records import ComparisonPairRecord, ComparisonRecord


class Side(StrEnum):
    """Where a matte stands."""

    LEFT = "left"
    RIGHT = "right"


def first_is_left(comparison: ComparisonRecord, pair: ComparisonPairRecord, person: str) -> bool:
    """Whether this person sees the first matte of the pair on the left."""
    return _lot("side", comparison, pair, person)[0] % 2 == 0


def blob_on(side: Side, comparison: ComparisonRecord, pair: ComparisonPairRecord, person: str) -> str | None:
    """The alpha that this person sees there; None until it is made."""
    is_first = first_is_left(comparison, pair, person) == (side is Side.LEFT)
    return pair.first_blob if is_first else pair.second_blob


def place_in_order(comparison: ComparisonRecord, pair: ComparisonPairRecord, person: str) -> bytes:
    """By what the pairs are sorted for this person: another order for everybody."""
    return _lot("order", comparison, pair, person)


def mark_of(comparison: ComparisonRecord, pair: ComparisonPairRecord, person: str, *about: str) -> str:
    """A name for what this person is shown of the pair, that tells nothing: for the memory of their browser."""
    return _lot("mark", comparison, pair, person, *about).hex()


def _lot(what: str, comparison: ComparisonRecord, pair: ComparisonPairRecord, person: str, *more: str) -> bytes:
    parts = (
        what,
        str(comparison.id),
        comparison.created_at.isoformat(),
        str(pair.id),
        pair.first_blob or "",
        pair.second_blob or "",
        person,
        *more,
    )
    return sha256("\n".join(parts).encode()).digest()
