"""Lines of the ledger, put together by what they have in common."""

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from enum import StrEnum

from annotation_store.insights.ledger import LedgerLine


class Dimension(StrEnum):
    """What lines can have in common."""

    PERSON = "person"  # who handed it in: figures of single people are not for everybody
    PROJECT = "project"
    TAG = "tag"
    MODEL = "model"  # the version that made the draft
    WEEK = "week"  # of the approval


def group_lines(
    lines: Iterable[LedgerLine], dimension: Dimension, *, zone: tzinfo | None
) -> Mapping[str, tuple[LedgerLine, ...]]:
    """Groups by their keys, which are sorted; the lines of each keep their order.

    The key is a person, the number of a project or of a model version, a tag, or an ISO week as ``2026-W48``; it is
    empty for lines without a tag, and for those without a model version. A line with two tags is in both groups. zone:
    whose days and weeks; None for the computer's own.
    """
    groups: dict[str, list[LedgerLine]] = {}
    for line in lines:
        for key in _keys(line, dimension, zone):
            groups.setdefault(key, []).append(line)
    return {key: tuple(groups[key]) for key in sorted(groups, key=_in_order)}


def week_of(moment: datetime, zone: tzinfo | None) -> str:
    """The ISO week of an aware moment, as ``2026-W48``."""
    year, week, _ = moment.astimezone(zone).isocalendar()
    return f"{year:04}-W{week:02}"


def _keys(line: LedgerLine, dimension: Dimension, zone: tzinfo | None) -> tuple[str, ...]:
    match dimension:
        case Dimension.PERSON:
            return (line.person,)
        case Dimension.PROJECT:
            return (str(line.project_id),)
        case Dimension.TAG:
            return line.tags or ("",)
        case Dimension.MODEL:
            return ("" if line.model_version_id is None else str(line.model_version_id),)
        case Dimension.WEEK:
            return (week_of(line.approved_at, zone),)


def _in_order(key: str) -> tuple[int, str]:
    """Numbers by their size, everything else by its letters."""
    return (len(key), key) if key.isdecimal() else (0, key)
