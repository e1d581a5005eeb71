"""What each role may do. A role that stands higher may do all that those below it may."""

from collections.abc import Mapping
from enum import StrEnum

from annotation_store.kinds import Role


class Ability(StrEnum):
    """A kind of thing that a person may be allowed to do, in the projects that they belong to."""

    LOOK = "look"  # at images and their mattes
    CORRECT = "correct"  # draw, skip, flag, pin notes, submit; approve where a project does not ask for four eyes
    REVIEW = "review"  # approve what others submitted, return it, restore an older matte
    LEAD = "lead"  # take photos in, export, write guidelines, order the queue, train, choose the live model
    ADMINISTER = "administer"  # invite people, make projects; see every project


_ADDED: Mapping[Role, frozenset[Ability]] = {
    Role.OPERATOR: frozenset({Ability.LOOK, Ability.CORRECT}),
    Role.REVIEWER: frozenset({Ability.REVIEW}),
    Role.LEAD: frozenset({Ability.LEAD}),
    Role.ADMIN: frozenset({Ability.ADMINISTER}),
}

ABILITIES: Mapping[Role, frozenset[Ability]] = {
    role: frozenset().union(*(_ADDED[lower] for lower in list(Role)[: place + 1])) for place, role in enumerate(Role)
}


def may(role: Role, ability: Ability) -> bool:
    """Whether a person of this role may do such a thing."""
    return ability in ABILITIES[role]
