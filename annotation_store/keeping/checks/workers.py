"""The background: what is being drafted is somebody's, or waits to be taken back."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.keeping.finding import Finding, warning
from annotation_store.states import ImageState


def claims_of_the_gone(session: Session) -> Iterator[Finding]:
    """Who has ended has nothing in work."""
    claim, worker, image = schema.DraftClaim, schema.Worker, schema.Image
    query = (
        select(image.name, worker.id, worker.host)
        .join_from(claim, worker, worker.id == claim.worker_id)
        .join(image, image.id == claim.image_id)
        .where(worker.ended_at.is_not(None), image.state == ImageState.DRAFTING)
        .order_by(image.id)
    )
    for name, number, host in session.execute(query):
        yield warning(
            "workers",
            f"“{name}” is still in the hands of worker {number} on {host}, which has ended: start a worker, which "
            "drafts it anew.",
        )
