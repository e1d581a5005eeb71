"""The tables, as typed SQLAlchemy models. A change here needs a migration (a test compares the two)."""

from annotation_store.schema.base import Base, UtcDateTime
from annotation_store.schema.events import Event
from annotation_store.schema.images import IS_COPY, OPEN, Honeypot, HoneypotResult, Image, Lease
from annotation_store.schema.learning import ModelVersion, TrainingRun, TrainingSet, TrainingSetItem
from annotation_store.schema.mattes import Decision, EditEntry, Note, Revision
from annotation_store.schema.people import Invitation, Person, SignIn
from annotation_store.schema.projects import Project, ProjectMember

__all__ = [
    "IS_COPY",
    "OPEN",
    "Base",
    "Decision",
    "EditEntry",
    "Event",
    "Honeypot",
    "HoneypotResult",
    "Image",
    "Invitation",
    "Lease",
    "ModelVersion",
    "Note",
    "Person",
    "Project",
    "ProjectMember",
    "Revision",
    "SignIn",
    "TrainingRun",
    "TrainingSet",
    "TrainingSetItem",
    "UtcDateTime",
]
