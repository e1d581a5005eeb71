"""Rows found by their number, or an error in plain words. For this floor only."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.errors import InvalidTransitionError, NotFoundError
from annotation_store.states import ImageState, check_transition, in_words


def find_image(session: Session, image_id: int) -> schema.Image:
    """The image, or NotFoundError."""
    if (row := session.get(schema.Image, image_id)) is None:
        raise NotFoundError(f"There is no image number {image_id}: it may have been opened from an old link.")
    return row


def find_revision(session: Session, revision_id: int) -> schema.Revision:
    """The revision, or NotFoundError."""
    if (row := session.get(schema.Revision, revision_id)) is None:
        raise NotFoundError(f"There is no revision number {revision_id}: reload the image.")
    return row


def find_head(session: Session, image: schema.Image) -> schema.Revision:
    """The newest revision of `image`, or NotFoundError while it has none."""
    if image.head_revision_id is None:
        raise NotFoundError(f"“{image.name}” has no draft yet: wait until it is drafted.")
    return find_revision(session, image.head_revision_id)


def find_model(session: Session, model_id: int) -> schema.ModelVersion:
    """The model version, or NotFoundError."""
    if (row := session.get(schema.ModelVersion, model_id)) is None:
        raise NotFoundError(f"There is no model number {model_id}: reload the list of models.")
    return row


def find_run(session: Session, run_id: int) -> schema.TrainingRun:
    """The training run, or NotFoundError."""
    if (row := session.get(schema.TrainingRun, run_id)) is None:
        raise NotFoundError(f"There is no training run number {run_id}: reload the list of runs.")
    return row


def move_image(image: schema.Image, state: ImageState, *, out_of: Collection[ImageState] = tuple(ImageState)) -> None:
    """Change the state of `image` by the table of transitions, and only out of the states in `out_of`."""
    if image.state not in out_of:
        possible = " or ".join(in_words(allowed) for allowed in out_of)
        raise InvalidTransitionError(
            f"“{image.name}” is {in_words(image.state)}: this is only possible while it is {possible}."
        )
    image.state = check_transition(image.state, state)
