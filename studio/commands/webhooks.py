"""``webhooks``: addresses that are told what happens, and what became of each message."""

from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from annotation_store.kinds import Happening
from annotation_store.states import DeliveryState
from studio.commands.options import AsJson, DataDir, existing_store, settings_from, speak_only_of_faults
from studio.commands.terminal import note, print_json, table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

    from annotation_store.records import DeliveryRecord, WebhookRecord
    from annotation_store.store import Store
    from studio.settings import Settings

webhooks = typer.Typer(
    help="""Addresses that are told what happens: list, add, remove, try, and what they were told.

Works on the data folder itself, beside the studio or without it. A running studio sends; see docs/webhooks.md.

\b
Examples:
  python app.py webhooks add https://shop.example/hooks --kind approved
  python app.py webhooks try 1
""",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Number = Annotated[int, typer.Argument(metavar="NUMBER", min=1, help="Number of the webhook, as `list` shows it.")]


@webhooks.command("list")
def list_hooks(as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """List all webhooks.

    \b
    Examples:
      python app.py webhooks list
      python app.py webhooks list --json
    """
    from annotation_store.projects import list_projects
    from annotation_store.webhooks import hooks

    with _store(data_dir) as (_, store):
        names = {project.id: project.name for project in list_projects(store)}
        told = [_told(hook, names) for hook in hooks.list_webhooks(store)]
    if as_json:
        print_json(told)
        return
    rows = [
        (
            str(each["number"]),
            str(each["url"]),
            ", ".join(each["kinds"]),
            "all" if each["projects"] is None else ", ".join(each["projects"]),
            "active" if each["active"] else "paused",
        )
        for each in told
    ]
    typer.echo(table(("Number", "Address", "Told of", "Projects", "State"), rows, right=(0,)))


@webhooks.command()
def add(
    url: Annotated[str, typer.Argument(metavar="URL", help="Address to send to, as https://shop.example/hooks.")],
    kind: Annotated[
        list[Happening] | None,
        typer.Option(help="Of what it is told; may be given several times.  [default: all]", show_default=False),
    ] = None,
    project: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Project in which; may be given several times.  [default: all]",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Have an address told what happens from now on. Prints the secret by which the receiver knows us, this once.

    \b
    Examples:
      python app.py webhooks add https://shop.example/hooks
      python app.py webhooks add https://shop.example/hooks --kind approved --kind returned --project Shoes
    """
    from annotation_store.projects import project_named
    from annotation_store.webhooks import hooks

    with _store(data_dir) as (settings, store):
        project_ids = [project_named(store, name).id for name in project] if project else None
        hook, secret = hooks.create(store, url, kinds=kind or Happening, project_ids=project_ids, by=settings.person)
    if as_json:
        print_json({"number": hook.id, "secret": secret})
        return
    typer.echo(secret)
    note(f"This is the secret of webhook number {hook.id}: give it to the receiver, it is not shown again.")


@webhooks.command()
def remove(number: Number, data_dir: DataDir = None) -> None:
    """Tell an address nothing more, not even what waits.

    \b
    Examples:
      python app.py webhooks remove 1
    """
    from annotation_store.webhooks import hooks

    with _store(data_dir) as (settings, store):
        url = hooks.get_webhook(store, number).url
        hooks.remove(store, number, by=settings.person)
    typer.echo(f"{url} is told nothing more.")


@webhooks.command("try")
def try_hook(number: Number, as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """Send a message of the kind `ping` at once, and tell what came of it. The exit status is 1 if it did not arrive.

    \b
    Examples:
      python app.py webhooks try 1
    """
    from annotation_store.webhooks.deliveries import add_trial
    from studio.security.outgoing import Outgoing
    from studio.webhook_sending import send

    with _store(data_dir) as (settings, store):
        errand = add_trial(store, number, by=settings.person, in_hand=True)
        sent = send(store, Outgoing(settings.private_networks), errand)
    if as_json:
        print_json(_row(sent))
    elif sent.problem is None:
        typer.echo(f"It arrived, and was answered with {sent.status}.")
    else:
        typer.echo(f"It did not arrive. {sent.problem}")
    if sent.problem is not None:
        raise typer.Exit(1)


@webhooks.command()
def deliveries(
    number: Number,
    state: Annotated[
        DeliveryState | None, typer.Option(help="Only those of which this has become.", show_default=False)
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many, the newest first.")] = 20,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """List what an address was told, and what became of each message.

    \b
    Examples:
      python app.py webhooks deliveries 1
      python app.py webhooks deliveries 1 --state given_up --json
    """
    from annotation_store.webhooks.deliveries import list_deliveries

    with _store(data_dir) as (_, store):
        rows = [_row(each) for each in list_deliveries(store, number, state=state, limit=limit)]
    if as_json:
        print_json(rows)
        return
    columns = ("number", "created_at", "kind", "state", "attempts", "status", "problem")
    cells = [["" if row[name] is None else str(row[name]) for name in columns] for row in rows]
    typer.echo(table(("Number", "Made", "Kind", "State", "Attempts", "Answer", "Problem"), cells, right=(0, 4, 5)))


@contextmanager
def _store(data_dir: "Path | None") -> "Iterator[tuple[Settings, Store]]":
    """The settings and the store of the data folder. Raises CommandError if there is none."""
    settings = settings_from(data_dir=data_dir)
    speak_only_of_faults(settings)
    with existing_store(settings) as store:
        yield settings, store


def _told(hook: "WebhookRecord", names: dict[int, str]) -> "dict[str, Any]":
    return {
        "number": hook.id,
        "url": hook.url,
        "kinds": list(hook.kinds),
        "projects": None if hook.project_ids is None else [names[project_id] for project_id in hook.project_ids],
        "active": hook.active,
    }


def _row(delivery: "DeliveryRecord") -> dict[str, object]:
    return {
        "number": delivery.id,
        "message": delivery.message_id,
        "created_at": f"{delivery.created_at:%Y-%m-%dT%H:%M:%SZ}",
        "kind": delivery.kind,
        "state": delivery.state.value,
        "attempts": delivery.attempts,
        "status": delivery.status,
        "problem": delivery.problem,
    }
