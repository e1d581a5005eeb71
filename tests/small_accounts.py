"""Accounts for tests: made as people make them, by hashes that cost nothing, on a clock that stands still."""

from datetime import datetime, timedelta

from argon2 import PasswordHasher

from annotation_store import clock
from annotation_store.kinds import Role
from annotation_store.people.invitations import invite, join
from annotation_store.records import PersonRecord
from annotation_store.store import Store

PASSWORD = "correct horse battery"  # noqa: S105
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class StandingClock:
    """Shows the same moment until it is moved."""

    def __init__(self) -> None:
        self.now = clock.utc_now()

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **span: float) -> None:
        """``pass_by(minutes=5)``"""
        self.now += timedelta(**span)


def enrol(
    store: Store,
    name: str,
    role: Role = Role.OPERATOR,
    *,
    project_ids: tuple[int, ...] = (1,),
    email: str | None = None,
) -> PersonRecord:
    """An account with the password PASSWORD."""
    link = invite(store, role=role, project_ids=project_ids, email=email, by="ren")
    return join(store, link.token, name=name, display_name=name.title(), password=PASSWORD)
