"""What the gate decided, for each project and for the whole studio, as a plain dict and back."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter

from annotation_store.kinds import ModelKind
from training.gate.bootstrap import Change
from training.gate.measures import Measure


class GateOutcome(StrEnum):
    """What the candidate is, beside the live model. Only a better one may serve."""

    BETTER = "better"
    NOT_BETTER_BEYOND_NOISE = "not_better_beyond_noise"
    WORSE = "worse"
    WORSE_IN_TAG = "worse_in_tag"
    WORSE_ON_GOLDEN = "worse_on_golden"
    NOTHING_TO_JUDGE = "nothing_to_judge"


@dataclass(frozen=True, slots=True)
class Figures:
    """The changes on so many images, each with its interval at `confidence`."""

    images: int
    confidence: float
    changes: Mapping[Measure, Change]


@dataclass(frozen=True, slots=True)
class Breach:
    """Images on which the candidate is worse than it may be: those of a tag, or the golden ones if tag is None.

    limit: by which share the deciding error may grow there.
    """

    tag: str | None
    limit: float
    figures: Figures


@dataclass(frozen=True, slots=True)
class ProjectVerdict:
    """What the gate says to one project, complete in itself; to the whole studio if project_id is None.

    borrowed: judged on all the studio's images, as the project has too few of its own. figures: None without any
    image. breach: the worst, where the outcome is WORSE_IN_TAG or WORSE_ON_GOLDEN.
    """

    project_id: int | None
    kind: ModelKind
    outcome: GateOutcome
    borrowed: bool
    figures: Figures | None
    breach: Breach | None = None

    @property
    def passed(self) -> bool:
        return self.outcome is GateOutcome.BETTER

    def as_json(self) -> dict[str, Any]:
        """For a JSON column."""
        return _plain(_PROJECT_VERDICT.dump_python(self, mode="json"))

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "ProjectVerdict":
        """The inverse of `as_json`. Raises pydantic's ValidationError, a ValueError, if it is none of ours."""
        return _PROJECT_VERDICT.validate_python(data)


@dataclass(frozen=True, slots=True)
class Verdict:
    """projects: by number. tags: by name, over the whole studio. golden: None without golden images. overall: as if the
    studio were one project."""

    projects: Mapping[int, ProjectVerdict]
    tags: Mapping[str, Figures]
    golden: Figures | None
    overall: ProjectVerdict

    def as_json(self) -> dict[str, Any]:
        """For a JSON column; the projects' numbers become texts."""
        return _plain(_VERDICT.dump_python(self, mode="json"))

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "Verdict":
        """The inverse of `as_json`. Raises pydantic's ValidationError, a ValueError, if it is none of ours."""
        return _VERDICT.validate_python(data)


_PROJECT_VERDICT = TypeAdapter(ProjectVerdict)
_VERDICT = TypeAdapter(Verdict)


def _plain(dumped: Any) -> dict[str, Any]:
    plain: dict[str, Any] = dumped
    return plain
