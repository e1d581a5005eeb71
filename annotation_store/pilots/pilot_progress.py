"""How far a pilot is: counts alone. What was measured so far is nobody's to see before the end."""

from dataclasses import dataclass

from sqlalchemy import func, select

from annotation_store import schema
from annotation_store.pilots.running import find_pilot
from annotation_store.states import ImageState
from annotation_store.store import Store


@dataclass(frozen=True, slots=True)
class PilotProgress:
    """Photos of a pilot. in_review: handed to a reviewer. left: the rest, but for approved and skipped ones."""

    images: int
    approved: int
    in_review: int
    skipped: int

    @property
    def left(self) -> int:
        return self.images - self.approved - self.in_review - self.skipped


def progress_of(store: Store, pilot_id: int) -> PilotProgress:
    """As it is now; of a pilot that is over, what its photos have become since. Raises NotFoundError."""
    member, image = schema.PilotImage, schema.Image
    query = (
        select(image.state, func.count())
        .join(member, member.image_id == image.id)
        .where(member.pilot_id == pilot_id)
        .group_by(image.state)
    )
    with store.database.read() as session:
        find_pilot(session, pilot_id)
        counts: dict[ImageState, int] = {row[0]: row[1] for row in session.execute(query)}
    return PilotProgress(
        images=sum(counts.values()),
        approved=counts.get(ImageState.APPROVED, 0),
        in_review=counts.get(ImageState.IN_REVIEW, 0),
        skipped=counts.get(ImageState.SKIPPED, 0),
    )
