from itertools import pairwise

import pytest
from sqlalchemy import select

from annotation_store import schema
from annotation_store.errors import InvalidNameError, LastAdminError, NotFoundError
from annotation_store.events import recent_events
from annotation_store.kinds import QueuePolicy, Role
from annotation_store.people import accounts
from annotation_store.people.sign_ins import Lifetime, begin_sign_in, list_sign_ins


@pytest.fixture
def second_project(store):
    with store.database.write() as session:
        project = schema.Project(
            name="Glass",
            tag="glass",
            guidelines="",
            policy=QueuePolicy.FIRST_IN,
            random_share=0.0,
            honeypot_share=0.0,
            four_eyes=False,
            created_by="ren",
        )
        session.add(project)
        session.flush()
        return project.id


def last_event(store):
    event = recent_events(store)[0]
    return event.actor, event.action, event.data


def test_a_store_begins_without_accounts(store, enrol):
    assert not accounts.has_accounts(store)
    enrol("keiko")
    assert accounts.has_accounts(store)


def test_a_person_is_found_by_number_and_by_name_however_written(store, enrol):
    keiko = enrol("keiko")
    assert accounts.get_person(store, keiko.id) == accounts.person_named(store, " KEIKO ") == keiko
    assert (keiko.display_name, keiko.role, keiko.created_by, keiko.active) == ("Keiko", Role.OPERATOR, "ren", True)


def test_a_record_of_a_person_holds_no_hash(enrol):
    assert "argon2" not in repr(enrol("keiko"))


def test_everybody_is_listed_by_name_and_who_is_shut_out_last(store, enrol):
    people = {name: enrol(name) for name in ("ren", "keiko", "aiko")}
    accounts.disable(store, people["aiko"].id, by="ren")
    assert [person.name for person in accounts.list_people(store)] == ["keiko", "ren", "aiko"]


def test_a_change_of_role_is_told(store, enrol):
    keiko = enrol("keiko")
    assert accounts.change_role(store, keiko.id, Role.LEAD, by="ren").role is Role.LEAD
    told = {"person_id": keiko.id, "name": "keiko", "was": "operator", "role": "lead"}
    assert last_event(store) == ("ren", "person.role_changed", told)


def test_the_name_that_is_shown_changes_and_the_name_stays(store, enrol):
    keiko = enrol("keiko")
    renamed = accounts.change_display_name(store, keiko.id, " 恵子 ", by="keiko")
    assert (renamed.name, renamed.display_name) == ("keiko", "恵子")
    assert last_event(store)[1] == "person.renamed"
    with pytest.raises(InvalidNameError):
        accounts.change_display_name(store, keiko.id, " ", by="keiko")


def test_somebody_belongs_to_the_projects_that_were_set_and_no_other(store, enrol, second_project):
    keiko, ren = enrol("keiko"), enrol("ren", project_ids=())
    assert accounts.memberships(store) == {keiko.id: {1}}
    accounts.set_projects(store, keiko.id, [second_project, 1, 1], by="ren")
    accounts.set_projects(store, ren.id, [second_project], by="ren")
    assert accounts.memberships(store) == {keiko.id: {1, second_project}, ren.id: {second_project}}
    accounts.set_projects(store, keiko.id, [], by="ren")
    assert accounts.memberships(store) == {ren.id: {second_project}}
    assert last_event(store)[1:] == (
        "person.projects_changed",
        {"person_id": keiko.id, "name": "keiko", "project_ids": []},
    )


def test_an_unknown_project_changes_nothing(store, enrol):
    keiko = enrol("keiko")
    with pytest.raises(NotFoundError, match="no project number 99"):
        accounts.set_projects(store, keiko.id, [99], by="ren")
    assert accounts.memberships(store) == {keiko.id: {1}}


def test_shutting_somebody_out_ends_all_their_sign_ins(store, enrol):
    keiko, ren = enrol("keiko"), enrol("ren")
    for person in (keiko, keiko, ren):
        begin_sign_in(store, person.id, browser="", lifetime=Lifetime())
    assert not accounts.disable(store, keiko.id, by="ren").active
    assert list_sign_ins(store, keiko.id) == ()
    assert len(list_sign_ins(store, ren.id)) == 1
    assert last_event(store) == ("ren", "person.disabled", {"person_id": keiko.id, "name": "keiko"})
    assert accounts.enable(store, keiko.id, by="ren").active
    assert list_sign_ins(store, keiko.id) == ()


def test_the_last_admin_can_be_neither_shut_out_nor_demoted(store, enrol):
    ren, keiko = enrol("ren", Role.ADMIN), enrol("keiko", Role.ADMIN)
    accounts.disable(store, keiko.id, by="ren")
    for change in (
        lambda: accounts.disable(store, ren.id, by="ren"),
        lambda: accounts.change_role(store, ren.id, Role.LEAD, by="ren"),
    ):
        with pytest.raises(LastAdminError, match="ren is the only admin"):
            change()
    assert accounts.get_person(store, ren.id) == ren
    accounts.change_role(store, keiko.id, Role.LEAD, by="ren")  # who is shut out does not count as one
    accounts.enable(store, keiko.id, by="ren")
    accounts.change_role(store, keiko.id, Role.ADMIN, by="ren")
    assert accounts.change_role(store, ren.id, Role.LEAD, by="keiko").role is Role.LEAD


def test_the_last_admin_may_stay_one(store, enrol):
    ren = enrol("ren", Role.ADMIN)
    assert accounts.change_role(store, ren.id, Role.ADMIN, by="ren").role is Role.ADMIN


def test_an_unknown_person_is_not_found(store):
    for change in (
        lambda: accounts.get_person(store, 7),
        lambda: accounts.change_role(store, 7, Role.LEAD, by="ren"),
        lambda: accounts.change_display_name(store, 7, "x", by="ren"),
        lambda: accounts.set_projects(store, 7, [], by="ren"),
        lambda: accounts.disable(store, 7, by="ren"),
        lambda: accounts.enable(store, 7, by="ren"),
    ):
        with pytest.raises(NotFoundError, match="no person number 7"):
            change()
    with pytest.raises(NotFoundError, match="Nobody here is called “mallory”"):
        accounts.person_named(store, "mallory")


def test_events_of_people_are_kept_in_order(store, enrol):
    keiko = enrol("keiko")
    accounts.disable(store, keiko.id, by="ren")
    accounts.enable(store, keiko.id, by="ren")
    with store.database.read() as session:
        told = session.scalars(select(schema.Event).order_by(schema.Event.id)).all()
    assert [event.action for event in told][-4:] == [
        "invitation.made",
        "person.joined",
        "person.disabled",
        "person.enabled",
    ]
    assert all(earlier.at <= later.at for earlier, later in pairwise(told))
