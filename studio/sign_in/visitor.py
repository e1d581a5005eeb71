"""Whoever a request comes from, as everything behind the door sees them."""

from dataclasses import dataclass

from starlette.types import Scope

from annotation_store.kinds import Role
from annotation_store.people.roles import Ability, may

_KEY = "visitor"


@dataclass(frozen=True, slots=True)
class Visitor:
    """name: what stands beside everything that they do. projects: those that they belong to, None for all.

    person_id: their account, None for the one local user of a studio without accounts. scopes: what a script that acts
    for them may do, as far as they may; None for the person themselves.
    """

    name: str
    display_name: str
    role: Role
    projects: frozenset[int] | None
    person_id: int | None
    scopes: frozenset[Ability] | None = None

    def may(self, ability: Ability) -> bool:
        return may(self.role, ability) and (self.scopes is None or ability in self.scopes)

    def sees(self, project_id: int) -> bool:
        """Whether they belong to the project."""
        return self.projects is None or project_id in self.projects


def local_user(name: str) -> Visitor:
    """The one person in front of a studio that has no accounts: everything is theirs."""
    return Visitor(name=name, display_name=name, role=Role.ADMIN, projects=None, person_id=None)


def let_in(scope: Scope, visitor: Visitor) -> None:
    """Note in the request who it comes from; only the door does so, once it knows."""
    scope.setdefault("state", {})[_KEY] = visitor


def visitor_of(scope: Scope) -> Visitor | None:
    """Who the request comes from; None for a path that is open to everybody."""
    visitor: Visitor | None = scope.get("state", {}).get(_KEY)
    return visitor
