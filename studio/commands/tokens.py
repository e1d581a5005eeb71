"""``users token`` and its kin: secrets by which scripts act for a person."""

import json
from typing import Annotated

import typer

from annotation_store.people.roles import Ability
from studio.commands.options import DataDir, existing_store, settings_from, speak_only_of_faults
from studio.commands.people import Name
from studio.commands.terminal import note, table


def make_token(
    name: Name,
    scope: Annotated[list[Ability], typer.Option(help="What it may do; may be given several times.")],
    purpose: Annotated[str, typer.Option("--for", metavar="TEXT", help="What it is for.")] = "command line",
    days: Annotated[int | None, typer.Option(help="Days until it ends.  [default: never]", show_default=False)] = None,
    data_dir: DataDir = None,
) -> None:
    """Print a token by which a script may use the REST API for somebody, within what their role allows.

    It is printed this once; the studio keeps only its hash.

    \b
    Examples:
      python app.py users token keiko --scope look
      python app.py users token keiko --scope look --scope lead --for "nightly intake" --days 90
    """
    from annotation_store.people.accounts import person_named
    from annotation_store.people.api_tokens import create_token

    settings = settings_from(data_dir=data_dir)
    speak_only_of_faults(settings)
    with existing_store(settings) as store:
        person = person_named(store, name)
        token, secret = create_token(store, person.id, name=purpose, scopes=scope, days=days, by=settings.person)
    typer.echo(secret)
    until = "until it is revoked" if token.expires_at is None else f"until {token.expires_at:%Y-%m-%d %H:%M} UTC"
    note(f"Number {token.id}, for {person.name}, works {until}. Keep it like a password.")


def list_tokens(
    name: Name,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for scripts.")] = False,
    data_dir: DataDir = None,
) -> None:
    """List somebody's tokens that are still good, without their secrets.

    \b
    Examples:
      python app.py users tokens keiko
    """
    from annotation_store.people import api_tokens
    from annotation_store.people.accounts import person_named

    settings = settings_from(data_dir=data_dir)
    speak_only_of_faults(settings)
    with existing_store(settings) as store:
        tokens = api_tokens.list_tokens(store, person_named(store, name).id)
    told = [
        {
            "number": token.id,
            "for": token.name,
            "scopes": list(token.scopes),
            "used": None if token.used_at is None else f"{token.used_at:%Y-%m-%dT%H:%MZ}",
            "until": None if token.expires_at is None else f"{token.expires_at:%Y-%m-%dT%H:%MZ}",
        }
        for token in tokens
    ]
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    rows = [
        (str(token.id), token.name, " ".join(token.scopes), each["used"] or "never", each["until"] or "never")
        for token, each in zip(tokens, told, strict=True)
    ]
    typer.echo(table(("Token", "For", "Scopes", "Used", "Ends"), [list(map(str, row)) for row in rows], right=(0,)))


def revoke_token(
    name: Name,
    number: Annotated[int, typer.Argument(metavar="TOKEN", help="Its number in the list.")],
    data_dir: DataDir = None,
) -> None:
    """End one of somebody's tokens at once.

    \b
    Examples:
      python app.py users revoke-token keiko 3
    """
    from annotation_store.people import api_tokens
    from annotation_store.people.accounts import person_named

    settings = settings_from(data_dir=data_dir)
    speak_only_of_faults(settings)
    with existing_store(settings) as store:
        api_tokens.revoke_token(store, person_named(store, name).id, number, by=settings.person)
    typer.echo(f"Token {number} works no more.")
