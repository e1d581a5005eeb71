"""What to do after a pilot: what its figures allow one to say, and no more.

- *Widen*: also the lower end of the saving is a saving, and reviewers sent back no more than without drafts.
- *Keep under review*: drafts save time, but it may be luck; or they do, and more came back.
- *Not yet*: also the upper end of the saving is a loss.
- *More photos*: too few to tell, with how many probably would.
"""

from dataclasses import dataclass
from enum import StrEnum

from annotation_store.pilots.told import Told


class StepKind(StrEnum):
    """What to do next."""

    WIDEN = "widen"
    KEEP_UNDER_REVIEW = "keep_under_review"
    NOT_YET = "not_yet"
    MORE_PHOTOS = "more_photos"


@dataclass(frozen=True, slots=True)
class Step:
    """What to do with the photos of a tag, "" for all of them, and why. photos: of a pilot that would probably tell,
    where this one did not; None where it did, or nobody knows."""

    kind: StepKind
    tag: str
    why: Told
    photos: int | None = None


@dataclass(frozen=True, slots=True)
class Returns:
    """So many images a reviewer saw, and so many of these went back at least once."""

    reviewed: int
    returned: int
