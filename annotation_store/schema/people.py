"""Accounts, the browsers they are signed in with, and the links that make them."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from annotation_store.clock import utc_now
from annotation_store.kinds import InvitationKind, Role
from annotation_store.schema.base import Base


class Person(Base):
    """An account. Its name stands beside everything that the person does, so it never changes."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    email: Mapped[str | None] = mapped_column(unique=True)
    role: Mapped[Role]
    password_hash: Mapped[str | None]  # null if the person signs in elsewhere
    oidc_subject: Mapped[str | None] = mapped_column(unique=True)
    disabled_at: Mapped[datetime | None]
    failed_attempts: Mapped[int]  # since the last good one
    locked_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    created_by: Mapped[str]


class SignIn(Base):
    """A browser in which somebody has signed in. Of its cookie only the hash is kept."""

    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    browser: Mapped[str]  # as it calls itself, for the list of the person's own sign-ins


class Invitation(Base):
    """A link that works once: to make an account, or to choose a new password for one."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[InvitationKind]
    role: Mapped[Role]
    project_ids: Mapped[list[int]]
    email: Mapped[str | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # whose password; who came of it
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    created_by: Mapped[str]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
