from annotation_store.kinds import Role
from annotation_store.people.roles import Ability
from studio.sign_in.visitor import Visitor, let_in, local_user, visitor_of


def test_the_local_user_may_do_everything_in_every_project():
    visitor = local_user("keiko")
    assert all(visitor.may(ability) for ability in Ability)
    assert visitor.sees(1)
    assert visitor.sees(99)


def test_a_person_sees_the_projects_that_they_belong_to():
    visitor = Visitor(name="ren", display_name="Ren", role=Role.LEAD, projects=frozenset({2}), person_id=7)
    assert visitor.sees(2)
    assert not visitor.sees(1)
    assert not visitor.may(Ability.ADMINISTER)


def test_a_request_belongs_to_nobody_until_the_door_has_let_somebody_in():
    scope = {"type": "http"}
    assert visitor_of(scope) is None
    let_in(scope, local_user("keiko"))
    assert visitor_of(scope) == local_user("keiko")
