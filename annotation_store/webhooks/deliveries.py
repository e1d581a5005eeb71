"""Messages on their way: which are due, what became of each attempt, and the log of them.

A message is sent at least once. An attempt takes it out of everybody else's hands for a while; if the process is killed
meanwhile, it is due again afterwards, under the same number, by which a receiver drops what it has had already.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.clock import utc_now
from annotation_store.errors import NotFoundError
from annotation_store.events import record_event
from annotation_store.records import DeliveryRecord
from annotation_store.states import DeliveryState, check_transition
from annotation_store.store import Store
from annotation_store.webhooks.happenings import PING, message_body
from annotation_store.webhooks.hooks import find_webhook

PAUSES = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=24),
)
"""Between one attempt and the next; after the attempt that follows the last of them a message is given up."""

HOLDS_BACK = 3
"""Attempts during which a message holds back the later ones of its webhook, so that they arrive in order although the
receiver was away for some minutes. A message that fails longer is overtaken."""

IN_FLIGHT = timedelta(minutes=2)
"""Much longer than an attempt takes: when a message is due again whose sender was killed."""

KEPT_DELIVERED, KEPT_GIVEN_UP = timedelta(days=30), timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Errand:
    """A message to send now, and where to. secret: to sign it with."""

    delivery: DeliveryRecord
    url: str
    secret: str


def claim_due(store: Store, *, busy: Collection[int] = (), limit: int = 8, now: datetime | None = None) -> list[Errand]:
    """The next message of each webhook that has one due, taken in hand; of at most `limit` webhooks, none of `busy`.

    What comes first goes first; see HOLDS_BACK.
    """
    now = now or utc_now()
    if limit < 1:
        return []
    with store.database.read() as session:  # mostly there is nothing, and nobody is kept from writing
        if not _due(session, busy=busy, limit=1, now=now):
            return []
    with store.database.write() as session:
        errands = []
        for row in _due(session, busy=busy, limit=limit, now=now):
            row.next_at = now + IN_FLIGHT
            hook = find_webhook(session, row.webhook_id)
            session.flush()
            errands.append(Errand(DeliveryRecord.of(row), hook.url, hook.secret))
        return errands


def note_delivered(store: Store, delivery_id: int, *, status: int, now: datetime | None = None) -> DeliveryRecord:
    """The receiver has taken it, and answered so."""
    now = now or utc_now()
    with store.database.write() as session:
        row = _find(session, delivery_id)
        if row.state is DeliveryState.WAITING:  # else the webhook was removed meanwhile
            row.state = check_transition(row.state, DeliveryState.DELIVERED)
        row.attempts += 1
        row.status, row.problem, row.delivered_at = status, None, now
        session.flush()
        return DeliveryRecord.of(row)


def note_failed(
    store: Store, delivery_id: int, *, problem: str, status: int | None = None, now: datetime | None = None
) -> DeliveryRecord:
    """It did not arrive, for a reason in words. It is tried again after a pause, or given up after the last attempt.

    status: of the answer, None if there was none.
    """
    now = now or utc_now()
    with store.database.write() as session:
        row = _find(session, delivery_id)
        row.attempts += 1
        row.status, row.problem = status, problem
        if row.state is DeliveryState.WAITING:
            if row.attempts > len(PAUSES) or row.kind == PING:
                row.state = check_transition(row.state, DeliveryState.GIVEN_UP)
            else:
                row.next_at = now + PAUSES[row.attempts - 1]
        session.flush()
        return DeliveryRecord.of(row)


def list_deliveries(
    store: Store,
    webhook_id: int,
    *,
    state: DeliveryState | None = None,
    before: int | None = None,
    limit: int = 50,
) -> tuple[DeliveryRecord, ...]:
    """The last `limit` messages of a webhook, newest first: older than message `before`. Raises NotFoundError."""
    row = schema.WebhookDelivery
    query = select(row).where(row.webhook_id == webhook_id).order_by(row.id.desc()).limit(limit)
    if state is not None:
        query = query.where(row.state == state)
    if before is not None:
        query = query.where(row.id < before)
    with store.database.read() as session:
        find_webhook(session, webhook_id)
        return tuple(DeliveryRecord.of(each) for each in session.scalars(query))


def get_delivery(store: Store, webhook_id: int, delivery_id: int) -> DeliveryRecord:
    """A message of a webhook, or NotFoundError."""
    with store.database.read() as session:
        find_webhook(session, webhook_id)
        return DeliveryRecord.of(_find(session, delivery_id, webhook_id=webhook_id))


def send_again(store: Store, webhook_id: int, delivery_id: int, *, by: str) -> DeliveryRecord:
    """Have a message sent once more now, with all its attempts before it, under the same number.

    One that waits for its next attempt does not wait any longer. Raises NotFoundError.
    """
    with store.database.write() as session:
        find_webhook(session, webhook_id)
        row = _find(session, delivery_id, webhook_id=webhook_id)
        if row.state is not DeliveryState.WAITING:
            row.state = check_transition(row.state, DeliveryState.WAITING)
        row.attempts, row.next_at, row.delivered_at = 0, utc_now(), None
        data = {"webhook_id": webhook_id, "delivery_id": delivery_id}
        record_event(session, actor=by, action="webhook.sent_again", data=data)
        session.flush()
        return DeliveryRecord.of(row)


def add_trial(store: Store, webhook_id: int, *, by: str, in_hand: bool = False) -> Errand:
    """A message that says nothing but that it can arrive. It is tried once, also while the webhook is not active.

    in_hand: whoever asks sends it, and nobody else. Raises NotFoundError.
    """
    now = utc_now()
    with store.database.write() as session:
        hook = find_webhook(session, webhook_id)
        row = schema.WebhookDelivery(
            webhook_id=hook.id,
            event_id=None,
            kind=PING,
            body=message_body(PING, now, {"by": by, "webhook_id": hook.id}),
            state=DeliveryState.WAITING,
            attempts=0,
            next_at=now + IN_FLIGHT if in_hand else now,
        )
        session.add(row)
        session.flush()
        return Errand(DeliveryRecord.of(row), hook.url, hook.secret)


def prune(store: Store, *, now: datetime | None = None) -> int:
    """Forget what was delivered 30 days ago, and what was given up and made 90 days ago; how many those were."""
    now = now or utc_now()
    row = schema.WebhookDelivery
    old = or_(
        and_(row.state == DeliveryState.DELIVERED, row.delivered_at < now - KEPT_DELIVERED),
        and_(row.state == DeliveryState.GIVEN_UP, row.created_at < now - KEPT_GIVEN_UP),
    )
    with store.database.read() as session:
        if session.scalar(select(row.id).where(old).limit(1)) is None:
            return 0
    with store.database.write() as session:
        return len(session.scalars(delete(row).where(old).returning(row.id)).all())


def _due(session: Session, *, busy: Collection[int], limit: int, now: datetime) -> list[schema.WebhookDelivery]:
    """The message that each webhook is to have next, where that is due, in the order of their numbers."""
    row, hook = schema.WebhookDelivery, schema.Webhook
    waiting = row.state == DeliveryState.WAITING
    first = _first_of_each(and_(waiting, row.attempts <= HOLDS_BACK, row.kind != PING))
    late = _first_of_each(and_(waiting, row.next_at <= now, or_(row.attempts > HOLDS_BACK, row.kind == PING)))
    query = (
        select(row)
        .join(hook, hook.id == row.webhook_id)
        .where(
            waiting,
            row.next_at <= now,
            or_(row.id.in_(first), row.id.in_(late)),
            or_(hook.active, row.kind == PING),
            hook.removed_at.is_(None),
            hook.id.not_in(busy),
        )
        .order_by(row.id)
    )
    chosen: dict[int, schema.WebhookDelivery] = {}
    for each in session.scalars(query):
        chosen.setdefault(each.webhook_id, each)
    return list(chosen.values())[:limit]


def _first_of_each(condition: ColumnElement[bool]) -> Select[int]:
    row = schema.WebhookDelivery
    return select(func.min(row.id)).where(condition).group_by(row.webhook_id)


def _find(session: Session, delivery_id: int, *, webhook_id: int | None = None) -> schema.WebhookDelivery:
    row = session.get(schema.WebhookDelivery, delivery_id)
    if row is None or webhook_id not in (None, row.webhook_id):
        raise NotFoundError(f"There is no message number {delivery_id}: reload the list of messages.")
    return row
