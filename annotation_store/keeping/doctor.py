"""The doctor: looks at everything that the studio keeps, and changes nothing."""

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from annotation_store.errors import StoreError
from annotation_store.keeping.checks import (
    blobs,
    comparisons,
    database,
    edit_logs,
    exports,
    images,
    models,
    pictures,
    workers,
)
from annotation_store.keeping.finding import Finding, Severity, damage
from annotation_store.store import Store

Say = Callable[[float, str], None]
"""Told how far the present part of the work is, 0 to 1, and in words."""

Check = Callable[[Session], Iterator[Finding]]

FIRST_OF_ALL: Sequence[Check] = (database.schema_version, database.integrity)
"""What must be well before the rows can tell anything."""

OF_ROWS: Sequence[Check] = (
    database.references,
    database.vocabulary,
    images.heads,
    images.owners_of_heads,
    images.revision_numbers,
    images.parents,
    images.approvals,
    images.leases,
    images.honeypots,
    edit_logs.edit_logs,
    models.live_models,
    models.unfinished_trainings,
    exports.lengths,
    exports.owners,
    comparisons.owners_of_pairs,
    comparisons.mattes_of_open_comparisons,
    workers.claims_of_the_gone,
)


class Depth(StrEnum):
    """How closely the doctor looks; each looks at all that those before do."""

    QUICK = "quick"  # blobs are there
    USUAL = "usual"  # blobs hold what they are named by
    DEEP = "deep"  # photos and mattes can be opened, and fit


def examine(store: Store, *, depth: Depth = Depth.USUAL, say: Say = lambda _share, _text: None) -> Iterator[Finding]:
    """Yield what is found, part by part. `store` comes from `look_into`: nothing is migrated, moved or written."""
    say(0, "the database")
    read = depth is not Depth.QUICK
    for check in FIRST_OF_ALL:
        if findings := _carried_out(store, check):
            yield from findings
            yield from blobs.blobs_alone(store, read=read, say=say)
            return
    for check in OF_ROWS:
        yield from _carried_out(store, check)
    yield from blobs.blobs_of_rows(store, read=read, say=say)
    if depth is Depth.DEEP:
        yield from pictures.photos(store, say)
        yield from pictures.mattes(store, say)


def is_sound(findings: Sequence[Finding]) -> bool:
    """Whether there is nothing but notices."""
    return all(finding.severity is Severity.NOTICE for finding in findings)


def _carried_out(store: Store, check: Check) -> list[Finding]:
    """What the check finds, in a transaction of its own; that it cannot be made is a finding, too."""
    try:
        with store.database.read() as session:
            return list(check(session))
    except (DBAPIError, StoreError) as error:
        reason = " ".join(str(error.orig if isinstance(error, DBAPIError) else error).split())
        return [damage("database", f"The database cannot be read ({reason}): {database.RESTORE}.")]
