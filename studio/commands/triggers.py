"""``triggers``: when trainings begin by themselves; and what ``retrain --dry-run`` tells."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from annotation_store.kinds import TriggerKind
from studio.commands.options import AsJson, DataDir, existing_store, settings_from, speak_only_of_faults
from studio.commands.terminal import print_json, table

if TYPE_CHECKING:
    from datetime import datetime

    from annotation_store.learning.due import EffortRise, NextMoment, Outlook
    from annotation_store.learning.training_sets import SetPreview
    from annotation_store.records import TriggerRecord
    from studio.settings import Settings

_NAME = "[approvals|schedule|effort]"


def triggers(
    *,
    pause: Annotated[
        TriggerKind | None, typer.Option(metavar=_NAME, help="Let it begin nothing.", show_default=False)
    ] = None,
    resume: Annotated[
        TriggerKind | None, typer.Option(metavar=_NAME, help="Let it begin trainings.", show_default=False)
    ] = None,
    every: Annotated[
        int | None, typer.Option(metavar="N", help="Newly approved mattes after which to train.", show_default=False)
    ] = None,
    cron: Annotated[
        str | None,
        typer.Option(metavar="EXPR", help="Minute, hour, day, month, weekday: when to train.", show_default=False),
    ] = None,
    time_zone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="By whose clocks: Asia/Tokyo.", show_default=False)
    ] = None,
    rise: Annotated[
        float | None,
        typer.Option(
            metavar="PERCENT", help="Rise of the effort above what was usual, from which to train.", show_default=False
        ),
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """List when trainings begin by themselves, or change that.

    A number, a schedule or a rise is changed without resuming its trigger. A running studio follows within a minute.

    \b
    Examples:
      python app.py triggers
      python app.py triggers --every 100 --resume approvals
      python app.py triggers --cron "30 1 * * 1-5" --time-zone Asia/Tokyo --resume schedule
      python app.py triggers --rise 25 --resume effort
      python app.py triggers --pause schedule
    """
    settings = settings_from(data_dir=data_dir)
    speak_only_of_faults(settings)
    from annotation_store.learning.due import outlooks
    from annotation_store.learning.triggers import change_trigger

    by = settings.person
    with existing_store(settings) as store:
        if every is not None:
            change_trigger(store, TriggerKind.APPROVALS, approvals=every, by=by)
        if cron is not None or time_zone is not None:
            change_trigger(store, TriggerKind.SCHEDULE, schedule=cron, time_zone=time_zone, by=by)
        if rise is not None:
            change_trigger(store, TriggerKind.EFFORT, rise=rise / 100, by=by)
        for kind, active in ((pause, False), (resume, True)):
            if kind is not None:
                change_trigger(store, kind, active=active, by=by)
        told = outlooks(store)
        if as_json:
            print_json([_as_plain(each) for each in told])
        else:
            typer.echo(_listed(told))


def tell_what_would_be_trained_on(settings: "Settings", *, as_json: bool = False) -> None:
    """Print what a training would learn from now, and what each trigger waits for; nothing is begun."""
    speak_only_of_faults(settings)
    from annotation_store.errors import NotEnoughApprovedError
    from annotation_store.learning.due import outlooks
    from annotation_store.learning.training_sets import preview

    with existing_store(settings) as store:
        now, hindrance = None, None
        try:
            now = preview(store, validation_share=settings.validation_share)
            told = _set_in_words(now)
        except NotEnoughApprovedError as error:
            hindrance = str(error)
            told = f"No training is possible now. {error}"
        awaited = outlooks(store)
    if as_json:
        triggers_now = [_as_plain(each) for each in awaited]
        print_json({"set": None if now is None else asdict(now), "hindrance": hindrance, "triggers": triggers_now})
    else:
        typer.echo(f"{told}\n\n{_listed(awaited)}")


def _as_plain(outlook: "Outlook") -> dict[str, object]:
    trigger = outlook.trigger
    return {
        "trigger": trigger.kind,
        "active": trigger.active,
        "approvals": trigger.approvals,
        "schedule": trigger.schedule,
        "time_zone": trigger.time_zone,
        "rise": trigger.rise,
        "reached": outlook.awaits.reached,
        "hindrance": outlook.hindrance,
        "now": _outlook(outlook),
    }


def _set_in_words(now: "SetPreview") -> str:
    told = (
        f"A training now would learn from {now.train} mattes, and be judged by {now.validation} of other products and "
        f"{now.golden} golden ones: {now.products} products in all.\n"
        f"New since the last training: {now.fresh}. Believed only where their trimap is known: {now.trimap_only}."
    )
    return f"{told} Left out, because so many came later: {now.left_out}." if now.left_out else told


def _listed(told: "tuple[Outlook, ...]") -> str:
    rows = [(each.trigger.kind.value, _state(each), _rule(each.trigger), _outlook(each)) for each in told]
    return table(("Trigger", "State", "Trains", "Now"), rows)


def _state(outlook: "Outlook") -> str:
    from annotation_store.learning.due import Hindrance

    match outlook.hindrance:
        case Hindrance.PAUSED:
            return "paused"
        case _ if not outlook.awaits.reached:
            return "active"
        case Hindrance.IN_TRAINING:
            return "waits for a training"
        case Hindrance.TOO_LITTLE:
            return "too little approved"
    return "due"


def _rule(trigger: "TriggerRecord") -> str:
    match trigger.kind:
        case TriggerKind.APPROVALS:
            return f"every {trigger.approvals} newly approved mattes"
        case TriggerKind.SCHEDULE:
            return f"{trigger.schedule} ({trigger.time_zone})"
        case TriggerKind.EFFORT:
            return f"when the effort rises by {100 * (trigger.rise or 0):.0f} %"


def _outlook(outlook: "Outlook") -> str:
    from annotation_store.learning.due import EffortRise, NewApprovals

    match outlook.awaits:
        case NewApprovals() as awaits:
            return f"{awaits.approved} of {awaits.wanted}"
        case EffortRise() as awaits:
            return _effort(awaits)
        case awaits:
            return _moments(awaits, outlook.trigger.time_zone or "UTC")


def _moments(awaits: "NextMoment", time_zone: str) -> str:
    def local(moment: "datetime") -> str:
        return f"{moment.astimezone(ZoneInfo(time_zone)):%Y-%m-%d %H:%M}"

    following = "never again" if awaits.next_at is None else f"next on {local(awaits.next_at)}"
    return following if awaits.missed is None else f"{local(awaits.missed)} is to be made up for, {following}"


def _effort(awaits: "EffortRise") -> str:
    if awaits.change is None:
        return f"{awaits.missing} more approved images are needed to tell"
    change = awaits.change
    beyond = "beyond chance" if change.is_more else "which may be chance"
    return (
        f"painted area {100 * change.after:.1f} % of a photo, {100 * change.before:.1f} % before: "
        f"{100 * change.relative:+.0f} %, {beyond}"
    )
