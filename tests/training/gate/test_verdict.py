import json

import pytest
from paired import image
from pydantic import ValidationError

from training.gate.judging import judge
from training.gate.limits import GateLimits
from training.gate.measures import Measure
from training.gate.verdict import GateOutcome, ProjectVerdict, Verdict

QUICK = GateLimits(resamples=100)


@pytest.fixture
def verdict() -> Verdict:
    images = [image(number, -0.3, project=1 + number % 2) for number in range(6)]
    images += [image(number, 0.1, tag="hair", golden=True) for number in (10, 11, 12)]
    return judge(images, QUICK, project_ids=(4,))


def test_a_verdict_survives_a_json_column(verdict: Verdict) -> None:
    assert Verdict.from_json(json.loads(json.dumps(verdict.as_json(), allow_nan=False))) == verdict
    for project in (*verdict.projects.values(), verdict.overall):
        assert ProjectVerdict.from_json(json.loads(json.dumps(project.as_json()))) == project
    nothing = judge([], QUICK, project_ids=(1,))
    assert Verdict.from_json(json.loads(json.dumps(nothing.as_json()))) == nothing


def test_every_figure_stands_under_a_clear_key(verdict: Verdict) -> None:
    data = verdict.as_json()
    assert sorted(data) == ["golden", "overall", "projects", "tags"]
    project = data["projects"]["1"]
    assert {key: project[key] for key in ("project_id", "kind", "outcome", "borrowed")} == {
        "project_id": 1,
        "kind": "matting",
        "outcome": "worse_on_golden",
        "borrowed": False,
    }
    assert project["breach"]["tag"] is None
    assert project["breach"]["limit"] == 0.02
    assert sorted(project["figures"]) == ["changes", "confidence", "images"]
    assert sorted(project["figures"]["changes"]) == ["grad", "mse", "sad"]
    assert sorted(project["figures"]["changes"]["sad"]) == ["candidate", "high", "live", "low", "relative"]


def test_what_is_no_verdict_is_refused(verdict: Verdict) -> None:
    with pytest.raises(ValidationError):
        ProjectVerdict.from_json({**verdict.overall.as_json(), "outcome": "splendid"})


def test_only_a_better_candidate_passed(verdict: Verdict) -> None:
    assert not verdict.overall.passed
    better = judge([image(number, -0.3) for number in range(4)], QUICK).overall
    assert better.passed
    assert better.outcome is GateOutcome.BETTER
    assert better.figures is not None
    assert better.figures.changes[Measure.SAD].relative == pytest.approx(-0.3, abs=0.02)
