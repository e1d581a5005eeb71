"""The figures of a studio, for whoever asks: one door for the page, the API and the command line."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo

from annotation_store import clock
from annotation_store.insights.ledger import LedgerLine, Selection, read_ledger
from annotation_store.insights.quality_figures import honeypot_figures, quality_figures
from annotation_store.insights.time_figures import time_figures, worked_hours
from annotation_store.store import Store
from studio.i18n import Words
from studio.insights import quality_sheet, time_sheet
from studio.insights.asking import Asked, Scope, Topic, scope_of
from studio.insights.kept import Kept
from studio.insights.sheet import Sheet
from studio.sign_in.visitor import Visitor

KEPT_SECONDS = 60.0
"""So old may be what is told; the page says of when it is."""
MOST_KEPT = 8


class Insights:
    """May be shared by threads. What was read is kept for a minute: whoever turns from one tab to the next waits once.

    zone: whose days and weeks; None for the computer's own. idle_seconds: pauses up to this long are work.
    """

    def __init__(self, store: Store, *, zone: tzinfo | None, idle_seconds: float) -> None:
        self._store = store
        self._zone = zone
        self._idle_seconds = idle_seconds
        self._ledgers: Kept[Selection, tuple[LedgerLine, ...]] = Kept(seconds=KEPT_SECONDS, most=MOST_KEPT)

    def sheet(self, topic: Topic, asked: Asked, visitor: Visitor, words: Words) -> Sheet:
        """Raises NotFoundError, NoPersonsError."""
        scope = scope_of(self._store, asked, visitor, zone=self._zone)
        make = _SHEETS[topic]
        return make(self, scope, words)

    def lines(self, scope: Scope) -> tuple[LedgerLine, ...]:
        """The ledger, of what the scope selects."""
        return self._ledgers.get(
            scope.selection, lambda: read_ledger(self._store, scope.selection, idle_seconds=self._idle_seconds)
        )
