from annotation_store.kinds import Role
from studio.sign_in.visitor import Visitor


def test_the_local_user_may_do_everything(client):
    me = client.get("/api/v1/me").json()
    assert (me["name"], me["has_account"]) == ("keiko", False)
    assert me["abilities"] == ["look", "correct", "review", "lead", "administer"]
    assert [project["name"] for project in me["projects"]] == ["General"]


def test_a_person_is_told_their_abilities_and_their_own_projects_only(client, come_as):
    come_as(Visitor(name="mika", display_name="Mika", role=Role.OPERATOR, projects=frozenset({2}), person_id=3))
    assert client.get("/api/v1/me").json() == {
        "name": "mika",
        "display_name": "Mika",
        "has_account": True,
        "abilities": ["look", "correct"],
        "projects": [],
    }


def test_nobody_is_told_nothing(client, come_as):
    come_as(None)
    assert client.get("/api/v1/me").status_code == 401
