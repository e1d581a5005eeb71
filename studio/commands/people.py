"""``users``: who has an account here, what they may do, and the links that let them in."""

from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from annotation_store.kinds import Role
from studio.commands.errors import CommandError
from studio.commands.options import AsJson, DataDir, existing_store, settings_from, speak_only_of_faults
from studio.commands.terminal import note, print_json, table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from annotation_store.people.invitations import Link
    from annotation_store.records import PersonRecord
    from annotation_store.store import Store
    from studio.settings import Settings

users = typer.Typer(
    help="""People and their accounts: list, invite, change, shut out.

Works on the data folder itself, beside the studio or without it; who may write to that may do all of this. A running
studio follows at the next request of each person.

\b
Examples:
  python app.py users list
  python app.py users invite --role operator --project Glass
""",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the account.")]
Projects = Annotated[
    list[str] | None, typer.Argument(metavar="[PROJECT]...", help="Names of projects.", show_default=False)
]


@users.command("list")
def list_users(
    *,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """List everybody with an account, and the invitations that nobody has used yet.

    \b
    Examples:
      python app.py users list
      python app.py users list --json
    """
    from annotation_store.people.accounts import list_people, memberships
    from annotation_store.people.invitations import list_open

    with _store(data_dir) as (_, store):
        names, members = _project_names(store), memberships(store)
        people = [_told(each, names, members.get(each.id, frozenset())) for each in list_people(store)]
        invitations = [
            {
                "number": each.id,
                "role": each.role.value,
                "projects": [names[project_id] for project_id in each.project_ids],
                "email": each.email,
                "invited_by": each.created_by,
                "until": f"{each.expires_at:%Y-%m-%dT%H:%MZ}",
            }
            for each in list_open(store)
        ]
    if as_json:
        print_json({"people": people, "invitations": invitations})
        return
    header = ("Name", "Shown as", "Role", "Projects", "E-mail", "State", "Since")
    typer.echo(table(header, [_cells(person.values()) for person in people]))
    if invitations:
        of_invitations = ("Invitation", "Role", "Projects", "E-mail", "Invited by", "Until")
        typer.echo("\n" + table(of_invitations, [_cells(each.values()) for each in invitations], right=(0,)))


@users.command()
def invite(
    role: Annotated[Role, typer.Option(help="What the person will be.")],
    project: Annotated[
        list[str] | None,
        typer.Option(help="Name of a project to belong to; may be given several times.", show_default=False),
    ] = None,
    email: Annotated[
        str | None,
        typer.Option(help="Their address: they may also come through the identity provider.", show_default=False),
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Print a link by which one person can make an account, within seven days.

    Without --project the person belongs to the only project there is. Admins see every project.

    \b
    Examples:
      python app.py users invite --role operator
      python app.py users invite --role reviewer --project Glass --project Hair
      python app.py users invite --role lead --email keiko@example.com
    """
    from annotation_store.people import invitations

    with _store(data_dir) as (settings, store):
        project_ids = _project_ids(store, project) if project else _only_project(store, role)
        link = invitations.invite(store, role=role, project_ids=project_ids, email=email, by=settings.person)
        _print_link(link, settings, as_json=as_json)


@users.command()
def withdraw(
    number: Annotated[int, typer.Argument(metavar="INVITATION", help="Its number in the list.")],
    data_dir: DataDir = None,
) -> None:
    """Have an invitation work no more.

    \b
    Examples:
      python app.py users withdraw 3
    """
    from annotation_store.people import invitations

    with _store(data_dir) as (settings, store):
        invitations.withdraw(store, number, by=settings.person)
    typer.echo(f"Invitation {number} works no more.")


@users.command()
def role(
    name: Name,
    role: Annotated[Role, typer.Argument(metavar="ROLE", help="operator, reviewer, lead or admin.")],
    data_dir: DataDir = None,
) -> None:
    """Change what somebody is. The last admin stays one.

    \b
    Examples:
      python app.py users role keiko lead
    """
    from annotation_store.people import accounts

    with _store(data_dir) as (settings, store):
        person = accounts.change_role(store, _id_of(store, name), role, by=settings.person)
    typer.echo(f"{person.name} is {person.role.value} now.")


@users.command()
def projects(name: Name, project: Projects = None, data_dir: DataDir = None) -> None:
    """Have somebody belong to these projects and to no other; to none if none is named.

    \b
    Examples:
      python app.py users projects keiko General Glass
      python app.py users projects keiko
    """
    from annotation_store.people import accounts

    with _store(data_dir) as (settings, store):
        project_ids = _project_ids(store, project or ())
        person = accounts.set_projects(store, _id_of(store, name), project_ids, by=settings.person)
    typer.echo(f"{person.name} belongs to {', '.join(project) if project else 'no project'} now.")


@users.command()
def disable(name: Name, data_dir: DataDir = None) -> None:
    """Shut somebody out at once, wherever they are signed in. What they did stays theirs.

    \b
    Examples:
      python app.py users disable keiko
    """
    from annotation_store.people import accounts

    with _store(data_dir) as (settings, store):
        person = accounts.disable(store, _id_of(store, name), by=settings.person)
    typer.echo(f"{person.name} is shut out.")


@users.command()
def enable(name: Name, data_dir: DataDir = None) -> None:
    """Let somebody in again who was shut out, or locked out after wrong passwords.

    \b
    Examples:
      python app.py users enable keiko
    """
    from annotation_store.people import accounts

    with _store(data_dir) as (settings, store):
        person = accounts.enable(store, _id_of(store, name), by=settings.person)
    typer.echo(f"{person.name} may sign in.")


@users.command("new-password")
def new_password(name: Name, *, as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """Print a link by which somebody can choose a new password, within a day.

    An older such link of theirs works no more.

    \b
    Examples:
      python app.py users new-password keiko
    """
    from annotation_store.people import invitations

    with _store(data_dir) as (settings, store):
        link = invitations.offer_new_password(store, _id_of(store, name), by=settings.person)
        _print_link(link, settings, as_json=as_json)


@users.command("sign-out")
def sign_out(name: Name, data_dir: DataDir = None) -> None:
    """Sign somebody out wherever they are signed in: after a lost computer, say.

    \b
    Examples:
      python app.py users sign-out keiko
    """
    from annotation_store.people.sign_ins import end_all_sign_ins

    with _store(data_dir) as (settings, store):
        ended = end_all_sign_ins(store, _id_of(store, name), by=settings.person)
    typer.echo(f"{ended} sign-ins ended.")


@contextmanager
def _store(data_dir: "Path | None") -> "Iterator[tuple[Settings, Store]]":
    """The settings and the store of the data folder. Raises CommandError if there is none."""
    settings = settings_from(data_dir=data_dir)
    speak_only_of_faults(settings)
    with existing_store(settings) as store:
        yield settings, store


def _id_of(store: "Store", name: str) -> int:
    from annotation_store.people.accounts import person_named

    return person_named(store, name).id


def _project_names(store: "Store") -> dict[int, str]:
    from annotation_store.projects import list_projects

    return {project.id: project.name for project in list_projects(store)}


def _project_ids(store: "Store", wanted: "Collection[str]") -> list[int]:
    """Raises CommandError if there is no such project."""
    numbers = {name: number for number, name in _project_names(store).items()}
    if missing := [name for name in wanted if name not in numbers]:
        raise CommandError(f"there is no project {missing[0]}: there are {', '.join(numbers)}")
    return [numbers[name] for name in wanted]


def _only_project(store: "Store", role: Role) -> list[int]:
    """Raises CommandError if somebody has to choose."""
    from annotation_store.projects import list_projects

    projects = [each for each in list_projects(store) if each.archived_at is None]
    if role is Role.ADMIN or len(projects) == 1:
        return [each.id for each in projects if len(projects) == 1]
    names = ", ".join(each.name for each in projects)
    raise CommandError(f"say to which projects the person is to belong, with --project: {names}")


def _print_link(link: "Link", settings: "Settings", *, as_json: bool) -> None:
    from studio.sign_in.links import address_of

    address = address_of(link, base=settings.address())
    if as_json:
        until = f"{link.invitation.expires_at:%Y-%m-%dT%H:%MZ}"
        print_json({"link": address, "number": link.invitation.id, "until": until})
    else:
        typer.echo(address)
    note(f"It works once, until {link.invitation.expires_at:%Y-%m-%d %H:%M} UTC. Send it to that person alone.")
    if not settings.public_url:
        note("If people reach the studio under another address, set MATTELOOP_PUBLIC_URL, or put that in its place.")


def _told(person: "PersonRecord", names: "Mapping[int, str]", project_ids: "Collection[int]") -> dict[str, object]:
    return {
        "name": person.name,
        "display_name": person.display_name,
        "role": person.role.value,
        "projects": [names[number] for number in sorted(project_ids)],
        "email": person.email,
        "state": _state_of(person),
        "since": f"{person.created_at:%Y-%m-%d}",
    }


def _state_of(person: "PersonRecord") -> str:
    from annotation_store import clock

    if not person.active:
        return "shut out"
    locked = person.locked_until is not None and person.locked_until > clock.utc_now()
    return "locked" if locked else "active"


def _cells(values: "Collection[object]") -> list[str]:
    return [", ".join(value) if isinstance(value, list) else "" if value is None else str(value) for value in values]
