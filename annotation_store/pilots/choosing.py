"""Which images a pilot has, and what lot decides about each: whether it keeps its draft, and when it comes.

Photos are sorted by how hard they are expected to be and cut into strata; within each, lot decides which are blank. So
both arms have as many hard ones, and what is left of a difference is the draft, or chance. The order in which people
get them is by lot, too: what they learn on the way helps both arms alike.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, aliased

from annotation_store import schema
from annotation_store.clock import utc_now
from annotation_store.kinds import BLANK, PilotArm, RevisionKind
from annotation_store.projects import find_project
from annotation_store.queue.copies import IS_NO_COPY
from annotation_store.records import ImageRecord
from annotation_store.states import ImageState, PilotState
from annotation_store.store import Store
from annotation_store.tags import read_tags

STRATUM = 3
"""Photos of the smaller arm in each stratum: some may be left undone, and two are needed to know what chance does."""
MOST_STRATA = 10


class Drawn(Protocol):
    """What lot has to know of an image."""

    @property
    def id(self) -> int: ...

    @property
    def difficulty(self) -> float | None: ...


@dataclass(frozen=True, slots=True)
class Place:
    """What lot has decided about an image. position: from 0, in which order it is handed out."""

    image_id: int
    position: int
    arm: PilotArm
    stratum: int


def candidates(store: Store, project_id: int, *, tag: str | None = None) -> tuple[ImageRecord, ...]:
    """The images of a project that can be in a pilot, the easiest first: drafted by a model, and untouched.

    Nobody has opened, changed, decided about, or been assigned any of them, and none has been in a pilot that was not
    called off. tag: only those with it, of their own or by their project. Raises NotFoundError.
    """
    with store.database.read() as session:
        project = find_project(session, project_id)
        found = read_candidates(session, project_id)
        tags = read_tags(session, [image.id for image in found])
        wanted = [image for image in found if tag is None or tag == project.tag or tag in tags.get(image.id, ())]
        return tuple(ImageRecord.of(image) for image in wanted)


def propose(images: Sequence[Drawn], wanted: int, *, seed: int = 0) -> tuple[int, ...]:
    """`wanted` of these images by lot, spread over all difficulties; all of them if there are fewer.

    They are cut into so many parts of like difficulty, and one is drawn of each.
    """
    by_difficulty = [image.id for image in sorted(images, key=_ease)]
    if len(by_difficulty) <= wanted:
        return tuple(by_difficulty)
    rng = np.random.default_rng(seed)
    parts = np.array_split(np.asarray(by_difficulty, np.int64), wanted)
    return tuple(int(rng.choice(part)) for part in parts)


def deal(images: Sequence[Drawn], *, blank_share: float, seed: int) -> tuple[Place, ...]:
    """The places of these images, in the order of the lot; the same seed always deals alike."""
    by_difficulty = [image.id for image in sorted(images, key=_ease)]
    rng = np.random.default_rng(seed)
    count, blanks = len(by_difficulty), count_blank(len(by_difficulty), blank_share)
    strata = np.array_split(np.arange(count), count_strata(count, blanks))
    arms: dict[int, tuple[PilotArm, int]] = {}
    dealt = 0
    for stratum, places in enumerate(strata):
        until = round(blanks * (int(places[-1]) + 1) / count)  # so that they add up, whatever is rounded
        blank = set(rng.choice(places, until - dealt, replace=False).tolist())
        dealt = until
        for place in places.tolist():
            arms[by_difficulty[place]] = (PilotArm.BLANK if place in blank else PilotArm.DRAFTED, stratum)
    order = rng.permutation(np.asarray(by_difficulty, np.int64)).tolist()
    return tuple(Place(image_id, position, *arms[image_id]) for position, image_id in enumerate(order))


def count_blank(count: int, blank_share: float) -> int:
    """How many of `count` images are blank."""
    return round(count * blank_share)


def count_strata(count: int, blanks: int) -> int:
    return max(1, min(MOST_STRATA, min(blanks, count - blanks) // STRATUM))


def read_candidates(
    session: Session, project_id: int, *, image_ids: Collection[int] | None = None
) -> list[schema.Image]:
    """As `candidates`, of these images (None: of all), whatever their tags; for this floor only."""
    query = _candidates(project_id)
    if image_ids is not None:
        query = query.where(schema.Image.id.in_(image_ids))
    return sorted(session.scalars(query), key=_ease)


def _candidates(project_id: int) -> Select[schema.Image]:
    image, head, member, pilot = schema.Image, aliased(schema.Revision), schema.PilotImage, schema.Pilot
    was_in_one = exists().where(
        member.image_id == image.id, pilot.id == member.pilot_id, pilot.state != PilotState.CALLED_OFF
    )
    held = exists().where(schema.Lease.image_id == image.id, schema.Lease.expires_at > utc_now())
    return (
        select(image)
        .join(head, head.id == image.head_revision_id)
        .where(
            image.project_id == project_id,
            image.state == ImageState.READY,
            IS_NO_COPY,
            image.assigned_to.is_(None),
            head.kind == RevisionKind.DRAFT,
            head.model_version_id.is_not(None),
            head.drafter.is_distinct_from(BLANK),
            ~exists().where(schema.EditEntry.revision_id == head.id),
            ~exists().where(schema.Decision.image_id == image.id),
            ~exists().where(schema.WorkSpan.image_id == image.id),
            ~held,
            ~was_in_one,
        )
    )


def _ease(image: Drawn) -> tuple[bool, float, int]:
    """The easiest first; what nobody knows the difficulty of comes last."""
    return (image.difficulty is None, image.difficulty or 0.0, image.id)
