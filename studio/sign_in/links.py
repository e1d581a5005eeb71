"""The address of a one-time link."""

from annotation_store.kinds import InvitationKind
from annotation_store.people.invitations import Link


def address_of(link: Link, *, base: str) -> str:
    """What the person opens who was given the link. base: where people find the studio, without a slash at the end."""
    page = "new-password" if link.invitation.kind is InvitationKind.NEW_PASSWORD else "join"
    return f"{base}/{page}/{link.token}"
