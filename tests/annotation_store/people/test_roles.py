import pytest

from annotation_store.kinds import Role
from annotation_store.people.roles import ABILITIES, Ability, may

# Written out a second time on purpose: a change of the table has to be meant twice.
ALLOWED = {
    Role.OPERATOR: "look correct",
    Role.REVIEWER: "look correct review",
    Role.LEAD: "look correct review lead",
    Role.ADMIN: "look correct review lead administer",
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("ability", Ability)
def test_each_role_may_do_what_is_written_here_and_nothing_else(role, ability):
    assert may(role, ability) is (ability.value in ALLOWED[role].split())


def test_every_role_has_its_row_in_the_table():
    assert set(ABILITIES) == set(Role)
