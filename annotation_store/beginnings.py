"""What a matte grew from: the way back from a revision to the draft or the import that it began with."""

from collections.abc import Mapping

from annotation_store.kinds import BEGINNINGS, RevisionKind
from annotation_store.records import RevisionRecord
from annotation_store.revisions import repeated_by


def way_to_beginning(
    revision: RevisionRecord, revisions: Mapping[int, RevisionRecord]
) -> tuple[RevisionRecord, tuple[int, ...]]:
    """The draft or import that `revision` came from, and those whose logs lie between the two, newest first.

    revisions: all of the image by their ids, oldest first. What lies on `revision` itself is not in it. A restored one
    is the one that it repeats.
    """
    logs: list[int] = []
    while revision.kind not in BEGINNINGS:
        repeated = None
        if revision.kind is RevisionKind.RESTORED:
            repeated = repeated_by(revision, tuple(revisions.values()))
        if repeated is not None:
            revision = repeated
        elif revision.parent_id is not None:
            revision = revisions[revision.parent_id]
            logs.append(revision.id)
        else:  # a person made all of it
            break
    return revision, tuple(logs)
