"""Scripts at the door: ``Authorization: Bearer mloop_…`` (RFC 6750), for the REST API and nothing else."""

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

from annotation_store.people.api_tokens import TokenHolder
from annotation_store.people.roles import Ability, may
from studio.problems import Problem
from studio.sign_in.errors import TooManyTriesError
from studio.sign_in.throttle import Throttle
from studio.sign_in.visitor import Visitor

_FOR = "/api/"


def secret_in(scope: Scope) -> str | None:
    """The token that a request to the API brings; None if it brings none, or asks for something else."""
    if scope["type"] != "http" or not scope["path"].startswith(_FOR):
        return None
    kind, _, secret = Headers(scope=scope).get("authorization", "").partition(" ")
    return secret.strip() if kind.lower() == "bearer" else None


def visitor_for(holder: TokenHolder) -> Visitor:
    """The person for whom the script acts. It sees what they see, and does what it was made for."""
    person = holder.person
    return Visitor(
        name=person.name,
        display_name=person.display_name,
        role=person.role,
        projects=None if may(person.role, Ability.ADMINISTER) else holder.project_ids,
        person_id=person.id,
        scopes=holder.scopes,
    )


def refuse_token(scope: Scope) -> Response:
    """The answer to a token that is no good: one for all reasons, and less often the more often it is tried.

    Nobody guesses 256 bits; what is limited is the work. A good token of the same address is never held up.
    """
    throttle: Throttle = scope["app"].state.throttle
    client = scope.get("client")
    try:
        throttle.count("token", address=client[0] if client else "")
    except TooManyTriesError as error:
        return Problem(429, str(error), code="too_many_tries", headers={"Retry-After": str(error.seconds)})
    sentence = "This token was revoked, has expired, or never was one: make a new one on your account page."
    challenge = {"WWW-Authenticate": 'Bearer error="invalid_token"', "Cache-Control": "no-store"}
    return Problem(401, sentence, code="bad_token", headers=challenge)
