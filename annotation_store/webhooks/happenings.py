"""What webhooks are told of: which events of the audit trail, and what a message says about each.

A message's body is JSON ``{"id", "type", "at", "data"}``. Links are paths within the studio: only a receiver knows
under which address it reaches that.
"""

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.kinds import Happening
from annotation_store.reviews.bulk_approval import IN_BULK

PING = "ping"
"""The kind of a trial: nothing has happened."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One event as receivers see it. project_ids: whom it concerns, by the projects that they are told of."""

    kind: Happening
    project_ids: frozenset[int]
    at: datetime
    data: Mapping[str, Any]


def happened(session: Session, event: schema.Event) -> Happened | None:
    """What an event means to receivers; None for one that nobody is told of. For this floor only."""
    if (known := _KNOWN.get(event.action)) is None:
        return None
    kind, tell = known
    if (told := tell(session, event)) is None:
        return None
    project_ids, data = told
    return Happened(kind, frozenset(project_ids), event.at, data)


def message_body(kind: str, at: datetime, data: Mapping[str, Any]) -> str:
    """A message with a number of its own, which stays the same however often it is sent."""
    body = {"id": f"msg_{uuid.uuid4().hex}", "type": kind, "at": at.isoformat(), "data": dict(data)}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


Told = tuple[tuple[int, ...], dict[str, Any]] | None


def _decided(session: Session, event: schema.Event) -> Told:
    """An image and what was decided about it; of the copies by which operators are checked nobody outside is told."""
    image = session.get(schema.Image, event.image_id)
    if image is None or image.honeypot_of_id is not None:
        return None
    revision = session.get(schema.Revision, event.data.get("revision_id"))
    data: dict[str, Any] = {
        "image": {
            "id": image.id,
            "name": image.name,
            "product_id": image.product_group,
            "tags": list(session.scalars(select(schema.ImageTag.tag).filter_by(image_id=image.id))),
            "width": image.width,
            "height": image.height,
        },
        "project": _project(session, image.project_id),
        "revision": None if revision is None else {"id": revision.id, "number": revision.number},
        "by": event.actor,
        "links": {"image": f"/api/v1/images/{image.id}", "page": f"/correct?image={image.id}"},
    }
    data["image"]["tags"].sort()
    if revision is not None:
        path = f"/api/v1/images/{image.id}/revisions/{revision.number}"
        data["links"] |= {"alpha": f"{path}/alpha", "trimap": f"{path}/trimap"}
    return (image.project_id,), data


def _approved(session: Session, event: schema.Event) -> Told:
    if (told := _decided(session, event)) is not None:
        told[1]["in_bulk"] = event.data.get("note") == IN_BULK
    return told


def _returned(session: Session, event: schema.Event) -> Told:
    if (told := _decided(session, event)) is not None:
        told[1]["reason"] = event.data.get("note", "")
    return told


def _went_live(session: Session, event: schema.Event) -> Told:
    model = session.get(schema.ModelVersion, event.data["model_id"])
    project_id: int = event.data["project_id"]
    data = {
        "model": {
            "id": event.data["model_id"],
            "name": event.data["name"],
            "kind": None if model is None else model.kind.value,
        },
        "project": _project(session, project_id),
        "rolled_back": event.action == "model.rolled_back",
        "verdict": event.data.get("verdict", ""),
        "by": event.actor,
        "links": {"model": f"/api/v1/models/{event.data['name']}"},
    }
    return (project_id,), data


def _written(session: Session, event: schema.Event) -> Told:
    export_set = session.get(schema.ExportSet, event.data["export_set_id"])
    project_ids: list[int] = event.data["project_ids"]
    data = {
        "export": {
            "id": event.data["export_set_id"],
            "name": None if export_set is None else export_set.name,
            "image_count": None if export_set is None else export_set.image_count,
        },
        "projects": [_project(session, project_id) for project_id in project_ids],
        "by": event.actor,
        "links": {"export": f"/api/v1/exports/{event.data['export_set_id']}"},
    }
    return tuple(project_ids), data


def _project(session: Session, project_id: int) -> dict[str, Any]:
    project = session.get(schema.Project, project_id)
    return {"id": project_id, "name": None if project is None else project.name}


_KNOWN: Mapping[str, tuple[Happening, Callable[[Session, schema.Event], Told]]] = {
    "image.approved": (Happening.APPROVED, _approved),
    "image.returned": (Happening.RETURNED, _returned),
    "model.promoted": (Happening.MODEL_PROMOTED, _went_live),
    "model.rolled_back": (Happening.MODEL_PROMOTED, _went_live),
    "export.ready": (Happening.EXPORT_READY, _written),
}
TOLD_ACTIONS = tuple(_KNOWN)
