import json

import pytest
from small_accounts import CHEAP, PASSWORD, enrol
from sqlalchemy import update
from typer.main import get_group

from annotation_store import schema
from annotation_store.errors import LinkSpentError, SignInRefusedError
from annotation_store.events import recent_events
from annotation_store.kinds import QueuePolicy, Role
from annotation_store.people import accounts, passwords
from annotation_store.people.credentials import check_credentials
from annotation_store.people.invitations import choose_new_password, join, open_invitation
from annotation_store.people.sign_ins import Lifetime, begin_sign_in, list_sign_ins
from studio.commands.people import users

COMMANDS = sorted(get_group(users).commands)


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch):
    monkeypatch.setattr(passwords, "hasher", CHEAP)


@pytest.fixture
def keiko(store):
    return enrol(store, "keiko", email="keiko@example.com")


@pytest.fixture
def glass(store):
    """A second project."""
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


def token_in(result):
    return result.stdout.strip().rsplit("/", 1)[1]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_examples(run, command):
    result = run("users", command, "--help")
    assert result.exit_code == 0
    assert f"Examples:\n    python app.py users {command}" in result.stdout


def test_users_by_itself_tells_what_there_is(run):
    assert all(command in run("users").output for command in COMMANDS)


def test_everybody_is_listed_with_open_invitations(run, store, keiko):
    accounts.disable(store, enrol(store, "ren").id, by="keiko")
    run("users", "invite", "--role", "lead", "--email", "aiko@example.com")
    lines = run("users", "list").stdout.splitlines()
    assert [cell.strip() for cell in lines[2].strip("|").split("|")][:6] == [
        "keiko",
        "Keiko",
        "operator",
        "General",
        "keiko@example.com",
        "active",
    ]
    assert "shut out" in lines[3]
    assert [cell.strip() for cell in lines[7].strip("|").split("|")][1:5] == [
        "lead",
        "General",
        "aiko@example.com",
        "keiko",  # the operator of the shell
    ]


def test_the_list_comes_as_json_for_scripts(run, store, keiko):
    for _ in range(5):
        with pytest.raises(SignInRefusedError):
            check_credentials(store, "keiko", "wrong horse battery")
    run("users", "invite", "--role", "admin")
    told = json.loads(run("users", "list", "--json").stdout)
    assert told["people"] == [
        {
            "name": "keiko",
            "display_name": "Keiko",
            "role": "operator",
            "projects": ["General"],
            "email": "keiko@example.com",
            "state": "locked",
            "since": f"{keiko.created_at:%Y-%m-%d}",
        }
    ]
    assert [each["role"] for each in told["invitations"]] == ["admin"]
    assert "argon2" not in json.dumps(told)


def test_an_invitation_is_a_link_that_makes_an_account(run, store):
    result = run("users", "invite", "--role", "reviewer", "--email", "ren@example.com")
    assert result.exit_code == 0
    assert result.stdout.startswith("http://127.0.0.1:7860/join/")
    assert "works once" in result.stderr
    assert "MATTELOOP_PUBLIC_URL" in result.stderr
    ren = join(store, token_in(result), name="ren", display_name="", password=PASSWORD)
    assert (ren.role, ren.email, ren.created_by) == (Role.REVIEWER, "ren@example.com", "keiko")
    assert accounts.memberships(store)[ren.id] == {1}


def test_links_lead_to_where_people_find_the_studio(run, store, keiko, monkeypatch):
    monkeypatch.setenv("MATTELOOP_ACCOUNTS", "true")
    monkeypatch.setenv("MATTELOOP_PUBLIC_URL", "https://matte.example.com/")
    result = run("users", "invite", "--role", "operator")
    assert result.stdout.startswith("https://matte.example.com/join/")
    assert "PUBLIC_URL" not in result.stderr
    assert run("users", "new-password", "keiko").stdout.startswith("https://matte.example.com/new-password/")


