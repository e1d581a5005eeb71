import threading

import pytest
from small_accounts import PASSWORD
from sqlalchemy import select

from annotation_store import schema
from annotation_store.errors import (
    InvalidNameError,
    InvalidPasswordError,
    LinkSpentError,
    NameTakenError,
    NotFoundError,
    SignInRefusedError,
)
from annotation_store.events import recent_events
from annotation_store.kinds import InvitationKind, Role
from annotation_store.people import accounts
from annotation_store.people.credentials import check_credentials
from annotation_store.people.invitations import (
    choose_new_password,
    invite,
    join,
    list_open,
    offer_first_admin,
    offer_new_password,
    open_invitation,
    withdraw,
)
from annotation_store.people.sign_ins import Lifetime, begin_sign_in, list_sign_ins
from annotation_store.people.tokens import hash_of

NEW = "another long one"


@pytest.fixture
def link(store):
    return invite(store, role=Role.REVIEWER, project_ids=[1], email="Keiko@Example.com", by="ren")


def join_as(store, link, name="keiko"):
    return join(store, link.token, name=name, display_name="", password=PASSWORD)


def at_the_same_time(*acts):
    """Run all at once; returns their results, or the errors that they raised."""
    together, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        together.wait()
        try:
            results[place] = act()
        except Exception as error:
            results[place] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_who_follows_a_link_gets_the_role_projects_and_address_of_the_invitation(store, link):
    keiko = join(store, link.token, name="Keiko", display_name="田中 恵子", password=PASSWORD)
    assert (keiko.name, keiko.display_name, keiko.role, keiko.email, keiko.created_by) == (
        "keiko",
        "田中 恵子",
        Role.REVIEWER,
        "keiko@example.com",
        "ren",
    )
    assert accounts.memberships(store) == {keiko.id: {1}}
    assert check_credentials(store, "keiko", PASSWORD) == keiko
    told = recent_events(store, limit=50)
    assert {"invitation.made", "person.joined"} <= {event.action for event in told}


def test_without_a_name_to_be_shown_the_name_is_shown(store, link):
    assert join_as(store, link).display_name == "keiko"


def test_the_store_keeps_only_the_hash_of_a_link(store, link):
    store.database.close()
    assert not any(link.token.encode() in path.read_bytes() for path in store.folder.iterdir() if path.is_file())
    with store.database.read() as session:
        assert session.scalar(select(schema.Invitation.token_hash)) == hash_of(link.token)


def test_a_link_works_once(store, link):
    assert open_invitation(store, link.token).kind is InvitationKind.JOIN
    join_as(store, link)
    for use in (lambda: join_as(store, link, "ren"), lambda: open_invitation(store, link.token)):
        with pytest.raises(LinkSpentError, match="does not work any more"):
            use()
    assert len(accounts.list_people(store)) == 1


def test_a_link_works_once_even_if_many_come_at_the_same_moment(store, link):
    results = at_the_same_time(*(lambda number=number: join_as(store, link, f"keiko{number}") for number in range(6)))
    assert sum(isinstance(result, LinkSpentError) for result in results) == 5
    assert len(accounts.list_people(store)) == 1


def test_two_who_want_the_same_name_at_the_same_moment_do_not_both_get_it(store, link):
    other = invite(store, role=Role.OPERATOR, project_ids=[], email=None, by="ren")
    results = at_the_same_time(lambda: join_as(store, link), lambda: join_as(store, other))
    assert sum(isinstance(result, NameTakenError) for result in results) == 1
    assert [person.name for person in accounts.list_people(store)] == ["keiko"]
    unused = link if isinstance(results[0], NameTakenError) else other
    assert join_as(store, unused, "ren").name == "ren"


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"name": "k"}, InvalidNameError),
        ({"name": "studio"}, InvalidNameError),
        ({"display_name": "x" * 81}, InvalidNameError),
        ({"password": "short"}, InvalidPasswordError),
        ({"name": "keiko.tanaka", "password": "Keiko.Tanaka"}, InvalidPasswordError),
    ],
)
def test_a_slip_does_not_use_the_link_up(store, link, given, error):
    sound = {"name": "keiko", "display_name": "Keiko", "password": PASSWORD}
    with pytest.raises(error):
        join(store, link.token, **{**sound, **given})
    assert join(store, link.token, **sound).name == "keiko"


def test_a_name_that_is_taken_is_refused_however_written(store, link, enrol):
    enrol("keiko")
    with pytest.raises(NameTakenError, match="“keiko” is taken"):
        join_as(store, link, "KEIKO")


def test_a_link_dies_after_a_week(store, link, standing_clock):
    standing_clock.pass_by(days=6, hours=23)
    assert open_invitation(store, link.token)
    standing_clock.pass_by(hours=2)
    with pytest.raises(LinkSpentError):
        join_as(store, link)


@pytest.mark.parametrize("token", ["", "x", "../../etc", "a" * 5000])
def test_a_made_up_link_does_not_work(store, link, token):
    for use in (
        lambda: open_invitation(store, token),
        lambda: join(store, token, name="keiko", display_name="", password=PASSWORD),
        lambda: choose_new_password(store, token, NEW),
    ):
        with pytest.raises(LinkSpentError):
            use()


