"""The closed vocabularies that have no transitions."""

from enum import StrEnum


class RevisionKind(StrEnum):
    """Where a revision comes from."""

    DRAFT = "draft"
    CORRECTION = "correction"
    RESTORED = "restored"  # an earlier one, once more
    IMPORTED = "imported"  # made elsewhere


BEGINNINGS = frozenset({RevisionKind.DRAFT, RevisionKind.IMPORTED})
"""What no edit of anybody here is in."""

BLANK = "blank"
"""In the place of a drafter's name: a draft in which all is background, see pilots/blank_draft.py."""


class EntryKind(StrEnum):
    """What an entry of the edit log does."""

    EDIT = "edit"
    UNDO = "undo"
    REDO = "redo"


class Verdict(StrEnum):
    """What a person decided about an image."""

    SUBMITTED = "submitted"  # to a reviewer
    RETURNED = "returned"  # by the reviewer, for correction
    APPROVED = "approved"
    SKIPPED = "skipped"
    REOPENED = "reopened"


class Part(StrEnum):
    """The side of a training set on which an image lies."""

    TRAIN = "train"
    VALIDATION = "validation"
    GOLDEN = "golden"  # never learnt from, judged by every time


class Supervision(StrEnum):
    """What of an approved matte is believed."""

    ALPHA = "alpha"  # all of it: no model made it
    RETOUCH = "retouch"  # where its trimap is known or somebody painted the alpha: the rest is a model's own
    TRIMAP = "trimap"  # where its trimap is known


class ModelKind(StrEnum):
    """What a model version makes."""

    MATTING = "matting"  # an alpha, of a photo and its trimap
    DRAFTER = "drafter"  # a trimap, of a photo


class Origin(StrEnum):
    """Where a model version comes from."""

    SHIPPED = "shipped"
    TRAINED = "trained"
    IMPORTED = "imported"


class RunCause(StrEnum):
    """Why a training began."""

    BUTTON = "button"
    COMMAND = "command"
    APPROVALS = "approvals"
    SCHEDULE = "schedule"
    EFFORT = "effort"


class TriggerKind(StrEnum):
    """What can begin a training by itself."""

    APPROVALS = "approvals"
    SCHEDULE = "schedule"
    EFFORT = "effort"


class LearningPolicy(StrEnum):
    """What becomes of a candidate that is better for a project."""

    AUTOMATIC = "automatic"  # goes live
    ASK = "ask"  # waits for a lead
    CANARY = "canary"  # makes a share of the new drafts, and the effort that they cost decides


class QueuePolicy(StrEnum):
    """In which order a project's images are handed out."""

    FIRST_IN = "first_in"
    HARDEST_FIRST = "hardest_first"
    DIVERSE = "diverse"


class Pick(StrEnum):
    """How an image came out of the queue."""

    POLICY = "policy"
    LOT = "lot"  # whatever the policy: for figures that it does not bias
    ASSIGNED = "assigned"
    HONEYPOT = "honeypot"
    PILOT = "pilot"


class Role(StrEnum):
    """What a person is in the studio; roles.py says what each may do."""

    OPERATOR = "operator"
    REVIEWER = "reviewer"
    LEAD = "lead"
    ADMIN = "admin"


class InvitationKind(StrEnum):
    """What a one-time link is for."""

    JOIN = "join"
    FIRST_ADMIN = "first_admin"  # to join while there is nobody yet
    NEW_PASSWORD = "new_password"  # noqa: S105, a kind of link


class Happening(StrEnum):
    """What a webhook can be told of."""

    APPROVED = "approved"
    RETURNED = "returned"
    MODEL_PROMOTED = "model.promoted"
    EXPORT_READY = "export.ready"


class WorkPurpose(StrEnum):
    """What somebody is at an image for."""

    CORRECTION = "correction"
    REVIEW = "review"


class MachineWork(StrEnum):
    """What a machine does for the studio, beside trainings."""

    DRAFTING = "drafting"
    CORRECTING = "correcting"  # answers strokes


class PilotArm(StrEnum):
    """What people begin from in a pilot."""

    DRAFTED = "drafted"  # the model's draft
    BLANK = "blank"  # nothing: all is background


class MatteSource(StrEnum):
    """Whose mattes are compared."""

    APPROVED = "approved"  # people's
    DRAFT = "draft"  # as it was drafted
    MODEL = "model"  # what a model version makes of the drafted trimap


class Choice(StrEnum):
    """Which of two mattes somebody likes better."""

    FIRST = "first"
    SECOND = "second"
    NEITHER = "neither"
