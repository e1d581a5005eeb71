"""The tables, as typed SQLAlchemy models. A change here needs a migration (a test compares the two)."""

from annotation_store.schema.base import Base, UtcDateTime
from annotation_store.schema.events import Event
from annotation_store.schema.images import IS_COPY, IS_FLAGGED, OPEN, WAITS, Honeypot, HoneypotResult, Image, Lease
from annotation_store.schema.insights import (
    DriftAlarm,
    MachineHour,
    Outcome,
    PhotoStatistics,
    RateCard,
    WorkSpan,
)
from annotation_store.schema.interchange import (
    DUE,
    ApiToken,
    Bookmark,
    ExportItem,
    ExportPreset,
    ExportSet,
    ImageTag,
    Replay,
    Webhook,
    WebhookDelivery,
)
from annotation_store.schema.learning import (
    Effort,
    GoldenImage,
    TrainingPoint,
    TrainingRun,
    TrainingSet,
    TrainingSetItem,
    Trigger,
)
from annotation_store.schema.mattes import Decision, EditEntry, Note, Revision
from annotation_store.schema.models import Judgement, ModelVersion, Standing
from annotation_store.schema.people import Invitation, Person, SignIn
from annotation_store.schema.projects import Project, ProjectMember
from annotation_store.schema.trials import Comparison, ComparisonPair, Pilot, PilotImage, Preference
from annotation_store.schema.versions import SchemaVersion
from annotation_store.schema.workers import DraftClaim, Worker

__all__ = [
    "DUE",
    "IS_COPY",
    "IS_FLAGGED",
    "OPEN",
    "WAITS",
    "ApiToken",
    "Base",
    "Bookmark",
    "Comparison",
    "ComparisonPair",
    "Decision",
    "DraftClaim",
    "DriftAlarm",
    "EditEntry",
    "Effort",
    "Event",
    "ExportItem",
    "ExportPreset",
    "ExportSet",
    "GoldenImage",
    "Honeypot",
    "HoneypotResult",
    "Image",
    "ImageTag",
    "Invitation",
    "Judgement",
    "Lease",
    "MachineHour",
    "ModelVersion",
    "Note",
    "Outcome",
    "Person",
    "PhotoStatistics",
    "Pilot",
    "PilotImage",
    "Preference",
    "Project",
    "ProjectMember",
    "RateCard",
    "Replay",
    "Revision",
    "SchemaVersion",
    "SignIn",
    "Standing",
    "TrainingPoint",
    "TrainingRun",
    "TrainingSet",
    "TrainingSetItem",
    "Trigger",
    "UtcDateTime",
    "Webhook",
    "WebhookDelivery",
    "WorkSpan",
    "Worker",
]
