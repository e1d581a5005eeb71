from datetime import UTC, datetime

import pytest

from annotation_store import clock
from annotation_store.insights.working_time import read_spans, worked_times
from annotation_store.kinds import Role, WorkPurpose
from annotation_store.projects import FIRST_PROJECT
from studio.sign_in.visitor import Visitor


def person(role, *projects):
    return Visitor(name="mika", display_name="Mika", role=role, projects=frozenset(projects), person_id=3)


def work(*spans, purpose="correction"):
    return {"purpose": purpose, "spans": [{"began_ago": began, "ended_ago": ended} for began, ended in spans]}


@pytest.fixture
def kept(studio, drafted_image):
    """``kept()``: the spans of the drafted image."""

    def read():
        with studio.store.database.read() as session:
            return read_spans(session, [drafted_image.id])

    return read


def test_what_a_desk_tells_is_kept_by_the_studios_clock_and_for_its_person(post, kept, come_as, monkeypatch):
    now = datetime(2026, 11, 26, 9, tzinfo=UTC)
    monkeypatch.setattr(clock, "utc_now", lambda: now)
    come_as(person(Role.OPERATOR, FIRST_PROJECT))
    answer = post("work", work((90, 60), (30, 0.5)))
    assert (answer.status_code, answer.content) == (204, b"")
    first, second = kept()
    assert (first.person, first.purpose) == ("mika", WorkPurpose.CORRECTION)
    assert [(now - moment).total_seconds() for moment in (first.began_at, first.ended_at)] == [90, 60]
    assert [(now - moment).total_seconds() for moment in (second.began_at, second.ended_at)] == [30, 0.5]
    assert worked_times(kept())[first.image_id, "mika"].correction == 89.5


def test_a_reviewer_tells_of_a_review_and_an_operator_does_not(post, kept, come_as):
    come_as(person(Role.OPERATOR, FIRST_PROJECT))
    answer = post("work", work((9, 1), purpose="review"))
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert kept() == ()
    come_as(person(Role.REVIEWER, FIRST_PROJECT))
    assert post("work", work((9, 1), purpose="review")).status_code == 204
    assert [span.purpose for span in kept()] == [WorkPurpose.REVIEW]


def test_work_at_what_is_not_there_or_in_a_project_of_others_is_not_found(client, post, kept, come_as):
    assert client.post("/api/v1/images/999/work", json=work((9, 1))).status_code == 404
    come_as(person(Role.OPERATOR, FIRST_PROJECT + 1))
    assert post("work", work((9, 1))).status_code == 404
    come_as(person(Role.OPERATOR, FIRST_PROJECT))
    assert kept() == ()


@pytest.mark.parametrize(
    "body",
    [
        work(),
        work((1, 2)),
        work((-1, -2)),
        work((90_000, 1)),
        work(*[(2, 1)] * 1001),
        work((2, 1), purpose="leisure"),
        {"purpose": "correction", "spans": [{"began_ago": 2}]},
        {**work((2, 1)), "person": "ren"},
    ],
)
def test_what_cannot_have_been_is_refused(post, kept, body):
    answer = post("work", body)
    assert answer.status_code == 422
    assert isinstance(answer.json()["detail"], str)
    assert kept() == ()


def test_what_is_no_number_is_refused(client, drafted_image, kept):
    body = '{"purpose": "correction", "spans": [{"began_ago": Infinity, "ended_ago": NaN}]}'
    headers = {"Content-Type": "application/json"}
    answer = client.post(f"/api/v1/images/{drafted_image.id}/work", content=body, headers=headers)
    assert answer.status_code == 422
    assert kept() == ()
