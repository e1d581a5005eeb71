from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from small_worth import show_persons

from annotation_store.errors import NotFoundError
from annotation_store.insights.grouping import Dimension
from annotation_store.kinds import Role
from annotation_store.projects import create_project
from studio.insights.asking import Asked, InvalidPeriodError, NoPersonsError, model_called, scope_of
from studio.sign_in.visitor import Visitor, local_user

TOKYO = ZoneInfo("Asia/Tokyo")


def lead(*projects):
    return Visitor(name="mika", display_name="Mika", role=Role.LEAD, projects=frozenset(projects), person_id=3)


def ask(studio, visitor=None, **asked):
    return scope_of(studio.store, Asked(**asked), visitor or local_user("keiko"), zone=TOKYO)


def test_days_are_those_of_the_studio_s_time_zone_and_the_last_one_counts(studio):
    selection = ask(studio, since=date(2026, 4, 1), until=date(2026, 4, 2)).selection
    assert selection.since == datetime(2026, 3, 31, 15, tzinfo=UTC)
    assert selection.until == datetime(2026, 4, 2, 15, tzinfo=UTC)


def test_without_a_zone_they_are_those_of_the_computer(studio):
    scope = scope_of(studio.store, Asked(since=date(2026, 4, 1)), local_user("keiko"), zone=None)
    assert scope.selection.since == datetime(2026, 4, 1).astimezone()


def test_a_period_that_ends_before_it_begins_is_refused():
    assert Asked(since=date(2026, 4, 1), until=date(2026, 4, 1))
    with pytest.raises(InvalidPeriodError, match="before it begins"):
        Asked(since=date(2026, 4, 2), until=date(2026, 4, 1))


def test_nobody_sees_projects_of_others(studio):
    other = create_project(studio.store, "Boots", by="ren").id
    assert ask(studio, lead(1)).project_ids == (1,)
    assert set(ask(studio).project_ids) == {1, other}
    with pytest.raises(NotFoundError, match=f"There is no project number {other}"):
        ask(studio, lead(1), project=other)


def test_single_people_are_shown_of_projects_that_have_it_switched_on_alone(studio):
    other = create_project(studio.store, "Boots", by="ren").id
    with pytest.raises(NoPersonsError, match="an admin can switch them on"):
        ask(studio, by=Dimension.PERSON)
    show_persons(studio.store, other)
    assert [project.id for project in ask(studio, by=Dimension.PERSON).by_person] == [other]
    with pytest.raises(NoPersonsError):
        ask(studio, lead(1), by=Dimension.PERSON)


def test_a_version_that_there_is_not_is_said(studio):
    with pytest.raises(NotFoundError, match="no model version number 999"):
        ask(studio, model=999)
    with pytest.raises(NotFoundError, match="“fluffy”"):
        model_called(studio.store, "fluffy")
    name = "closed-form"
    assert ask(studio, model=model_called(studio.store, name)).models[model_called(studio.store, name)] == name
