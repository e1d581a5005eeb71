"""What people's effort has said about a version on trial, in the visitor's language; see training/canary.py."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from studio.i18n import Words
from studio.pages.learning.spans import percent, signed_percent
from training.canary import CanaryVerdict

_VERDICT = TypeAdapter(CanaryVerdict)


def canary_words(figures: Mapping[str, Any], words: Words) -> str | None:
    """As it was when the trial ended; None if these figures tell of no trial."""
    try:
        return verdict_in_words(_VERDICT.validate_python(figures.get("canary")), words)
    except ValueError:
        return None


def verdict_in_words(verdict: CanaryVerdict, words: Words) -> str:
    told = words("canary_seen", images=verdict.images, live_images=verdict.live_images)
    if verdict.area is not None:
        change = words(
            "change_lower" if verdict.area.relative < 0 else "change_higher",
            measure=words("measure_painted_area"),
            percent=percent(verdict.area.relative),
            low=signed_percent(verdict.area.low),
            high=signed_percent(verdict.area.high),
        )
        told = words("verdict_with", verdict=told, figures=words("canary_change", change=change))
    told = words("verdict_with", verdict=words(f"canary_is_{verdict.decision.value}"), figures=told)
    if verdict.missing:
        told = words("verdict_with", verdict=told, figures=words("canary_missing", count=verdict.missing))
    return told
