"""Trainings: how the running ones come along, with their curves, and what came of earlier ones."""

from collections.abc import Sequence
from html import escape

from annotation_store.errors import NOT_NOW, DamagedBlobError, NotFoundError
from annotation_store.kinds import ModelKind
from annotation_store.learning import training_runs
from annotation_store.learning.run_logs import LogElsewhereError, read_log
from annotation_store.records import RunRecord
from annotation_store.states import RunState
from annotation_store.store import Store
from studio.i18n import Words
from studio.pages.fragments import notice, pill, progress_bar, table
from studio.pages.learning.curves import curves
from studio.pages.learning.deeds import Deed, DeedKind, button
from studio.pages.learning.scene import Scene
from studio.pages.learning.spans import MINUTE, moment, span
from studio.pages.learning.verdict_words import verdict_words

LOG_TAIL_BYTES = 6_000
MOST_RUNS = 20


def runs_to_watch(scene: Scene) -> tuple[RunRecord, ...]:
    """The newest training of each kind, what goes on before what came to its end."""
    newest = (next((run for run in scene.runs if run.kind is kind), None) for kind in ModelKind)
    found = [run for run in newest if run is not None]
    return tuple(sorted(found, key=lambda run: run.state not in training_runs.UNFINISHED))


def running_view(store: Store, scene: Scene, words: Words) -> str:
    watched = runs_to_watch(scene)
    if not watched:
        return notice("plain", [words("never_trained")], testid="training-run")
    return "".join(_run(store, scene, run, words) for run in watched)


def _run(store: Store, scene: Scene, run: RunRecord, words: Words) -> str:
    title = words("training_number", number=run.id, kind=words(f"kind_{run.kind.value}"))
    box = {RunState.FAILED: "bad", RunState.SUCCEEDED: "good"}.get(run.state, "plain")
    if run.state in training_runs.UNFINISHED:
        drawn = curves(training_runs.curve(store, run.id), words)
        body = progress_bar(run.progress, " · ".join(_progress(run, words))) + drawn
        if not run.cancel_requested:
            body += f'<p class="deeds">{button(words("cancel_training"), Deed(DeedKind.CANCEL, run.id))}</p>'
    else:
        body = f"<p>{escape(_result(scene, run, words))}</p>"
    return (
        f'<div class="notice notice-{box}" data-testid="training-run" data-kind="{run.kind.value}" '
        f'data-state="{run.state.value}"><p><strong>{escape(title)}</strong> {_pill(run, words)}</p>{body}</div>'
    )


def _progress(run: RunRecord, words: Words) -> list[str]:
    """Short statements, the most important first."""
    told = [f"{100 * run.progress:.0f} %"]
    if run.seconds_left is not None:
        told.append(words("run_left", span=span(run.seconds_left, words)))
    if run.samples_per_second is not None:
        told.append(words("run_speed", number=f"{run.samples_per_second:.1f}"))
    if run.device:
        told.append(run.device)
    if run.attempts > 1:
        told.append(words("run_resumed", count=run.attempts))
    if run.cancel_requested:
        told.append(words("cancel_requested"))
    else:
        told.append(run.message or words("training_starts"))
    return told


def earlier_view(scene: Scene, words: Words) -> str:
    """All finished trainings but very old ones, the newest first."""
    finished = [run for run in scene.runs if run.state not in training_runs.UNFINISHED][:MOST_RUNS]
    if not finished:
        return notice("plain", [words("no_earlier_runs")], testid="runs")
    head = [words(key) for key in ("column_run", "column_cause", "column_started", "column_took", "column_result")]
    rows = [
        (
            f"{run.id} · {escape(words(f'kind_{run.kind.value}'))}",
            f'{escape(words(f"cause_{run.cause.value}"))}<br><span class="quiet">{escape(run.requested_by)}</span>',
            moment(run.started_at or run.created_at),
            escape(_took(run, words)),
            f"{_pill(run, words)} {escape(_result(scene, run, words))} {log_link(run, words)}",
        )
        for run in finished
    ]
    return table(head, rows, testid="runs")


def log_link(run: RunRecord, words: Words) -> str:
    if run.started_at is None:
        return ""
    return f'<a href="/api/v1/runs/{run.id}/log" download>{escape(words("whole_log"))}</a>'


def log_tail(store: Store, runs: Sequence[RunRecord], words: Words) -> str:
    """The end of the log of the first run that has one, or on which computer that is; empty until there is one."""
    for run in runs:
        try:
            return read_log(store, run, last=LOG_TAIL_BYTES).decode("utf-8", "replace")
        except LogElsewhereError as error:
            return words("log_elsewhere", host=error.host)
        except (NotFoundError, DamagedBlobError, *NOT_NOW):
            continue
    return ""


def _pill(run: RunRecord, words: Words) -> str:
    return pill(f"run-{run.state.value}", words(f"run_{run.state.value}"))


def _took(run: RunRecord, words: Words) -> str:
    if run.started_at is None or run.finished_at is None:
        return ""
    seconds = (run.finished_at - run.started_at).total_seconds()
    return span(seconds, words) if seconds < MINUTE else words("span_minutes", count=round(seconds / MINUTE))


def _result(scene: Scene, run: RunRecord, words: Words) -> str:
    """What came of a finished training: its version, and what the gate said of it over the whole studio."""
    candidate = None if run.candidate_id is None else scene.versions.get(run.candidate_id)
    if candidate is None:
        return words("run_was_cancelled") if run.state is RunState.CANCELLED else run.verdict or ""
    told = verdict_words(candidate.metrics.get("overall") or candidate.metrics.get("gate") or {}, words)
    return words("run_made", name=candidate.name, verdict=told or run.verdict or "")
