"""What one has to know to read a pilot's figures rightly, in the order in which it is told."""

from annotation_store.money.figures import Quantity, Unit
from annotation_store.pilots.estimate import CONFIDENCE
from annotation_store.pilots.pilot_report import ArmFigures, Missing
from annotation_store.pilots.told import Told

FEW = 10
"""Photos of an arm, below which its range is a rough one."""


def limits_of(
    drafted: ArmFigures, blank: ArmFigures, missing: Missing, *, tags: int, idle_seconds: float
) -> tuple[Told, ...]:
    """Those that always hold, then those of this pilot. tags: of how many there are figures."""
    told = [
        Told("pilot_limit_chance", {"confidence": Quantity(CONFIDENCE, Unit.SHARE)}),
        Told("pilot_limit_photos_alike"),
        Told("pilot_limit_not_blind"),
        Told("pilot_limit_idle", {"idle": Quantity(idle_seconds, Unit.SECONDS)}),
        Told("pilot_limit_machines"),
    ]
    if min(drafted.timed, blank.timed) < FEW:
        told.append(Told("pilot_limit_few", _images(drafted=drafted.timed, blank=blank.timed)))
    if tags > 1:
        told.append(Told("pilot_limit_many_tags", {"tags": Quantity(tags, Unit.IMAGES)}))
    counts = {
        "unfinished": missing.unfinished,
        "skipped": missing.skipped,
        "unmeasured": missing.unmeasured,
        "untimed": missing.untimed,
        "drafts_used": missing.drafts_used,
    }
    told += [Told(f"pilot_limit_{name}", _images(images=len(ids))) for name, ids in counts.items() if ids]
    return tuple(told)


def _images(**numbers: int) -> dict[str, Quantity]:
    return {name: Quantity(number, Unit.IMAGES) for name, number in numbers.items()}
