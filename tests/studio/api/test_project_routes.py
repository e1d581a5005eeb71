from annotation_store.kinds import Role
from annotation_store.projects import create_project
from studio.sign_in.visitor import Visitor


def test_the_projects_of_a_person_are_told_with_how_they_are_worked_on(client, studio, come_as):
    glass = create_project(studio.store, "Glass", by="keiko")
    assert [each["name"] for each in client.get("/api/v1/projects").json()["projects"]] == ["General", "Glass"]
    come_as(Visitor("ren", "Ren", Role.OPERATOR, frozenset({glass.id}), 4))
    (told,) = client.get("/api/v1/projects").json()["projects"]
    assert (told["id"], told["name"], told["four_eyes"], told["policy"]) == (glass.id, "Glass", False, "first_in")


def test_who_belongs_to_none_is_told_of_none(client, come_as):
    come_as(Visitor("ren", "Ren", Role.OPERATOR, frozenset(), 4))
    assert client.get("/api/v1/projects").json() == {"projects": [], "after": None}
