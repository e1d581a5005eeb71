"""What a photo of a pilot costs: the people's time with the draft and without it, and the price outside.

Only what differs between the arms is in it: wages. What machines and upkeep cost in a month, no pilot measures.
"""

from collections.abc import Sequence

import numpy as np

from annotation_store.kinds import PilotArm
from annotation_store.money.complexity import class_of
from annotation_store.money.cost import labour_cost, own_minutes_cost
from annotation_store.money.figures import Figure, Quantity, Unit, figure
from annotation_store.money.rate_card import RateCard
from annotation_store.money.resampling import price_draws
from annotation_store.pilots.draft_effect import Measured, effect_of
from annotation_store.pilots.estimate import DRAWS, SEED, Estimate, mean_of, ranged
from annotation_store.pilots.pilot_report import PilotMoney, PilotPhoto


def money_of(photos: Sequence[PilotPhoto], card: RateCard) -> PilotMoney:
    """Of the photos that are timed, in the currency of the card."""
    timed = [photo for photo in photos if photo.seconds is not None and photo.complexity is not None]
    by_arm = {arm: [photo for photo in timed if photo.arm is arm] for arm in PilotArm}
    drafted, blank = (_labour(by_arm[arm], card) for arm in (PilotArm.DRAFTED, PilotArm.BLANK))
    outside, saved = _against_outside(by_arm[PilotArm.DRAFTED], card)
    both = {"drafted": drafted, "blank": blank}
    return PilotMoney(
        currency=card.currency,
        drafted=drafted,
        blank=blank,
        outside=outside,
        saved_by_draft=_told("pilot_saved_by_draft", _saved_by_draft(timed, card), card, **both),
        saved_in_house=_told("pilot_saved_in_house", saved, card, outside=outside, drafted=drafted),
    )


def _labour(photos: Sequence[PilotPhoto], card: RateCard) -> Figure:
    mean = mean_of([_wages(photo, card) for photo in photos])
    if mean is None:
        return figure("pilot_labour", None, card.currency)
    count = len(photos)
    values = {
        "correction": Quantity(sum(photo.correction_seconds or 0.0 for photo in photos) / count, Unit.SECONDS),
        "review": Quantity(sum(photo.review_seconds or 0.0 for photo in photos) / count, Unit.SECONDS),
        "operator_wage": Quantity(card.operator_wage, card.currency),
        "reviewer_wage": Quantity(card.reviewer_wage, card.currency),
    }
    return figure("pilot_labour", mean.value, card.currency, values, ends=mean.ends)


def _saved_by_draft(timed: Sequence[PilotPhoto], card: RateCard) -> Estimate | None:
    effect = effect_of(Measured(photo.stratum, photo.arm, _wages(photo, card)) for photo in timed)
    return None if effect is None else effect.seconds


def _against_outside(photos: Sequence[PilotPhoto], card: RateCard) -> tuple[Figure, Estimate | None]:
    """The price outside, and what it is above the wages; of the same photos."""
    if not photos:
        return figure("pilot_outside", None, card.currency), None
    classes = [class_of(card, photo.complexity or 0.0, photo.tags) for photo in photos]
    low, high = (np.array([getattr(each, end) for each in classes], np.float64) for end in ("low", "high"))
    labour = np.array([_wages(photo, card) for photo in photos], np.float64)
    own = own_minutes_cost(card)
    price, wages = float((low + high).mean() / 2) + own, float(labour.mean())
    told, saved = Estimate(price, None, None), Estimate(price - wages, None, None)
    if len(photos) > 1:
        place = np.array([card.classes.index(each) for each in classes])
        rows = np.random.default_rng((SEED, 2)).integers(0, len(photos), (DRAWS, len(photos) - 1))
        where = np.take_along_axis(price_draws(DRAWS, len(card.classes)), place[rows], axis=1)
        prices = (low[rows] + where * (high - low)[rows]).mean(axis=1) + own
        freedom = len(photos) - 1
        told = ranged(price, prices, freedom=freedom)
        saved = ranged(price - wages, prices - labour[rows].mean(axis=1), freedom=freedom)
    values = {
        "price": Quantity(price - own, card.currency),
        "minutes": Quantity(card.outside_extra, Unit.MINUTES),
        "reviewer_wage": Quantity(card.reviewer_wage, card.currency),
    }
    return figure("pilot_outside", told.value, card.currency, values, ends=told.ends), saved


def _wages(photo: PilotPhoto, card: RateCard) -> float:
    return labour_cost(card, photo.correction_seconds, photo.review_seconds) or 0.0


def _told(key: str, estimate: Estimate | None, card: RateCard, **parts: Figure) -> Figure:
    """With the figures that it is the difference of."""
    if estimate is None:
        return figure(key, None, card.currency)
    values = {name: part.quantity for name, part in parts.items()}
    return figure(key, estimate.value, card.currency, values, ends=estimate.ends)
