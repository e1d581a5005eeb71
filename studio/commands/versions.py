"""``models``: people see the versions, choose among them, read their cards, and carry them out and in."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from studio.commands import completion
from studio.commands.errors import CommandError
from studio.commands.options import AsJson, DataDir, existing_store, settings_from, speak_only_of_faults
from studio.commands.terminal import note, print_json, table
from studio.commands.whole_files import whole_file

if TYPE_CHECKING:
    from annotation_store.records import ModelRecord
    from annotation_store.store import Store
    from studio.settings import Settings


def models(
    *,
    use: Annotated[
        str | None,
        typer.Option("--use", metavar="NAME", help="Make this version live.", autocompletion=completion.version_names),
    ] = None,
    card: Annotated[
        str | None,
        typer.Option(
            "--card", metavar="NAME", help="Print the card of this version.", autocompletion=completion.version_names
        ),
    ] = None,
    write_note: Annotated[
        tuple[str, str] | None,
        typer.Option("--note", metavar="NAME TEXT", help="Write down what is known about this version."),
    ] = None,
    export: Annotated[
        str | None,
        typer.Option(
            "--export",
            metavar="NAME",
            help="Write this version with its card to --to.",
            autocompletion=completion.version_names,
        ),
    ] = None,
    to: Annotated[Path | None, typer.Option(metavar="PATH", help="A file that ends in .zip, or a folder.")] = None,
    bring_in: Annotated[
        Path | None,
        typer.Option("--import", metavar="FILE", help="Take in a version trained elsewhere: a zip or .safetensors."),
    ] = None,
    licence: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Of what is imported, where its card does not tell.")
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """List the model versions, or do one thing with one of them.

    Newest first. SAD is that of a matting model and of what served when it was judged, on the same held-out images;
    painted is the share of a photo that the drafts of a drafter leave to be painted over. A rejected version cannot be
    made live. An imported one is a candidate like one trained here: it passes the same checks first, and the same
    comparison decides.

    \b
    Examples:
      python app.py models
      python app.py models --use compact-0002
      python app.py models --card compact-0002
      python app.py models --note compact-0002 "learnt from the autumn collection"
      python app.py models --export compact-0002 --to compact-0002.zip
      python app.py models --import tuned.zip
    """
    settings = settings_from(data_dir=data_dir)
    speak_only_of_faults(settings)
    from annotation_store.learning import model_registry
    from training.built_in_models import register_built_in_models

    if sum(given is not None for given in (use, card, write_note, export, bring_in)) > 1:
        raise CommandError("--use, --card, --note, --export and --import exclude each other: choose one")
    if (export is None) != (to is None):
        raise CommandError("--export NAME and --to PATH belong together: give both")
    if licence is not None and bring_in is None:
        raise CommandError("--licence is of what is imported: give --import FILE as well")
    with existing_store(settings) as store:
        register_built_in_models(store)
        if use is not None:
            words, answer = _make_live(store, use, by=settings.person)
        elif card is not None:
            words, answer = _card(store, card)
        elif write_note is not None:
            words, answer = _annotate(store, *write_note, by=settings.person)
        elif export is not None and to is not None:
            words, answer = _export(store, export, to)
        elif bring_in is not None:
            words, answer = _import(store, bring_in, settings, licence=licence)
        else:
            words, answer = _listed(model_registry.list_models(store))
    if as_json:
        print_json(answer)
    else:
        typer.echo(words)


_Told = tuple[str, object]
"""In words, and as a value for JSON."""


def _make_live(store: "Store", name: str, *, by: str) -> _Told:
    from annotation_store.learning import model_registry, standings
    from annotation_store.states import ModelState, check_transition
    from studio.commands.model_choice import find_version
    from training.models import check_loads

    model = find_version(store, name)
    if model.state is ModelState.LIVE:
        return f"{name} is live already.", _as_plain(model)
    check_transition(model.state, ModelState.LIVE)
    check_loads(store, model)  # a version whose weights are damaged must not go live
    standings.go_live(store, model.id, verdict=model.verdict or f"Made live by {by}.", by=by)
    return f"{name} is live now.", _as_plain(model_registry.get_model(store, model.id))


def _card(store: "Store", name: str) -> _Told:
    from studio.commands.model_choice import find_version
    from training.card_markdown import card_markdown
    from training.model_card import card_of

    card = card_of(store, find_version(store, name))
    return card_markdown(card).rstrip("\n"), card.model_dump(mode="json")


def _annotate(store: "Store", name: str, text: str, *, by: str) -> _Told:
    from annotation_store.learning import model_registry
    from studio.commands.model_choice import find_version

    model = model_registry.annotate(store, find_version(store, name).id, text, by=by)
    return f"{name}: {text.strip() or 'no note any more'}", _as_plain(model)


def _export(store: "Store", name: str, to: Path) -> _Told:
    from studio.commands.model_choice import find_version
    from training.exporting import export_folder, export_zip
    from training.model_card import card_of

    model = find_version(store, name)
    if to.suffix.lower() == ".zip":
        with whole_file(to) as file:
            export_zip(store, model, file)
    elif to.is_file():
        raise CommandError(f"{to} is a file: name a folder, or a file that ends in .zip")
    else:
        export_folder(store, model, to)
    _warn(card_of(store, model).warning)
    return str(to), {"path": to, **_as_plain(model)}


def _import(store: "Store", file: Path, settings: "Settings", *, licence: str | None) -> _Told:
    from studio.judging_imports import judge_import
    from training.importing import import_version
    from training.incoming_version import read_version_file

    incoming = read_version_file(file, largest=settings.max_upload_megabytes * 1_000_000)

    def judge(judged_store: "Store", model_id: int) -> None:
        judge_import(judged_store, settings, model_id, settings.person)

    done = import_version(store, incoming, by=settings.person, licence=licence, judge=judge)
    _warn(done.warning)
    verdict = f" {done.model.verdict}" if done.model.verdict else ""
    words = f"{file.name} is {done.model.name} now, {done.model.state.value}.{verdict}"
    return words, {**_as_plain(done.model), "warning": done.warning}


def _warn(warning: str | None) -> None:
    if warning is not None:
        note(f"note: {warning}")


def _listed(versions: "Sequence[ModelRecord]") -> _Told:
    header = ("Version", "Kind", "State", "SAD / before", "Painted / before", "Verdict")
    words = table(header, [_row(model) for model in versions], right=(3, 4))
    return words, [_as_plain(model) for model in versions]


def _row(model: "ModelRecord") -> tuple[str, ...]:
    changes = _changes(model)
    figures = [changes.get(name) for name in ("sad", "painted_area")]
    told = ["" if each is None else f"{each['candidate']:.4g} / {each['live']:.4g}" for each in figures]
    return (model.name, model.kind.value, model.state.value, *told, model.verdict or "")


def _as_plain(model: "ModelRecord") -> dict[str, object]:
    return {
        "name": model.name,
        "kind": model.kind,
        "state": model.state,
        "architecture": model.architecture,
        "verdict": model.verdict,
        "changes": _changes(model),
        "licence": model.licence,
        "notes": model.notes,
        "created_at": model.created_at,
    }


def _changes(model: "ModelRecord") -> Mapping[str, Mapping[str, float]]:
    """Of each figure, that of the version and of what served when it was judged."""
    return ((model.metrics.get("overall") or {}).get("figures") or {}).get("changes", {})
