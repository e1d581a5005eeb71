"""Webhooks: addresses that are told what happens, and the log of what they were told (docs/webhooks.md).

A lead has those that are about projects of theirs only; whoever administers the studio has all.
"""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, Field

from annotation_store.errors import NotFoundError
from annotation_store.kinds import Happening
from annotation_store.people.roles import Ability
from annotation_store.records import DeliveryRecord, WebhookRecord
from annotation_store.states import DeliveryState
from annotation_store.webhooks import deliveries, hooks
from studio.api.authorisation import needs, require
from studio.api.contracts import Request
from studio.api.dependencies import LARGEST_ID, PersonDep, StudioDep, VisitorDep
from studio.api.paging import USUAL, Before, Limit, PagerDep
from studio.sign_in.visitor import Visitor
from studio.studio import Studio

router = APIRouter(tags=["webhooks"])

WebhookId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
DeliveryId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
ProjectNumber = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Url = Annotated[str, Field(min_length=1, max_length=4000)]
Kinds = Annotated[list[Happening], Field(min_length=1, max_length=len(Happening))]


class WebhookIn(Request):
    """kinds: of what it is told. projects: the numbers of those in which; None for all, which an admin may choose."""

    url: Url
    kinds: Kinds
    projects: Annotated[list[ProjectNumber] | None, Field(min_length=1, max_length=1000)] = None


class WebhookChangeIn(Request):
    """What is None stays as it is."""

    url: Url | None = None
    kinds: Kinds | None = None
    active: bool | None = None


class WebhookOut(BaseModel):
    """projects: None for all. active: whether it is told what happens."""

    id: int
    url: str
    kinds: list[Happening]
    projects: list[int] | None
    active: bool
    created_at: datetime
    created_by: str

    @staticmethod
    def of(hook: WebhookRecord) -> "WebhookOut":
        return WebhookOut(
            id=hook.id,
            url=hook.url,
            kinds=[Happening(kind) for kind in hook.kinds],
            projects=None if hook.project_ids is None else list(hook.project_ids),
            active=hook.active,
            created_at=hook.created_at,
            created_by=hook.created_by,
        )


class SecretOut(BaseModel):
    """Shown this once."""

    secret: str


class NewWebhookOut(WebhookOut, SecretOut):
    """secret: by which the receiver knows us. Shown this once."""


class DeliveryOut(BaseModel):
    """A message. event: its number in the audit trail, None of a trial. body: as it is sent.

    attempts, status, problem: of the attempts so far, and of the last one. next_at: of the next one, while it waits.
    """

    id: int
    message: str
    kind: str
    event: int | None
    body: str
    state: DeliveryState
    attempts: int
    next_at: datetime | None
    status: int | None
    problem: str | None
    created_at: datetime
    delivered_at: datetime | None

    @staticmethod
    def of(delivery: DeliveryRecord) -> "DeliveryOut":
        return DeliveryOut(
            id=delivery.id,
            message=delivery.message_id,
            kind=delivery.kind,
            event=delivery.event_id,
            body=delivery.body,
            state=delivery.state,
            attempts=delivery.attempts,
            next_at=delivery.next_at if delivery.state is DeliveryState.WAITING else None,
            status=delivery.status,
            problem=delivery.problem,
            created_at=delivery.created_at,
            delivered_at=delivery.delivered_at,
        )


class DeliveryPageOut(BaseModel):
    """Newest first. before: ask with it for the next page; None at the end."""

    deliveries: list[DeliveryOut]
    before: int | None


def _tell_nobody(response: Response) -> None:
    """An answer with a secret is kept nowhere, not even under an idempotency key."""
    response.headers["Cache-Control"] = "no-store"


@router.get("/webhooks")
@needs(Ability.LEAD)
def read_webhooks(studio: StudioDep, visitor: VisitorDep) -> list[WebhookOut]:
    """Those that the person may know of, oldest first."""
    return [WebhookOut.of(hook) for hook in hooks.list_webhooks(studio.store) if _may_know(visitor, hook)]


@router.post("/webhooks", status_code=201, dependencies=[Depends(_tell_nobody)])
@needs(Ability.LEAD)
def create_webhook(body: WebhookIn, studio: StudioDep, visitor: VisitorDep) -> NewWebhookOut:
    """Have an address told what happens from now on."""
    if body.projects is None:
        require(visitor, Ability.ADMINISTER)
    for project_id in body.projects or ():
        if not visitor.sees(project_id):
            raise NotFoundError(f"There is no project number {project_id}: reload the list of projects.")
    hook, secret = hooks.create(studio.store, body.url, kinds=body.kinds, project_ids=body.projects, by=visitor.name)
    return NewWebhookOut(**WebhookOut.of(hook).model_dump(), secret=secret)


