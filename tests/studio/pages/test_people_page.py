import re

import gradio as gr
import pytest
from small_accounts import PASSWORD, enrol

from annotation_store.kinds import Role
from annotation_store.people import accounts
from annotation_store.people.invitations import join
from studio.pages.people import build_people_page
from studio.sign_in.visitor import Visitor


@pytest.fixture
def page(functions, monkeypatch):
    monkeypatch.setattr("studio.pages.people._base", lambda _studio, _request: "https://matte.example.com")
    return functions(build_people_page)


@pytest.fixture
def mika(studio):
    enrol(studio.store, "keiko", Role.ADMIN)
    return enrol(studio.store, "mika")


def test_a_studio_without_accounts_says_what_to_do(page):
    assert "--accounts" in page("open_page", None)[0]


def test_everybody_is_listed_with_role_and_projects(page, mika):
    people, _new, chosen, _theirs = page("open_page", mika.id)
    assert re.search(r"mika.*?Operator.*?General.*?active", people, re.DOTALL)
    assert re.search(r"keiko.*?Admin.*?All projects", people, re.DOTALL)
    assert chosen["value"] == mika.id
    assert page("show", mika.id) == ("operator", [1], "Shut out")


def test_a_link_invites_somebody_once(studio, page):
    link, answer = page("make_link", "reviewer", [1], " ")
    assert "copy it now" in answer
    token = re.fullmatch(r"https://matte\.example\.com/join/(\S+)", link["value"]).group(1)
    person = join(studio.store, token, name="ren", display_name="Ren", password=PASSWORD)
    assert (person.role, accounts.memberships(studio.store)[person.id]) == (Role.REVIEWER, {1})


def test_a_link_for_a_new_password_is_offered(page, mika):
    assert "/new-password/" in page("offer", mika.id)[0]["value"]
    assert "Choose a person" in page("offer", None)[1]


def test_role_and_projects_are_changed(studio, page, mika):
    assert "Saved" in page("keep", mika.id, "lead", [])
    person = accounts.get_person(studio.store, mika.id)
    assert (person.role, accounts.memberships(studio.store).get(mika.id)) == (Role.LEAD, None)


def test_somebody_is_shut_out_and_let_in_again_but_never_the_last_admin(studio, page, mika):
    assert "cannot come in" in page("shut_or_let_in", mika.id)
    assert not accounts.get_person(studio.store, mika.id).active
    assert "can come in again" in page("shut_or_let_in", mika.id)
    assert accounts.get_person(studio.store, mika.id).active
    keiko = accounts.person_named(studio.store, "keiko")
    assert "notice-bad" in page("shut_or_let_in", keiko.id)
    assert "notice-bad" in page("keep", keiko.id, "lead", [1])
    assert accounts.get_person(studio.store, keiko.id).role is Role.ADMIN


def test_nobody_but_an_admin_gets_anything(page, mika, ask_as):
    ask_as(Visitor(name="ren", display_name="Ren", role=Role.LEAD, projects=frozenset({1}), person_id=4))
    for name, arguments in (
        ("open_page", (None,)),
        ("show", (mika.id,)),
        ("make_link", ("admin", [1], "")),
        ("offer", (mika.id,)),
        ("keep", (mika.id, "admin", [1])),
        ("shut_or_let_in", (mika.id,)),
    ):
        with pytest.raises(gr.Error, match="ask the lead"):
            page(name, *arguments)
