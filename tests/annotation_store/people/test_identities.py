import pytest

from annotation_store.errors import SignInRefusedError
from annotation_store.events import recent_events
from annotation_store.kinds import Role
from annotation_store.people import accounts
from annotation_store.people.identities import Identity, recognise
from annotation_store.people.invitations import invite, list_open, withdraw


def identity(subject="248289", email="keiko@example.com", *, issuer="https://id.example", name="", display_name=""):
    return Identity(issuer=issuer, subject=subject, email=email, name=name, display_name=display_name)


def test_an_account_is_bound_by_its_address_once_and_then_known_by_the_subject(store, enrol):
    keiko = enrol("keiko", email="keiko@example.com")
    assert recognise(store, identity()).id == keiko.id
    assert recent_events(store)[0].action == "person.identified"
    assert recognise(store, identity(email=None)).id == keiko.id
    assert recognise(store, identity(email="new@example.com")).id == keiko.id


def test_another_subject_with_the_same_address_is_somebody_else(store, enrol):
    enrol("keiko", email="keiko@example.com")
    recognise(store, identity())
    for stranger in (identity("999"), identity(issuer="https://other.example")):
        with pytest.raises(SignInRefusedError, match="no account here"):
            recognise(store, stranger)


def test_an_open_invitation_makes_the_account_with_its_role(store):
    link = invite(store, role=Role.REVIEWER, project_ids=[1], email="keiko@example.com", by="ren")
    keiko = recognise(store, identity(name="Keiko.T", display_name="田中 恵子"))
    assert (keiko.name, keiko.display_name, keiko.role, keiko.email) == (
        "keiko.t",
        "田中 恵子",
        Role.REVIEWER,
        "keiko@example.com",
    )
    assert accounts.memberships(store) == {keiko.id: {1}}
    assert list_open(store) == ()
    assert link.invitation.created_by == keiko.created_by
    assert recognise(store, identity()).id == keiko.id


def test_nobody_else_comes_in(store, enrol):
    enrol("ren")
    link = invite(store, role=Role.ADMIN, project_ids=[], email="keiko@example.com", by="ren")
    for stranger in (identity(email=None), identity(email="mallory@example.com")):
        with pytest.raises(SignInRefusedError):
            recognise(store, stranger)
    withdraw(store, link.invitation.id, by="ren")
    with pytest.raises(SignInRefusedError):
        recognise(store, identity())
    assert len(accounts.list_people(store)) == 1


def test_an_invitation_without_an_address_is_for_whoever_has_the_link(store):
    invite(store, role=Role.OPERATOR, project_ids=[], email=None, by="ren")
    with pytest.raises(SignInRefusedError):
        recognise(store, identity())


def test_who_is_shut_out_does_not_come_in_by_identity_either(store, enrol):
    keiko = enrol("keiko", email="keiko@example.com")
    recognise(store, identity())
    accounts.disable(store, keiko.id, by="ren")
    with pytest.raises(SignInRefusedError):
        recognise(store, identity())
    aiko = enrol("aiko", email="aiko@example.com")
    accounts.disable(store, aiko.id, by="ren")
    with pytest.raises(SignInRefusedError):
        recognise(store, identity("7", email="aiko@example.com"))
    assert accounts.get_person(store, aiko.id).oidc_subject is None


@pytest.mark.parametrize(
    ("called", "name"),
    [
        ("Keiko Tanaka", "keiko-tanaka"),
        ("keiko@corp.example", "keiko"),
        ("恵子", "person"),
        ("", "k.tanaka"),
        ("studio", "studio-2"),
        ("a", "a-2"),
        ("x" * 90, "x" * 36),
    ],
)
def test_a_new_account_is_named_as_like_as_can_be(store, called, name):
    invite(store, role=Role.OPERATOR, project_ids=[], email="k.tanaka@example.com", by="ren")
    person = recognise(store, identity(email="k.tanaka@example.com", name=called, display_name="\x00"))
    assert (person.name, person.display_name) == (name, name)


def test_a_taken_name_gets_a_number(store, enrol):
    enrol("keiko")
    invite(store, role=Role.OPERATOR, project_ids=[], email="keiko@example.com", by="ren")
    assert recognise(store, identity()).name == "keiko-2"
