"""The pilot that runs, and those that are over."""

from collections.abc import Sequence
from datetime import tzinfo
from html import escape

from annotation_store.pilots.pilot_progress import progress_of
from annotation_store.records import PilotRecord
from annotation_store.states import PilotState
from annotation_store.store import Store
from studio.i18n import Words
from studio.pages.fragments import notice, pill, progress_bar, table
from studio.pages.pilots.deeds import PilotDeed, PilotDeedKind, deed_button
from studio.reports.pilot_files import PilotFile

ROUTE = "/api/v1/pilots"
COLUMNS = ("name", "project", "state", "images", "began", "report")
LOOKS = {PilotState.RUNNING: "drafting", PilotState.FINISHED: "approved", PilotState.CALLED_OFF: "skipped"}


def running_view(store: Store, pilots: Sequence[PilotRecord], names: dict[int, str], words: Words) -> str:
    """HTML: each pilot that runs with how far it is, and the ways to end it; empty if none does."""
    return "".join(_running(store, each, names, words) for each in pilots if each.state is PilotState.RUNNING)


def earlier_view(
    store: Store, pilots: Sequence[PilotRecord], names: dict[int, str], words: Words, *, zone: tzinfo | None = None
) -> str:
    """HTML: the pilots that are over, the newest first, with their reports. zone: whose days are told."""
    over = [each for each in pilots if each.state is not PilotState.RUNNING]
    if not over:
        return notice("plain", [words("no_pilots")], testid="no-pilots")
    rows = [
        (
            escape(each.name),
            escape(names.get(each.project_id, "")),
            pill(LOOKS[each.state], words(f"pilot_{each.state.value}")),
            f"{progress_of(store, each.id).images:,}",
            f"{each.created_at.astimezone(zone):%Y-%m-%d}",
            _files(each, words),
        )
        for each in over
    ]
    return table([words(f"column_pilot_{name}") for name in COLUMNS], rows, testid="pilots")


def _running(store: Store, pilot: PilotRecord, names: dict[int, str], words: Words) -> str:
    progress = progress_of(store, pilot.id)
    done = progress.approved + progress.skipped
    told = words("pilot_progress", done=done, images=progress.images, review=progress.in_review, left=progress.left)
    is_done = done == progress.images
    ask = "" if is_done else words("pilot_finish_early", left=progress.images - done)
    finish = deed_button(
        words("pilot_finish"), PilotDeed(PilotDeedKind.FINISH, pilot.id), ask=ask, to="pilot-report", strong=is_done
    )
    call_off = deed_button(
        words("pilot_call_off"), PilotDeed(PilotDeedKind.CALL_OFF, pilot.id), ask=words("pilot_call_off_sure")
    )
    share = done / progress.images if progress.images else 0.0
    return (
        f'<div class="run-card" data-testid="running-pilot"><p><strong>{escape(pilot.name)}</strong> '
        f'<span class="quiet">{escape(names.get(pilot.project_id, ""))}</span></p>{progress_bar(share, told)}'
        f'<p class="quiet">{escape(words("pilot_no_peeking"))}</p><p>{finish} {call_off}</p></div>'
    )


def _files(pilot: PilotRecord, words: Words) -> str:
    if pilot.state is not PilotState.FINISHED:
        return ""
    show = deed_button(words("pilot_show"), PilotDeed(PilotDeedKind.SHOW, pilot.id), to="pilot-report")
    links = " · ".join(
        f'<a href="{ROUTE}/{pilot.id}/report.{form.value}" download data-testid="pilot-{pilot.id}-{form.value}">'
        f"{form.value.upper()}</a>"
        for form in PilotFile
    )
    return f"{show} {links}"
