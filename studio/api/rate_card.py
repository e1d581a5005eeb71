"""The rate card, by which all money is calculated."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from annotation_store.money import rate_card
from annotation_store.money.currencies import Currency
from annotation_store.money.rate_card import MAX_CLASS_NAME, MOST, MOST_CLASSES, RateCard
from annotation_store.people.roles import Ability
from annotation_store.tags import MAX_TAG, MOST_TAGS
from studio.api.authorisation import needs
from studio.api.contracts import Request
from studio.api.dependencies import PersonDep, StudioDep

router = APIRouter(tags=["insights"])

Amount = Annotated[float, Field(ge=0, le=MOST, allow_inf_nan=False)]
Above = Annotated[float, Field(gt=0, le=MOST, allow_inf_nan=False)]
Tag = Annotated[str, Field(min_length=1, max_length=MAX_TAG)]


class PriceClassIO(Request):
    """from_complexity: unknown pixels per pixel of the subject. low, high: what a vendor asks for an image."""

    name: str = Field(min_length=1, max_length=MAX_CLASS_NAME)
    from_complexity: Amount
    low: Amount
    high: Amount
    tags: list[Tag] = Field(default_factory=list, max_length=MOST_TAGS)


class RateCardIO(Request):
    """Amounts are in `currency`. exchange: units of each currency for a dollar. Wages are for an hour, all included.

    watts: of this machine at work. gpu_speed: how many times as fast a rented GPU is. outside_extra: own minutes for
    each outsourced image.
    """

    currency: Currency
    exchange: dict[Currency, Above]
    classes: list[PriceClassIO] = Field(min_length=1, max_length=MOST_CLASSES)
    operator_wage: Amount
    reviewer_wage: Amount
    electricity_price: Amount
    watts: Amount
    cloud_gpu_hour: Amount
    gpu_speed: Above
    machine_price: Amount
    machine_months: Above
    upkeep_hours_per_month: Amount
    engineer_wage: Amount
    setup_cost: Amount
    outside_extra: Amount

    @staticmethod
    def of(card: RateCard) -> "RateCardIO":
        return RateCardIO.model_validate(card.as_json())


@router.get("/rate-card")
@needs(Ability.LEAD)
def read_rate_card(studio: StudioDep) -> RateCardIO:
    """The card that counts."""
    return RateCardIO.of(rate_card.current_card(studio.store))


@router.put("/rate-card")
@needs(Ability.LEAD)
def replace_rate_card(card: RateCardIO, studio: StudioDep, person: PersonDep) -> RateCardIO:
    """Let this card count from now on, for the whole studio. The earlier ones stay, for reports made by them."""
    rate_card.keep_card(studio.store, RateCard.from_json(card.model_dump(mode="json")), by=person)
    return RateCardIO.of(rate_card.current_card(studio.store))
