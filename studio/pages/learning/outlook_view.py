"""What a trigger waits for, and whether something keeps it from beginning a training."""

from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from annotation_store.learning.due import EffortRise, Hindrance, NewApprovals, NextMoment, Outlook
from studio.i18n import Words
from studio.pages.fragments import pill
from studio.pages.learning.spans import percent, signed_percent


def outlook_view(outlook: Outlook, words: Words) -> str:
    """HTML: whether it is at work, and when the next training comes of it."""
    kind, lines = outlook.trigger.kind, [_awaits(outlook, words)]
    if outlook.awaits.reached and outlook.hindrance not in (None, Hindrance.PAUSED):
        lines.append(words(f"hindrance_{outlook.hindrance.value}"))
    state = "paused" if outlook.hindrance is Hindrance.PAUSED else "due" if outlook.is_due else "active"
    told = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return (
        f'<div class="outlook" data-testid="trigger-{kind.value}" data-state="{state}"><p><strong>'
        f"{escape(words(f'trigger_{kind.value}'))}</strong> "
        f"{pill(f'trigger-{state}', words(f'trigger_is_{state}'))}</p>{told}</div>"
    )


def _awaits(outlook: Outlook, words: Words) -> str:
    match outlook.awaits:
        case NewApprovals() as awaits:
            left = max(0, awaits.wanted - awaits.approved)
            return words("next_after_approvals", left=left, approved=awaits.approved, wanted=awaits.wanted)
        case NextMoment() as awaits:
            return _moments(awaits, outlook.trigger.time_zone or "UTC", words)
        case EffortRise() as awaits:
            return _effort(awaits, words)


def _moments(awaits: NextMoment, zone: str, words: Words) -> str:
    def local(at: datetime) -> str:
        return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"

    if awaits.missed is not None:
        return words("next_made_up_for", moment=local(awaits.missed), zone=zone)
    if awaits.next_at is None:
        return words("next_never")
    return words("next_on_schedule", moment=local(awaits.next_at), zone=zone)


def _effort(awaits: EffortRise, words: Words) -> str:
    if awaits.change is None:
        return words("next_effort_unknown", left=awaits.missing)
    change = awaits.change
    return words(
        "next_on_effort",
        after=percent(change.after),
        before=percent(change.before),
        change=signed_percent(change.relative),
        limit=percent(awaits.limit),
    )
