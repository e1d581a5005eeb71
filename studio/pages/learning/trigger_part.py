"""When trainings begin by themselves: the three triggers, each with its setting and with what it waits for."""

from collections.abc import Mapping
from dataclasses import dataclass

import gradio as gr

from annotation_store.kinds import TriggerKind
from annotation_store.learning.triggers import LEAST_RISE, MOST_APPROVALS, MOST_RISE, change_trigger, list_triggers
from annotation_store.people.roles import Ability
from matting_core.errors import MattingError
from studio.i18n import Words
from studio.pages.door import guarded, visitor_here
from studio.pages.fragments import notice
from studio.studio import Studio

SCHEDULES = {"nightly": "0 2 * * *", "on_weekdays": "0 2 * * 1-5", "on_sundays": "0 2 * * 0"}
"""Offered by name; any other cron expression can be written."""
TIME_ZONES = ("Asia/Tokyo", "Asia/Seoul", "Asia/Shanghai", "Europe/London", "Europe/Berlin", "America/New_York", "UTC")
"""Offered; any other can be written."""


@dataclass(frozen=True, slots=True)
class TriggerPart:
    """views: where it is shown what each trigger waits for. load: the event that fills the settings in."""

    views: Mapping[TriggerKind, gr.HTML]
    load: Mapping[str, object]


def build_trigger_part(studio: Studio, say: gr.I18n, answer: gr.HTML) -> TriggerPart:
    """answer: where is told what came of a change."""
    store = studio.store
    views: dict[TriggerKind, gr.HTML] = {}
    active: dict[TriggerKind, gr.Checkbox] = {}

    def head(kind: TriggerKind) -> None:
        views[kind] = gr.HTML(padding=False)
        active[kind] = gr.Checkbox(label=say("trigger_active"), elem_id=f"trigger-{kind.value}-active")

    with gr.Row():
        with gr.Column():
            head(TriggerKind.APPROVALS)
            approvals = gr.Number(
                label=say("trigger_every"), precision=0, minimum=1, maximum=MOST_APPROVALS, elem_id="trigger-every"
            )
        with gr.Column():
            head(TriggerKind.SCHEDULE)
            schedule = gr.Dropdown(
                [(say(f"schedule_{name}"), cron) for name, cron in SCHEDULES.items()],
                label=say("trigger_at"),
                info=say("trigger_at_info"),
                allow_custom_value=True,
                elem_id="trigger-schedule",
            )
            zone = gr.Dropdown(list(TIME_ZONES), label=say("trigger_zone"), allow_custom_value=True)
        with gr.Column():
            head(TriggerKind.EFFORT)
            rise = gr.Number(
                label=say("trigger_rise"),
                info=say("trigger_rise_info"),
                precision=0,
                minimum=100 * LEAST_RISE,
                maximum=100 * MOST_RISE,
                elem_id="trigger-rise",
            )
    with gr.Row():
        save = gr.Button(say("save_triggers"), elem_id="save-triggers", scale=0, min_width=200)
    fields = [approvals, schedule, zone, rise]

    @guarded(Ability.LEAD)
    def read_triggers() -> tuple[object, ...]:
        known = {trigger.kind: trigger for trigger in list_triggers(store)}
        by_schedule = known[TriggerKind.SCHEDULE]
        return (
            *(known[kind].active for kind in active),
            known[TriggerKind.APPROVALS].approvals,
            by_schedule.schedule,
            by_schedule.time_zone,
            round(100 * (known[TriggerKind.EFFORT].rise or 0)),
        )

    @guarded(Ability.LEAD)
    def keep_triggers(
        approvals: float | None, schedule: str | None, zone: str | None, rise: float | None, request: gr.Request
    ) -> str:
        words, by = Words.of(request), visitor_here().name
        try:
            change_trigger(store, TriggerKind.APPROVALS, approvals=int(approvals or 0), by=by)
            change_trigger(store, TriggerKind.SCHEDULE, schedule=schedule or "", time_zone=zone or "", by=by)
            change_trigger(store, TriggerKind.EFFORT, rise=(rise or 0) / 100, by=by)
        except MattingError as error:
            return notice("bad", [str(error)], testid="learn-answer")
        return notice("good", [words("triggers_saved")], testid="learn-answer")

    @guarded(Ability.LEAD)
    def pause_or_resume(approvals: bool, schedule: bool, effort: bool) -> None:
        wanted = zip(active, (approvals, schedule, effort), strict=True)
        for kind, is_active in wanted:
            change_trigger(store, kind, active=is_active, by=visitor_here().name)

    private = {"api_visibility": "private", "show_progress": "hidden"}
    save.click(keep_triggers, fields, answer, **private)
    for box in active.values():
        box.input(pause_or_resume, list(active.values()), None, **private)
    reading = {"fn": read_triggers, "inputs": None, "outputs": [*active.values(), *fields], **private}
    return TriggerPart(views=views, load=reading)
