"""Figures: time, quality, money and machines, as the page Insights shows them; and alarms about photos."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Response
from pydantic import BaseModel

from annotation_store.insights.grouping import Dimension
from annotation_store.money.currencies import Currency
from annotation_store.people.roles import Ability
from annotation_store.records import DriftAlarmRecord
from studio.api.authorisation import needs
from studio.api.dependencies import LARGEST_ID, StudioDep, VisitorDep
from studio.api.downloads import attachment
from studio.api.media import Csv
from studio.i18n import Words
from studio.insights.alarms import accept_as_normal, visible_alarms
from studio.insights.asking import Asked, Topic, model_called
from studio.tables import table_csv

router = APIRouter(tags=["insights"])

AlarmId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
ProjectQuery = Annotated[int | None, Query(ge=1, le=LARGEST_ID, description="One of the person's projects; else all.")]
Cell = str | int | float | None


class InsightFigureOut(BaseModel):
    """A figure. value: null where too little is known. range: what lies between low and high: `images`, four of five of
    them; `chance`, the figure itself nine times in ten. form: what it is in: seconds, share (0 to 1), money, ...
    formula: how it comes about, with its numbers."""

    key: str
    title: str
    value: Cell
    low: float | None
    high: float | None
    range: str | None
    form: str
    unit: str
    formula: str


class InsightColumnOut(BaseModel):
    key: str
    title: str
    form: str
    unit: str


class InsightTableOut(BaseModel):
    """rows: a cell for each column; seconds in seconds, shares from 0 to 1."""

    key: str
    columns: list[InsightColumnOut]
    rows: list[list[Cell]]


class InsightsOut(BaseModel):
    """images: approved ones of which this tells. as_of: of when the figures are."""

    topic: Topic
    as_of: datetime
    images: int
    figures: list[InsightFigureOut]
    tables: list[InsightTableOut]
    notes: list[str]


class DriftAlarmOut(BaseModel):
    """Photos look unlike those before in one figure. before, lately: medians. distance: of Kolmogorov and Smirnov."""

    id: int
    project_id: int
    figure: str
    before: float
    lately: float
    distance: float
    p_value: float
    noticed_at: datetime
    ended_at: datetime | None
    ended_by: str | None

    @staticmethod
    def of(alarm: DriftAlarmRecord) -> "DriftAlarmOut":
        return DriftAlarmOut(**{name: getattr(alarm, name) for name in DriftAlarmOut.model_fields})


class DriftAlarmsOut(BaseModel):
    """Newest first."""

    alarms: list[DriftAlarmOut]


async def the_words(accept_language: Annotated[str, Header(max_length=1000)] = "") -> Words:
    """Titles and formulas are in English or Japanese, whichever is asked for first."""
    return Words.in_language(accept_language)


WordsDep = Annotated[Words, Depends(the_words)]


def the_question(
    studio: StudioDep,
    project: ProjectQuery = None,
    since: Annotated[date | None, Query(description="First day of approval, as 2026-04-01.")] = None,
    until: Annotated[date | None, Query(description="Last day of approval.")] = None,
    tag: Annotated[str | None, Query(max_length=200)] = None,
    model: Annotated[str | None, Query(max_length=200, description="Name of the version that made the draft.")] = None,
    by: Annotated[Dimension, Query(description="What the table `groups` is put together by.")] = Dimension.TAG,
    currency: Annotated[Currency | None, Query(description="Of money; else that of the rate card.")] = None,
) -> Asked:
    """What is asked for. Raises NotFoundError, InvalidPeriodError."""
    number = model_called(studio.store, model) if model else None
    return Asked(project, since, until, tag or None, number, by, currency)


QuestionDep = Annotated[Asked, Depends(the_question)]


@router.get("/insights/{topic}.csv", response_class=Csv)
@needs(Ability.LEAD)
def download_insights(
    topic: Topic,
    asked: QuestionDep,
    studio: StudioDep,
    visitor: VisitorDep,
    words: WordsDep,
    table: Annotated[str, Query(max_length=40, description="Key of one of the tables.")] = "",
) -> Response:
    """One of the tables as CSV, in UTF-8 with a byte order mark; without `table` the first one."""
    found = studio.insights.sheet(topic, asked, visitor, words).table(table or None)
    return Csv(table_csv(found), headers=attachment(f"matteloop-{topic.value}-{found.key}.csv"))


@router.get("/insights/{topic}")
@needs(Ability.LEAD)
def read_insights(
    topic: Topic, asked: QuestionDep, studio: StudioDep, visitor: VisitorDep, words: WordsDep
) -> InsightsOut:
    """The figures of the person's projects. Those of single people are refused where no project shows them."""
    told: Mapping[str, Any] = studio.insights.sheet(topic, asked, visitor, words).as_json()
    return InsightsOut.model_validate(told)


@router.get("/drift-alarms")
@needs(Ability.LEAD)
def list_drift_alarms(
    studio: StudioDep,
    visitor: VisitorDep,
    project: ProjectQuery = None,
    ended: Annotated[bool, Query(description="Whether those that are over are told, too.")] = False,
) -> DriftAlarmsOut:
    """Alarms about photos that look unlike those before, in the person's projects or in one of them."""
    found = visible_alarms(studio.store, visitor, project=project, open_only=not ended)
    return DriftAlarmsOut(alarms=[DriftAlarmOut.of(alarm) for alarm in found])


@router.post("/drift-alarms/{alarm_id}/accept")
@needs(Ability.LEAD)
def accept_drift_alarm(alarm_id: AlarmId, studio: StudioDep, visitor: VisitorDep) -> DriftAlarmOut:
    """Say that photos are to be as they are now; an alarm that is over stays as it ended."""
    accepted = accept_as_normal(studio.store, visitor, alarm_id)
    studio.insights.forget()
    return DriftAlarmOut.of(accepted)
