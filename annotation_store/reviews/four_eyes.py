"""Four eyes: in a project that asks for them, nobody approves what they submitted or what their own edits are in.

Nothing is approved there that was not submitted, either. Whose edits count is told by the log, back to the draft
(`hands.py`): a matte that came back and was submitted by somebody else is still of all who drew on it.
"""

from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.errors import FourEyesError
from annotation_store.kinds import Verdict
from annotation_store.projects import find_project
from annotation_store.reviews.decisions import newest_decision
from annotation_store.reviews.hands import hands_in
from annotation_store.rows import find_image
from annotation_store.states import ImageState
from annotation_store.store import Store


def check(store: Store, image_id: int, *, by: str) -> None:
    """Raise FourEyesError, with who may, if `by` may not approve the image as it stands now."""
    with store.database.read() as session:
        check_in(session, find_image(session, image_id), by=by, is_changed=False)


def check_in(session: Session, image: schema.Image, *, by: str, is_changed: bool) -> None:
    """As `check`, in a session, and FourEyesError too if the matte `is_changed` since it was submitted."""
    if (objection := _objection(session, image, by=by, is_changed=is_changed)) is not None:
        raise FourEyesError(objection)


def may_approve(session: Session, image: schema.Image, *, by: str) -> bool:
    """Whether `by` may approve it as it was submitted; for this floor only."""
    return _objection(session, image, by=by, is_changed=False) is None


def _objection(session: Session, image: schema.Image, *, by: str, is_changed: bool) -> str | None:
    project = find_project(session, image.project_id)
    if not project.four_eyes:
        return None
    if image.state is not ImageState.IN_REVIEW:
        return (
            f"“{project.name}” asks for two pairs of eyes on every matte: submit “{image.name}”, and let somebody "
            "else approve it."
        )
    submission = newest_decision(session, image.id, Verdict.SUBMITTED)
    if submission is not None and submission.author == by:
        return (
            f"You submitted “{image.name}” yourself, and “{project.name}” asks for a second pair of eyes: let somebody "
            "else approve it."
        )
    if by in hands_in(session, image):
        return (
            f"Your own edits are in “{image.name}”, and “{project.name}” asks for a second pair of eyes: let somebody "
            "approve it who has not drawn on it."
        )
    if is_changed:
        return f"What you see of “{image.name}” is not what was submitted: reload it, and look at it once more."
    return None