@router.get("/webhooks/{webhook_id}")
@needs(Ability.LEAD)
def read_webhook(webhook_id: WebhookId, studio: StudioDep, visitor: VisitorDep) -> WebhookOut:
    """One of them."""
    return WebhookOut.of(_find(studio, visitor, webhook_id))


@router.post("/webhooks/{webhook_id}/change")
@needs(Ability.LEAD)
def change_webhook(webhook_id: WebhookId, body: WebhookChangeIn, studio: StudioDep, visitor: VisitorDep) -> WebhookOut:
    """Another address, other kinds; or a pause: what happens meanwhile is not told."""
    _find(studio, visitor, webhook_id)
    changed = hooks.change(
        studio.store, webhook_id, url=body.url, kinds=body.kinds, active=body.active, by=visitor.name
    )
    return WebhookOut.of(changed)


@router.post("/webhooks/{webhook_id}/remove", status_code=204)
@needs(Ability.LEAD)
def remove_webhook(webhook_id: WebhookId, studio: StudioDep, visitor: VisitorDep) -> None:
    """Tell it nothing more."""
    _find(studio, visitor, webhook_id)
    hooks.remove(studio.store, webhook_id, by=visitor.name)


@router.post("/webhooks/{webhook_id}/secret", dependencies=[Depends(_tell_nobody)])
@needs(Ability.LEAD)
def change_secret(webhook_id: WebhookId, studio: StudioDep, visitor: VisitorDep) -> SecretOut:
    """A new secret in the place of the old one, from the next message on."""
    _find(studio, visitor, webhook_id)
    return SecretOut(secret=hooks.change_secret(studio.store, webhook_id, by=visitor.name))


@router.post("/webhooks/{webhook_id}/trial", status_code=202)
@needs(Ability.LEAD)
def try_webhook(webhook_id: WebhookId, studio: StudioDep, visitor: VisitorDep, person: PersonDep) -> DeliveryOut:
    """Send a message of the kind `ping` within a second or so; what came of it is in the deliveries."""
    _find(studio, visitor, webhook_id)
    return DeliveryOut.of(deliveries.add_trial(studio.store, webhook_id, by=person).delivery)


@router.get("/webhooks/{webhook_id}/deliveries")
@needs(Ability.LEAD)
def read_deliveries(
    webhook_id: WebhookId,
    studio: StudioDep,
    visitor: VisitorDep,
    pager: PagerDep,
    state: DeliveryState | None = None,
    before: Before = None,
    limit: Limit = USUAL,
) -> DeliveryPageOut:
    """What it was told, and what became of each message."""
    _find(studio, visitor, webhook_id)
    found = deliveries.list_deliveries(studio.store, webhook_id, state=state, before=before, limit=limit + 1)
    page, following = pager.cut(found, limit, by="before", place=lambda delivery: delivery.id)
    return DeliveryPageOut(deliveries=[DeliveryOut.of(each) for each in page], before=following)


@router.post("/webhooks/{webhook_id}/deliveries/{delivery_id}/send-again", status_code=202)
@needs(Ability.LEAD)
def send_again(webhook_id: WebhookId, delivery_id: DeliveryId, studio: StudioDep, visitor: VisitorDep) -> DeliveryOut:
    """Send a message once more, under the same number."""
    _find(studio, visitor, webhook_id)
    return DeliveryOut.of(deliveries.send_again(studio.store, webhook_id, delivery_id, by=visitor.name))


def _find(studio: Studio, visitor: Visitor, webhook_id: int) -> WebhookRecord:
    """The webhook. Raises NotFoundError, as for one that does not exist, if they may not know of it."""
    hook = hooks.get_webhook(studio.store, webhook_id)
    if not _may_know(visitor, hook):
        raise NotFoundError(f"There is no webhook number {webhook_id}: reload the list of webhooks.")
    return hook


def _may_know(visitor: Visitor, hook: WebhookRecord) -> bool:
    if visitor.may(Ability.ADMINISTER):
        return True
    return hook.project_ids is not None and all(map(visitor.sees, hook.project_ids))
