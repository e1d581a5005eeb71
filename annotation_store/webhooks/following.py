"""Following the audit trail: each event that a webhook is told of becomes one message, once."""

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.bookmarks import bookmark_at, move_bookmark
from annotation_store.clock import utc_now
from annotation_store.people.roles import Ability, may
from annotation_store.states import DeliveryState
from annotation_store.store import Store
from annotation_store.webhooks.happenings import TOLD_ACTIONS, Happened, happened, message_body
from annotation_store.webhooks.hooks import BOOKMARK

MOST_AT_ONCE = 200
"""Events for which one transaction makes messages: it holds the pen meanwhile."""


def follow(store: Store) -> int:
    """Make messages of what has happened since; how many were made.

    Messages and bookmark are one transaction: whatever is killed, every event is told of exactly once here.
    """
    made = 0
    while _is_news(store):
        made += _follow_some(store)
    return made


def _is_news(store: Store) -> bool:
    """Looked at without the pen, since mostly there is nothing to write."""
    with store.database.read() as session:
        if session.scalar(_living().limit(1)) is None:
            return False
        position = bookmark_at(session, BOOKMARK) or 0
        return (session.scalar(select(func.max(schema.Event.id))) or 0) > position


def _follow_some(store: Store) -> int:
    event = schema.Event
    made = 0
    with store.database.write() as session:
        position = bookmark_at(session, BOOKMARK) or 0
        end = session.scalar(select(func.max(event.id))) or 0
        query = select(event).where(event.id > position, event.action.in_(TOLD_ACTIONS)).order_by(event.id)
        events = session.scalars(query.limit(MOST_AT_ONCE)).all()
        hooks = session.scalars(_living().where(schema.Webhook.active)).all()
        for row in events if hooks else ():
            if (told := happened(session, row)) is not None:
                made += sum(_tell(session, hook, row, told) for hook in hooks if _may_hear(session, hook))
        move_bookmark(session, BOOKMARK, events[-1].id if len(events) == MOST_AT_ONCE else end)
    return made


def _living() -> Select[schema.Webhook]:
    return select(schema.Webhook).where(schema.Webhook.removed_at.is_(None)).order_by(schema.Webhook.id)


def _may_hear(session: Session, hook: schema.Webhook) -> bool:
    """Whether who made it still may see all of it; whoever has no account made it in a shell, or without accounts."""
    person = session.scalar(select(schema.Person).filter_by(name=hook.created_by))
    if person is None:
        return True
    if person.disabled_at is not None or not may(person.role, Ability.LEAD):
        return False
    if may(person.role, Ability.ADMINISTER):
        return True
    theirs = select(schema.ProjectMember.project_id).filter_by(person_id=person.id)
    return hook.project_ids is not None and set(hook.project_ids) <= set(session.scalars(theirs))


def _tell(session: Session, hook: schema.Webhook, event: schema.Event, told: Happened) -> bool:
    """Whether this webhook is told of the event."""
    if told.kind.value not in hook.kinds or event.at < hook.created_at:
        return False
    if hook.project_ids is not None and not told.project_ids <= set(hook.project_ids):
        return False  # what concerns other projects as well is not for it
    session.add(
        schema.WebhookDelivery(
            webhook_id=hook.id,
            event_id=event.id,
            kind=told.kind.value,
            body=message_body(told.kind.value, told.at, told.data),
            state=DeliveryState.WAITING,
            attempts=0,
            next_at=utc_now(),
        )
    )
    return True