def test_who_is_invited_belongs_to_the_named_projects(run, store, glass):
    refused = run("users", "invite", "--role", "operator")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr == "error: say to which projects the person is to belong, with --project: General, Glass\n"
    result = run("users", "invite", "--role", "operator", "--project", "Glass")
    assert open_invitation(store, token_in(result)).project_ids == [glass]
    assert run("users", "invite", "--role", "admin").exit_code == 0
    unknown = run("users", "invite", "--role", "operator", "--project", "Hair")
    assert unknown.stderr == "error: there is no project Hair: there are General, Glass\n"


def test_an_archived_project_is_no_choice(run, store, glass):
    with store.database.write() as session:
        session.execute(update(schema.Project).filter_by(id=glass).values(archived_at=schema.Project.created_at))
    assert open_invitation(store, token_in(run("users", "invite", "--role", "operator"))).project_ids == [1]


def test_an_invitation_is_withdrawn_by_its_number(run, store):
    token = token_in(run("users", "invite", "--role", "operator"))
    number = open_invitation(store, token).id
    assert run("users", "withdraw", number).exit_code == 0
    with pytest.raises(LinkSpentError):
        open_invitation(store, token)
    assert run("users", "withdraw", number).stderr.startswith(f"error: There is no open invitation number {number}")


def test_a_role_is_changed_and_the_shells_operator_noted(run, store, keiko):
    assert run("users", "role", "Keiko", "lead").stdout == "keiko is lead now.\n"
    assert accounts.get_person(store, keiko.id).role is Role.LEAD
    assert recent_events(store)[0].actor == "keiko"
    assert run("users", "role", "keiko", "emperor").exit_code == 2


def test_projects_are_set_by_name(run, store, keiko, glass):
    assert run("users", "projects", "keiko", "Glass").stdout == "keiko belongs to Glass now.\n"
    assert accounts.memberships(store) == {keiko.id: {glass}}
    assert run("users", "projects", "keiko").stdout == "keiko belongs to no project now.\n"
    assert accounts.memberships(store) == {}


def test_somebody_is_shut_out_and_let_in_again(run, store, keiko):
    begin_sign_in(store, keiko.id, browser="", lifetime=Lifetime())
    assert run("users", "disable", "keiko").exit_code == 0
    assert list_sign_ins(store, keiko.id) == ()
    assert not accounts.get_person(store, keiko.id).active
    assert run("users", "enable", "keiko").exit_code == 0
    assert check_credentials(store, "keiko", PASSWORD)


def test_the_last_admin_stays(run, store):
    enrol(store, "ren", Role.ADMIN)
    for command in (("disable", "ren"), ("role", "ren", "lead")):
        result = run("users", *command)
        assert (result.exit_code, result.stderr) == (
            1,
            "error: ren is the only admin: make somebody else an admin first.\n",
        )


def test_a_new_password_is_chosen_by_a_link(run, store, keiko):
    token = token_in(run("users", "new-password", "keiko"))
    choose_new_password(store, token, "another long one")
    assert check_credentials(store, "keiko", "another long one")


def test_somebody_is_signed_out_everywhere(run, store, keiko):
    for _ in range(2):
        begin_sign_in(store, keiko.id, browser="", lifetime=Lifetime())
    assert run("users", "sign-out", "keiko").stdout == "2 sign-ins ended.\n"


@pytest.mark.parametrize(
    "command",
    [("role", "mallory", "lead"), ("projects", "mallory"), *((each, "mallory") for each in ("disable", "enable"))],
)
def test_an_unknown_name_is_said(run, store, command):
    result = run("users", *command)
    assert (result.exit_code, result.stderr) == (
        1,
        "error: Nobody here is called “mallory”: look at the list of people.\n",
    )


@pytest.mark.parametrize("command", [("list",), ("invite", "--role", "operator"), ("disable", "keiko")])
def test_no_studio_is_made_by_a_mistyped_folder(run, tmp_path, command):
    result = run("users", *command, "--data-dir", "mistyped")
    assert result.stderr.startswith("error: there is no studio in mistyped: ")
    assert list(tmp_path.iterdir()) == []
