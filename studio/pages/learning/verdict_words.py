"""A verdict of the gate in the visitor's language, from its figures; see training/gate."""

from collections.abc import Mapping
from typing import Any

from annotation_store.kinds import Origin
from annotation_store.records import ModelRecord, StandingRecord
from studio.i18n import Words
from studio.pages.learning.spans import percent, signed_percent

OUTCOMES = ("better", "not_better_beyond_noise", "worse", "worse_in_tag", "worse_on_golden", "nothing_to_judge")
MEASURES = ("sad", "grad", "painted_area", "falsely_certain", "band_mismatch")
"""Those that decide or must not get worse, in the order in which they are told."""
NAMED_PROGRAMS = frozenset({"gate", "matteloop", "training"})
"""Who acts where no person does."""
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError)
"""What figures of another shape lead to: kept by an older version, or by hand."""


def why(standing: StandingRecord, version: ModelRecord, words: Words) -> str:
    """Why a version has its standing: the gate's figures, else what was written down, else who chose it."""
    if (told := verdict_words(standing.figures, words)) is not None:
        return told
    if standing.verdict:
        return standing.verdict
    if standing.changed_by not in NAMED_PROGRAMS:
        return words("chosen_by", person=standing.changed_by)
    return words("live_from_the_start") if version.origin is Origin.SHIPPED else ""


def verdict_words(figures: Mapping[str, Any], words: Words) -> str | None:
    """What the gate said to one project, in a few sentences; None if these are no figures of the gate."""
    try:
        if (outcome := figures["outcome"]) not in OUTCOMES:
            return None
        breach = figures.get("breach") or {}
        told = words(f"outcome_{outcome}", tag=breach.get("tag") or "")
        if breach:
            told = words("verdict_with", verdict=told, figures=_measured(breach["figures"], words, only=1))
        if figures["figures"] is not None:
            told = words("verdict_with", verdict=told, figures=_measured(figures["figures"], words))
        if figures.get("borrowed"):
            told = words("verdict_with", verdict=told, figures=words("verdict_borrowed"))
    except UNREADABLE:
        return None
    return told


def _measured(figures: Mapping[str, Any], words: Words, *, only: int | None = None) -> str:
    """``Held-out photos: 14. Error (SAD) 12 % lower (−16 % to −8 %), ...``; only: so many measures."""
    changes = figures["changes"]
    told = [_change(name, changes[name], words) for name in MEASURES if name in changes]
    return words("verdict_figures", count=int(figures["images"]), changes=words("list_gap").join(told[:only]))


def _change(measured: str, change: Mapping[str, Any], words: Words) -> str:
    relative, low, high = (float(change[name]) for name in ("relative", "low", "high"))
    measure = words(f"measure_{measured}")
    if percent(relative) == "0":
        return words("change_none", measure=measure)
    spread = {"low": signed_percent(low), "high": signed_percent(high)}
    if relative < 0:
        return words("change_lower", measure=measure, percent=percent(relative), **spread)
    return words("change_higher", measure=measure, percent=percent(relative), **spread)
