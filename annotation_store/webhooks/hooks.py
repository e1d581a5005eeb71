"""The webhooks themselves: which address is told of what, in which projects, and by which secret it knows us."""

from collections.abc import Collection, Iterable
from urllib.parse import urlsplit

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.bookmarks import begin_at_the_end
from annotation_store.clock import utc_now
from annotation_store.errors import NotFoundError, StoreError
from annotation_store.events import record_event
from annotation_store.file_names import printable
from annotation_store.kinds import Happening
from annotation_store.projects import find_project
from annotation_store.records import WebhookRecord
from annotation_store.states import DeliveryState
from annotation_store.store import Store
from annotation_store.webhooks.signatures import new_secret

BOOKMARK = "webhooks"
MAX_URL = 2000
REMOVED = "The webhook was removed."


class InvalidWebhookError(StoreError, ValueError):
    """An address that nothing can be sent to, or a choice of happenings that tells nothing."""


def create(
    store: Store, url: str, *, kinds: Iterable[Happening], project_ids: Collection[int] | None = None, by: str
) -> tuple[WebhookRecord, str]:
    """A new webhook and its secret, which is shown once: afterwards only `change_secret` gives one.

    kinds: of what it is told, at least one. project_ids: in these projects, at least one; None for all. Nothing that
    happened before is told. Raises InvalidWebhookError, and NotFoundError for a project that is not there.
    """
    secret = new_secret()
    values = {"url": _checked_url(url), "kinds": _checked_kinds(kinds), "active": True}
    with store.database.write() as session:
        if not session.scalar(select(exists().where(schema.Webhook.removed_at.is_(None)))):
            begin_at_the_end(session, BOOKMARK, schema.Event)  # nobody has followed as long as there was none
        projects = _checked_projects(session, project_ids)
        hook = schema.Webhook(**values, secret=secret, project_ids=projects, created_by=by)
        session.add(hook)
        session.flush()
        _tell(session, hook, "webhook.created", by=by, kinds=values["kinds"], project_ids=projects)
        return WebhookRecord.of(hook), secret


def list_webhooks(store: Store) -> tuple[WebhookRecord, ...]:
    """All that were not removed, oldest first."""
    query = select(schema.Webhook).where(schema.Webhook.removed_at.is_(None)).order_by(schema.Webhook.id)
    with store.database.read() as session:
        return tuple(WebhookRecord.of(row) for row in session.scalars(query))


def get_webhook(store: Store, webhook_id: int) -> WebhookRecord:
    """The webhook, or NotFoundError; also for one that was removed."""
    with store.database.read() as session:
        return WebhookRecord.of(find_webhook(session, webhook_id))


def change(
    store: Store,
    webhook_id: int,
    *,
    by: str,
    url: str | None = None,
    kinds: Iterable[Happening] | None = None,
    active: bool | None = None,
) -> WebhookRecord:
    """Change what is given, and leave the rest.

    While it is not active nothing that happens is told, and what waits to be sent goes on waiting. Raises as `create`.
    """
    given = {
        "url": None if url is None else _checked_url(url),
        "kinds": None if kinds is None else _checked_kinds(kinds),
        "active": active,
    }
    with store.database.write() as session:
        hook = find_webhook(session, webhook_id)
        changed = [name for name, value in given.items() if value is not None and getattr(hook, name) != value]
        for name in changed:
            setattr(hook, name, given[name])
        if changed:
            _tell(session, hook, "webhook.changed", by=by, changed=changed)
        session.flush()
        return WebhookRecord.of(hook)


def change_secret(store: Store, webhook_id: int, *, by: str) -> str:
    """A new secret, shown once. The next message is signed with it, and the old one is worth nothing from then on."""
    secret = new_secret()
    with store.database.write() as session:
        hook = find_webhook(session, webhook_id)
        hook.secret = secret
        _tell(session, hook, "webhook.secret_changed", by=by)
    return secret


def remove(store: Store, webhook_id: int, *, by: str) -> None:
    """Tell it nothing more, not even what waits; what was sent can still be looked up in the audit of the database."""
    delivery = schema.WebhookDelivery
    waiting = (
        update(delivery)
        .where(delivery.webhook_id == webhook_id, delivery.state == DeliveryState.WAITING)
        .values(state=DeliveryState.GIVEN_UP, problem=REMOVED)
    )
    with store.database.write() as session:
        hook = find_webhook(session, webhook_id)
        hook.removed_at, hook.active = utc_now(), False
        session.execute(waiting)
        _tell(session, hook, "webhook.removed", by=by)


def find_webhook(session: Session, webhook_id: int) -> schema.Webhook:
    """The webhook unless it was removed, or NotFoundError; for this floor only."""
    row = session.get(schema.Webhook, webhook_id)
    if row is None or row.removed_at is not None:
        raise NotFoundError(f"There is no webhook number {webhook_id}: reload the list of webhooks.")
    return row


def _checked_url(url: str) -> str:
    """Raises InvalidWebhookError. Where the address leads is looked at each time that something is sent there."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port  # the latter raises ValueError beyond 65535
    except ValueError:
        raise InvalidWebhookError(
            f"“{printable(url[:100])}” is no address: write it as https://shop.example/hooks."
        ) from None
    if parts.scheme not in ("http", "https") or not host or port == 0:
        raise InvalidWebhookError(
            f"“{printable(url[:100])}” is no address to send to: write it as https://shop.example/hooks."
        )
    if len(url) > MAX_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise InvalidWebhookError(
            f"A webhook's address has up to {MAX_URL} characters, all of them ASCII: copy it as a browser shows it."
        )
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise InvalidWebhookError(
            "A webhook's address holds no name, password or #: leave them out. The receiver knows us by the signature."
        )
    return url


def _checked_kinds(kinds: Iterable[Happening]) -> list[str]:
    chosen = set(kinds)
    if not chosen:
        raise InvalidWebhookError(f"Choose of what the webhook is told: {', '.join(Happening)}.")
    return [kind.value for kind in Happening if kind in chosen]


def _checked_projects(session: Session, project_ids: Collection[int] | None) -> list[int] | None:
    if project_ids is None:
        return None
    if not project_ids:
        raise InvalidWebhookError("Choose at least one project for the webhook, or all.")
    return [find_project(session, project_id).id for project_id in sorted(set(project_ids))]


def _tell(session: Session, hook: schema.Webhook, action: str, *, by: str, **data: object) -> None:
    """With the host alone: the rest of an address may be a secret between its owner and the receiver."""
    told = {"webhook_id": hook.id, "host": urlsplit(hook.url).hostname, **data}
    record_event(session, actor=by, action=action, data=told)
