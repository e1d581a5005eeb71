"""What the floors above see of the store: frozen copies of its rows. All times are aware and in UTC.

A blob is named by the SHA-256 of its bytes, 64 hexadecimal digits; `store.blobs.get(name)` reads it.
"""

from annotation_store.records.base import Record
from annotation_store.records.images import (
    DecisionRecord,
    HoneypotRecord,
    HoneypotResultRecord,
    ImageRecord,
    LeaseRecord,
    NoteRecord,
    RevisionRecord,
)
from annotation_store.records.insights import (
    ComparisonPairRecord,
    ComparisonRecord,
    DriftAlarmRecord,
    OutcomeRecord,
    PilotImageRecord,
    PilotRecord,
    PreferenceRecord,
    RateCardRecord,
    WorkSpanRecord,
)
from annotation_store.records.interchange import (
    ApiTokenRecord,
    DeliveryRecord,
    ExportItemRecord,
    ExportSetRecord,
    WebhookRecord,
)
from annotation_store.records.learning import (
    EffortRecord,
    GoldenRecord,
    JudgementRecord,
    ModelRecord,
    RunRecord,
    StandingRecord,
    TrainingItem,
    TrainingSetRecord,
    TriggerRecord,
)
from annotation_store.records.people import EventRecord, InvitationRecord, PersonRecord, ProjectRecord, SignInRecord

__all__ = [
    "ApiTokenRecord",
    "ComparisonPairRecord",
    "ComparisonRecord",
    "DecisionRecord",
    "DeliveryRecord",
    "DriftAlarmRecord",
    "EffortRecord",
    "EventRecord",
    "ExportItemRecord",
    "ExportSetRecord",
    "GoldenRecord",
    "HoneypotRecord",
    "HoneypotResultRecord",
    "ImageRecord",
    "InvitationRecord",
    "JudgementRecord",
    "LeaseRecord",
    "ModelRecord",
    "NoteRecord",
    "OutcomeRecord",
    "PersonRecord",
    "PilotImageRecord",
    "PilotRecord",
    "PreferenceRecord",
    "ProjectRecord",
    "RateCardRecord",
    "Record",
    "RevisionRecord",
    "RunRecord",
    "SignInRecord",
    "StandingRecord",
    "TrainingItem",
    "TrainingSetRecord",
    "TriggerRecord",
    "WebhookRecord",
    "WorkSpanRecord",
]
