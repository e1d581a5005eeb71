"""Reviews: what people decide about an image, who may decide it, and how it comes to be undecided again."""

from annotation_store.reviews.approving import approve, submit
from annotation_store.reviews.bulk_approval import approve_in_bulk, bulk_candidates
from annotation_store.reviews.decisions import last_approved, list_decisions, open_return
from annotation_store.reviews.reopening import reopen
from annotation_store.reviews.restoring import restore
from annotation_store.reviews.returning import return_to_operator
from annotation_store.reviews.seen import Seen
from annotation_store.reviews.skipping import skip
from annotation_store.reviews.submissions import list_submissions, next_submission

__all__ = [
    "Seen",
    "approve",
    "approve_in_bulk",
    "bulk_candidates",
    "last_approved",
    "list_decisions",
    "list_submissions",
    "next_submission",
    "open_return",
    "reopen",
    "restore",
    "return_to_operator",
    "skip",
    "submit",
]