def test_open_invitations_are_listed_and_can_be_withdrawn(store, link, enrol):
    enrol("ren")
    second = invite(store, role=Role.LEAD, project_ids=[], email=None, by="ren")
    assert [each.id for each in list_open(store)] == [link.invitation.id, second.invitation.id]
    withdraw(store, link.invitation.id, by="ren")
    assert [each.id for each in list_open(store)] == [second.invitation.id]
    assert recent_events(store)[0].action == "invitation.withdrawn"
    with pytest.raises(LinkSpentError):
        join_as(store, link)
    for number in (link.invitation.id, 99):
        with pytest.raises(NotFoundError, match=f"no open invitation number {number}"):
            withdraw(store, number, by="ren")


def test_nobody_is_invited_into_a_project_or_to_an_address_that_is_none(store, enrol):
    enrol("keiko", email="keiko@example.com")
    with pytest.raises(NotFoundError, match="no project number 9"):
        invite(store, role=Role.OPERATOR, project_ids=[9], email=None, by="ren")
    with pytest.raises(InvalidNameError):
        invite(store, role=Role.OPERATOR, project_ids=[], email="keiko", by="ren")
    with pytest.raises(NameTakenError, match="belongs to the account “keiko”"):
        invite(store, role=Role.OPERATOR, project_ids=[], email="KEIKO@example.com", by="ren")
    assert list_open(store) == ()


def test_the_first_admin_joins_by_the_newest_link_of_the_studio(store):
    older, newer = offer_first_admin(store), offer_first_admin(store)
    with pytest.raises(LinkSpentError):
        join_as(store, older)
    ren = join_as(store, newer, "ren")
    assert (ren.role, ren.created_by) == (Role.ADMIN, "studio")
    assert offer_first_admin(store) is None


def test_the_link_of_the_first_admin_dies_after_an_hour(store, standing_clock):
    link = offer_first_admin(store)
    standing_clock.pass_by(minutes=59)
    assert open_invitation(store, link.token)
    standing_clock.pass_by(minutes=2)
    with pytest.raises(LinkSpentError):
        join_as(store, link)


def test_the_link_of_the_first_admin_is_worth_nothing_once_there_is_somebody(store, enrol):
    link = offer_first_admin(store)
    enrol("keiko")
    with pytest.raises(LinkSpentError):
        join_as(store, link, "mallory")
    assert [person.name for person in accounts.list_people(store)] == ["keiko"]


def test_only_one_becomes_the_first_admin_if_many_try_at_the_same_moment(store):
    link = offer_first_admin(store)
    results = at_the_same_time(*(lambda number=number: join_as(store, link, f"ren{number}") for number in range(4)))
    assert sum(isinstance(result, LinkSpentError) for result in results) == 3


def test_a_new_password_ends_all_sign_ins_and_opens_a_locked_account(store, enrol):
    keiko = enrol("keiko")
    begin_sign_in(store, keiko.id, browser="", lifetime=Lifetime())
    for _ in range(5):
        with pytest.raises(SignInRefusedError):
            check_credentials(store, "keiko", "wrong horse battery")
    link = offer_new_password(store, keiko.id, by="ren")
    assert open_invitation(store, link.token).person_id == keiko.id
    assert choose_new_password(store, link.token, NEW).id == keiko.id
    assert list_sign_ins(store, keiko.id) == ()
    assert check_credentials(store, "keiko", NEW)
    with pytest.raises(LinkSpentError):
        choose_new_password(store, link.token, NEW)


def test_a_newer_link_to_a_new_password_replaces_the_older_one_of_that_person(store, enrol):
    keiko, ren = enrol("keiko"), enrol("ren")
    older, others = (offer_new_password(store, person.id, by="aiko") for person in (keiko, ren))
    newer = offer_new_password(store, keiko.id, by="aiko")
    with pytest.raises(LinkSpentError):
        choose_new_password(store, older.token, NEW)
    assert choose_new_password(store, newer.token, NEW)
    assert choose_new_password(store, others.token, NEW)


def test_a_link_to_a_new_password_lives_for_a_day_and_obeys_the_rules(store, enrol, standing_clock):
    keiko = enrol("keiko")
    link = offer_new_password(store, keiko.id, by="ren")
    with pytest.raises(InvalidPasswordError):
        choose_new_password(store, link.token, "short")
    standing_clock.pass_by(hours=25)
    with pytest.raises(LinkSpentError):
        choose_new_password(store, link.token, NEW)
    assert check_credentials(store, "keiko", PASSWORD)


def test_each_kind_of_link_is_good_for_its_own_purpose_only(store, link, enrol):
    keiko = enrol("aiko")
    password_link = offer_new_password(store, keiko.id, by="ren")
    with pytest.raises(LinkSpentError):
        join_as(store, password_link, "mallory")
    with pytest.raises(LinkSpentError):
        choose_new_password(store, link.token, NEW)


def test_who_is_shut_out_does_not_come_back_by_a_new_password(store, enrol):
    keiko = enrol("keiko")
    link = offer_new_password(store, keiko.id, by="ren")
    accounts.disable(store, keiko.id, by="ren")
    with pytest.raises(LinkSpentError):
        choose_new_password(store, link.token, NEW)


def test_an_unknown_person_gets_no_link(store):
    with pytest.raises(NotFoundError, match="no person number 7"):
        offer_new_password(store, 7, by="ren")
