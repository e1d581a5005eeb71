"""Hand-made lines of a ledger, and cards whose amounts can be calculated by heart."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from annotation_store.insights.ledger import LedgerLine
from annotation_store.insights.time_figures import Hours
from annotation_store.money.rate_card import STARTING_CARD, PriceClass, RateCard

BEGAN = datetime(2026, 3, 1, 9, tzinfo=UTC)
MONTH_IN_DAYS = 365.25 / 12

PLAIN_CARD: RateCard = replace(
    STARTING_CARD,
    classes=(PriceClass("simple", 0.0, 1.0, 3.0), PriceClass("hard", 0.5, 6.0, 10.0, tags=("hair",))),
    operator_wage=18.0,
    reviewer_wage=36.0,
    machine_price=1200.0,
    machine_months=12.0,  # 100 a month
    upkeep_hours_per_month=2.0,
    engineer_wage=50.0,  # 100 a month
    setup_cost=1000.0,
    outside_extra=1.0,  # 0.60 an image
)


def worked(on_approved: float, on_copies: float = 0.0, on_skipped: float = 0.0) -> Hours:
    """Seconds of a period, all of them corrections."""
    everything = on_approved + on_copies + on_skipped
    return Hours(everything, 0.0, on_approved, on_copies, on_skipped, elsewhere=0.0)


def line(
    number: int = 1,
    *,
    correction: float | None = 100.0,
    review: float | None = 50.0,
    complexity: float = 0.1,
    tags: tuple[str, ...] = (),
    approved_at: datetime = BEGAN,
) -> LedgerLine:
    return LedgerLine(
        image_id=number,
        name=f"{number}.png",
        project_id=1,
        person="keiko",
        tags=tags,
        model_version_id=None,
        drafter=None,
        revision_id=number,
        approved_at=approved_at,
        first_at=None,
        correction_seconds=correction,
        review_seconds=review,
        strokes=None,
        painted_area=None,
        as_drafted=False,
        in_bulk=False,
        complexity=complexity,
        sad=None,
        mse=None,
        grad=None,
        conn=None,
        returns=0,
        reviewed=True,
    )


def a_month_of(*lines: LedgerLine) -> Sequence[LedgerLine]:
    """The first approved at the beginning of a month, the others at its end."""
    end = BEGAN + timedelta(days=MONTH_IN_DAYS)
    return [replace(each, approved_at=end if place else BEGAN) for place, each in enumerate(lines)]
