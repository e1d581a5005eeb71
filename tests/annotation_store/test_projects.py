from dataclasses import replace

import pytest

from annotation_store.errors import InvalidProjectError, NotFoundError
from annotation_store.events import recent_events
from annotation_store.kinds import QueuePolicy
from annotation_store.projects import (
    FIRST_PROJECT,
    ProjectSettings,
    archive_project,
    change_settings,
    create_project,
    get_project,
    list_projects,
    project_named,
    rename_project,
    unarchive_project,
)


def told(store):
    return [(event.actor, event.action, event.data) for event in reversed(recent_events(store))]


def test_a_new_project_has_plain_settings_unless_others_are_given(store):
    plain = create_project(store, "  Red   shoes ", by="ren")
    assert (plain.name, plain.created_by, plain.archived_at) == ("Red shoes", "ren", None)
    assert ProjectSettings.of(plain) == ProjectSettings()
    assert plain.guidelines_at is None
    chosen = ProjectSettings(
        tag="hair",
        guidelines="# How",
        policy=QueuePolicy.DIVERSE,
        random_share=0.1,
        honeypot_share=0.5,
        four_eyes=True,
        bulk_confidence=0.95,
    )
    project = create_project(store, "Bags", by="ren", settings=chosen)
    assert ProjectSettings.of(project) == chosen
    assert project.guidelines_at is not None
    assert get_project(store, project.id) == project
    assert told(store)[-1] == ("ren", "project.created", {"project_id": project.id, "name": "Bags"})


@pytest.mark.parametrize("name", ["", " \n ", "x" * 81, "general", "GENERAL ", "Ｇｅｎｅｒａｌ"])
def test_a_name_that_is_no_name_or_taken_is_refused(store, name):
    other = create_project(store, "Bags", by="ren")
    with pytest.raises(InvalidProjectError):
        create_project(store, name, by="ren")
    with pytest.raises(InvalidProjectError):
        rename_project(store, other.id, name, by="ren")
    assert [project.name for project in list_projects(store)] == ["Bags", "General"]


def test_names_of_one_to_eighty_characters_are_taken(store):
    for name in ("x", "靴" * 80):
        assert create_project(store, name, by="ren").name == name


def test_a_project_is_renamed_also_into_its_own_name_in_another_case(store):
    assert rename_project(store, FIRST_PROJECT, "GENERAL", by="ren").name == "GENERAL"
    rename_project(store, FIRST_PROJECT, "GENERAL", by="ren")
    data = {"project_id": FIRST_PROJECT, "before": "General", "after": "GENERAL"}
    assert told(store) == [("ren", "project.renamed", data)]


def test_changed_settings_are_kept_and_the_trail_tells_what_changed(store):
    before = ProjectSettings.of(get_project(store, FIRST_PROJECT))
    after = replace(before, policy=QueuePolicy.HARDEST_FIRST, random_share=0.25)
    project = change_settings(store, FIRST_PROJECT, after, by="ren")
    assert ProjectSettings.of(project) == ProjectSettings.of(get_project(store, FIRST_PROJECT)) == after
    assert project.guidelines_at is None
    change_settings(store, FIRST_PROJECT, after, by="joe")
    changes = {"policy": ["first_in", "hardest_first"], "random_share": [0.0, 0.25]}
    assert told(store) == [("ren", "project.changed", {"project_id": FIRST_PROJECT, "changes": changes})]


def test_guidelines_say_since_when_they_stand(store):
    project = change_settings(store, FIRST_PROJECT, ProjectSettings(guidelines="# How"), by="ren")
    assert project.guidelines_at is not None
    later = change_settings(store, FIRST_PROJECT, ProjectSettings(guidelines="# How", tag="hair"), by="ren")
    assert later.guidelines_at == project.guidelines_at


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"random_share": 0.51}, "share by lot is 0.51: choose a number from 0 to 0.5"),
        ({"random_share": -0.01}, "share by lot"),
        ({"random_share": float("nan")}, "share by lot"),
        ({"honeypot_share": 0.6}, "share of honeypots"),
        ({"bulk_confidence": 1.01}, "from 0 to 1"),
        ({"bulk_confidence": -1}, "from 0 to 1"),
        ({"tag": "x" * 81}, "tag has 81 characters: shorten it to 80"),
        ({"guidelines": "x" * 200_001}, "guidelines has 200001 characters"),
    ],
)
def test_settings_out_of_range_are_refused_in_words(settings, sentence):
    with pytest.raises(InvalidProjectError, match=sentence):
        ProjectSettings(**settings)


def test_the_ends_of_the_ranges_are_allowed():
    ProjectSettings(random_share=0.5, honeypot_share=0.5, bulk_confidence=0)
    ProjectSettings(random_share=0, honeypot_share=0, bulk_confidence=1, tag="x" * 80)


def test_an_archived_project_comes_last_and_can_come_back(store):
    bags = create_project(store, "Bags", by="ren")
    for _ in range(2):
        assert archive_project(store, bags.id, by="ren").archived_at is not None
    assert [project.name for project in list_projects(store)] == ["General", "Bags"]
    for _ in range(2):
        assert unarchive_project(store, bags.id, by="joe").archived_at is None
    assert [project.name for project in list_projects(store)] == ["Bags", "General"]
    data = {"project_id": bags.id}
    assert told(store)[1:] == [("ren", "project.archived", data), ("joe", "project.unarchived", data)]


def test_a_project_is_found_by_its_name_in_any_case(store):
    bags = create_project(store, "Bags", by="ren")
    assert project_named(store, " bAGS") == bags
    with pytest.raises(NotFoundError, match="no project “Shoes”: choose one of “Bags”, “General”"):
        project_named(store, "Shoes")


@pytest.mark.parametrize(
    "change",
    [
        lambda store: rename_project(store, 9, "Shoes", by="ren"),
        lambda store: change_settings(store, 9, ProjectSettings(), by="ren"),
        lambda store: archive_project(store, 9, by="ren"),
        lambda store: unarchive_project(store, 9, by="ren"),
    ],
)
def test_an_unknown_project_is_not_found(store, change):
    with pytest.raises(NotFoundError, match="no project number 9"):
        change(store)
