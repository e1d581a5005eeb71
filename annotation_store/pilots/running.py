"""Which pilot runs, and which images are in it: asked wherever something could spoil one. For this floor only."""

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.errors import NotFoundError
from annotation_store.kinds import PilotArm
from annotation_store.pilots.pilot_errors import InPilotError
from annotation_store.states import PilotState


def running_pilot(session: Session, project_id: int) -> schema.Pilot | None:
    """The pilot that runs in a project; there is never more than one."""
    return session.scalar(select(schema.Pilot).filter_by(project_id=project_id, state=PilotState.RUNNING))


def find_pilot(session: Session, pilot_id: int) -> schema.Pilot:
    """The pilot, or NotFoundError."""
    if (row := session.get(schema.Pilot, pilot_id)) is None:
        raise NotFoundError(f"There is no pilot number {pilot_id}: reload the list of pilots.")
    return row


def place_of(session: Session, image: schema.Image) -> schema.PilotImage | None:
    """The place of `image` in a pilot that runs; None outside of one."""
    if (pilot := running_pilot(session, image.project_id)) is None:
        return None
    return session.get(schema.PilotImage, (pilot.id, image.id))


def is_in_running_pilot(image: type[schema.Image]) -> ColumnElement[bool]:
    """The same as a condition on images."""
    member, pilot = schema.PilotImage, schema.Pilot
    return exists().where(member.image_id == image.id, pilot.id == member.pilot_id, pilot.state == PilotState.RUNNING)


def check_keeps_draft(session: Session, image: schema.Image) -> None:
    """Raise InPilotError if people are to begin with what `image` has, whatever models have learnt meanwhile."""
    if place_of(session, image) is not None:
        raise InPilotError(
            f"“{image.name}” is in a pilot, in which it keeps what it began with: correct it from there, or end the "
            "pilot first."
        )


def check_may_draft(session: Session, image: schema.Image) -> None:
    """Raise InPilotError if `image` is to be made without any help of a draft."""
    place = place_of(session, image)
    if place is not None and place.arm is PilotArm.BLANK:
        raise InPilotError(
            f"“{image.name}” is in a pilot, in which it is made without a draft: draw it yourself. How long that takes "
            "is what the pilot measures."
        )


def check_may_go_back(session: Session, image: schema.Image, *, to: int) -> None:
    """Raise InPilotError if the revision `to` is from before the pilot, as the draft that a blank photo does without.

    Revisions of an image have rising ids.
    """
    place = place_of(session, image)
    if place is not None and place.draft_revision_id is not None and to < place.draft_revision_id:
        raise InPilotError(
            f"“{image.name}” is in a pilot: go back to something that was made since that began. What lay before is "
            "there again when the pilot has ended."
        )
