"""A pilot's report that was never lived, for the tests of what is written of it."""

from collections.abc import Sequence
from datetime import UTC, datetime

from annotation_store.kinds import PilotArm
from annotation_store.money.currencies import Currency
from annotation_store.money.figures import Quantity, Unit, figure
from annotation_store.pilots.draft_effect import Measured, effect_of
from annotation_store.pilots.estimate import mean_of
from annotation_store.pilots.limits import limits_of
from annotation_store.pilots.next_step import Returns, next_step
from annotation_store.pilots.pilot_report import (
    ArmFigures,
    Case,
    Cases,
    Missing,
    PilotMoney,
    PilotPhoto,
    PilotReport,
    TagFigures,
)
from annotation_store.states import ImageState, PilotState


def made_up_report(*, photos: int = 24, name: str = "Spring <catalogue>", tag: str = "hair") -> PilotReport:
    """A third of the photos without a draft, each of them half as long again; photos: 0 for one that has not begun."""
    told = tuple(_photo(number, tag) for number in range(photos))
    both = [_arm(told, arm) for arm in (PilotArm.DRAFTED, PilotArm.BLANK)]
    effect = effect_of(Measured(each.stratum, each.arm, each.seconds or 0.0) for each in told)
    counts = (both[0].timed, both[1].timed)
    steps = [
        next_step(effect, tag=each, drafted=Returns(8, 1), blank=Returns(4, 1), timed=counts) for each in ("", tag)
    ]
    missing = Missing((3,), (), (), (4, 5), ())
    cases = tuple(_case(each) for each in told[:2])
    return PilotReport(
        pilot_id=1,
        project_id=1,
        name=name,
        state=PilotState.FINISHED,
        began_at=datetime(2026, 11, 2, 9, tzinfo=UTC),
        measured_at=datetime(2026, 11, 20, 17, tzinfo=UTC),
        blank_share=0.33,
        seed=7,
        idle_seconds=100.0,
        confidence=0.9,
        drafted=both[0],
        blank=both[1],
        effect=effect,
        money=_money(),
        tags=(TagFigures(tag, *both, effect),) if photos else (),
        cases=Cases(cases, cases[:1], cases),
        steps=tuple(steps),
        missing=missing,
        limits=limits_of(*both, missing, tags=1, idle_seconds=100.0),
        photos=told,
    )


def _photo(number: int, tag: str) -> PilotPhoto:
    arm = PilotArm.BLANK if number % 3 == 0 else PilotArm.DRAFTED
    seconds = (60.0 + 7 * (number % 5)) * (1.5 if arm is PilotArm.BLANK else 1.0)
    return PilotPhoto(
        image_id=number + 1,
        name=f"写真-{number:02}.jpg" if number % 2 else f"=cup & <b>{number:02}.jpg",
        position=number,
        arm=arm,
        stratum=number // 12,
        difficulty=1.0,
        tags=(tag,),
        state=ImageState.APPROVED,
        seconds=seconds,
        correction_seconds=seconds - 10,
        review_seconds=10.0,
        open_to_approve_seconds=4000.0,
        strokes=number % 7,
        painted_area=0.031,
        as_drafted=False,
        complexity=0.2,
        sad=1.25,
        reviewed=True,
        returns=int(number % 4 == 1),
        used_draft=False,
    )


def _arm(photos: Sequence[PilotPhoto], arm: PilotArm) -> ArmFigures:
    own = [each for each in photos if each.arm is arm]
    seconds = mean_of([each.seconds for each in own if each.seconds is not None])
    return ArmFigures(
        images=len(own),
        approved=len(own),
        timed=len(own),
        seconds=seconds,
        correction_seconds=seconds,
        review_seconds=mean_of([10.0 for _ in own]),
        open_to_approve_seconds=mean_of([4000.0 for _ in own]),
        strokes=mean_of([float(each.strokes or 0) for each in own]),
        painted_area=mean_of([0.031 for _ in own]),
        accepted_as_drafted=0.25 if own else None,
        reviewed=len(own),
        returned=1 if own else 0,
        return_rate=1 / len(own) if own else None,
        sad=mean_of([1.25 for _ in own]) if arm is PilotArm.DRAFTED else None,
    )


def _case(photo: PilotPhoto) -> Case:
    return Case(photo.image_id, photo.name, photo.seconds, 110.0, 110.0 - (photo.seconds or 0), 4, 1.25, 0.2)


def _money() -> PilotMoney:
    yen = Currency.JPY
    labour = {
        "correction": Quantity(84.0, Unit.SECONDS),
        "review": Quantity(10.0, Unit.SECONDS),
        "operator_wage": Quantity(1800.0, yen),
        "reviewer_wage": Quantity(2200.0, yen),
    }
    price = {
        "price": Quantity(490.0, yen),
        "minutes": Quantity(1.0, Unit.MINUTES),
        "reviewer_wage": Quantity(2200.0, yen),
    }
    drafted = figure("pilot_labour", 47.0, yen, labour, ends=(40.0, 55.0))
    blank = figure("pilot_labour", 101.0, yen, labour, ends=(80.0, 120.0))
    outside = figure("pilot_outside", 520.0, yen, price, ends=(300.0, 740.0))
    both = {"blank": blank.quantity, "drafted": drafted.quantity}
    against = {"outside": outside.quantity, "drafted": drafted.quantity}
    return PilotMoney(
        currency=yen,
        drafted=drafted,
        blank=blank,
        outside=outside,
        saved_by_draft=figure("pilot_saved_by_draft", 54.0, yen, both, ends=(30.0, 75.0)),
        saved_in_house=figure("pilot_saved_in_house", 473.0, yen, against, ends=(250.0, 700.0)),
    )
