"""The figures of a studio, for whoever asks: one door for the page, the API and the command line."""

from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from annotation_store import clock
from annotation_store.insights.drift import list_alarms
from annotation_store.insights.ledger import LedgerLine, Selection, read_ledger
from annotation_store.insights.quality_figures import honeypot_figures
from annotation_store.insights.time_figures import Hours, worked_hours
from annotation_store.money.machine_cost import MachineFigures, machine_figures
from annotation_store.money.pace import images_per_month
from annotation_store.money.rate_card import RateCard, current_card, in_currency
from annotation_store.money.saving import CostFigures, cost_figures
from annotation_store.pilots.pilots import list_pilots
from annotation_store.store import Store
from studio.i18n import Words
from studio.insights.asking import Asked, Scope, Topic, scope_of
from studio.insights.compute_sheet import compute_sheet
from studio.insights.groups import Lines
from studio.insights.kept import Kept
from studio.insights.money_sheet import money_sheet
from studio.insights.notes import not_over
from studio.insights.quality_sheet import quality_sheet
from studio.insights.sheet import Sheet
from studio.insights.time_sheet import time_sheet
from studio.sign_in.visitor import Visitor

KEPT_SECONDS = 60.0
"""So long may what was read be kept, and once more what was put together of it; it says of when it is."""
MOST_KEPT = 6
MOST_KEPT_SHEETS = 64


class Insights:
    """May be shared by threads. What was read is kept for a minute: whoever turns from one tab to the next waits once.

    zone: whose days and weeks; None for the computer's own. idle_seconds: pauses up to this long are work.
    """

    def __init__(self, store: Store, *, zone: tzinfo | None, idle_seconds: float) -> None:
        self._store = store
        self._idle_seconds = idle_seconds
        self._ledgers: Kept[Selection, _Read] = Kept(seconds=KEPT_SECONDS, most=MOST_KEPT)
        self._worked: Kept[Selection, Hours] = Kept(seconds=KEPT_SECONDS, most=MOST_KEPT)
        self._sheets: Kept[str, Sheet] = Kept(seconds=KEPT_SECONDS, most=MOST_KEPT_SHEETS)
        self.zone = zone

    def sheet(self, topic: Topic, asked: Asked, visitor: Visitor, words: Words) -> Sheet:
        """What this visitor sees of what they ask for. Raises NotFoundError, NoPersonsError."""
        scope = scope_of(self._store, asked, visitor, zone=self.zone)
        card = current_card(self._store)
        if asked.currency is not None:
            card = in_currency(card, asked.currency)
        # whatever decides what is seen: a switch or a card that is changed shows at once
        shown = [(project.name, project.figures_by_person) for project in scope.projects]
        key = repr((topic, asked, scope.selection, shown, visitor.name, words.language, card))
        return self._sheets.get(key, lambda: self._make(topic, scope, card, words))

    def forget(self) -> None:
        """Something was changed that is to show at once."""
        self._ledgers.forget()
        self._worked.forget()
        self._sheets.forget()

    def _make(self, topic: Topic, scope: Scope, card: RateCard, words: Words) -> Sheet:
        if topic is Topic.COMPUTE:
            return compute_sheet(self._machine(scope, card), scope, words)
        read = self._read(scope.selection)
        lines = [line for line in read.lines if _is_asked(line, scope.selection)]
        sheet = self._of_lines(topic, lines, scope, card, words)
        pilots = list_pilots(self._store, project_ids=scope.project_ids)
        return replace(sheet, as_of=read.at, notes=(*sheet.notes, *not_over(pilots, words)))

    def _of_lines(self, topic: Topic, lines: Lines, scope: Scope, card: RateCard, words: Words) -> Sheet:
        if topic is Topic.TIME:
            return time_sheet(lines, self._hours(scope), scope, words)
        if topic is Topic.MONEY:
            return self._money(lines, scope, card, words)
        honeypots = honeypot_figures(self._store, project_ids=scope.project_ids, asked_by=scope.visitor.name)
        alarms = list_alarms(self._store, project_ids=scope.project_ids)
        return quality_sheet(lines, honeypots, alarms, scope, words)

    def _money(self, lines: Lines, scope: Scope, card: RateCard, words: Words) -> Sheet:
        hours, machine, pace = self._hours(scope), self._machine(scope, card), self._pace(scope)
        known = None if machine.since is None else machine

        def costs_of(some: Lines) -> CostFigures:
            return cost_figures(some, hours, card, known, images_per_month=pace)

        return money_sheet(lines, costs_of, card, scope, words)

    def _read(self, selection: Selection) -> "_Read":
        """Of all tags and versions: to read those of one takes as long."""
        whole = replace(selection, tag=None, model_version_id=None)

        def read() -> _Read:
            at = clock.utc_now()
            return _Read(at, read_ledger(self._store, whole, idle_seconds=self._idle_seconds))

        return self._ledgers.get(whole, read)

    def _hours(self, scope: Scope) -> Hours:
        whole = replace(scope.selection, tag=None, model_version_id=None)

        def read() -> Hours:
            return worked_hours(
                self._store,
                project_ids=whole.project_ids,
                since=whole.since,
                until=whole.until,
                idle_seconds=self._idle_seconds,
            )

        return self._worked.get(whole, read)

    def _machine(self, scope: Scope, card: RateCard) -> MachineFigures:
        return machine_figures(self._store, card, since=scope.selection.since, until=_end_of(scope))

    def _pace(self, scope: Scope) -> float | None:
        """Of the whole studio: machine and upkeep are there for all of its images."""
        return images_per_month(self._store, since=scope.selection.since, until=_end_of(scope))


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read, and when."""

    at: datetime
    lines: tuple[LedgerLine, ...]


def _is_asked(line: LedgerLine, selection: Selection) -> bool:
    """Whether it has the tag and is of the version."""
    return (selection.tag is None or selection.tag in line.tags) and (
        selection.model_version_id in (None, line.model_version_id)
    )


def _end_of(scope: Scope) -> datetime:
    """Now at the latest: a period that goes on has not cost its end yet."""
    now, until = clock.utc_now(), scope.selection.until
    return now if until is None else min(until, now)
