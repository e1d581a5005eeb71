"""``import``: mattes that were made elsewhere come in, with their photos or for photos that are here."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from studio.commands.options import AsJson, DataDir, created_store, settings_from, speak_only_of_faults
from studio.commands.terminal import StatusLine, print_json

if TYPE_CHECKING:
    from annotation_store.imports.importing import ImportReport


def import_mattes(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH", help="Exports, data sets, folders, zips, tars, single mattes.")
    ],
    project: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Project that they are for; else the first one.", show_default=False),
    ] = None,
    approve: Annotated[bool, typer.Option("--approve", help="Approve what comes in, without a look at it.")] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Take alphas, trimaps and cut-outs in that were made elsewhere.

    What is what is told by the layout: an export of this studio, `image/ alpha/ trimap/`, Composition-1k, WebDataset,
    Hugging Face imagefolder, or NAME.jpg beside NAME_alpha.png. Photos that come along are taken in; a matte alone
    goes to the photo of its name. docs/importing.md tells all of it. Where only a trimap came, the live model makes
    the alpha. Prints what was rejected, with the reason, and what is odd. The exit status is 1 if nothing came in and
    something was rejected.

    \b
    Examples:
      python app.py import export.zip
      python app.py import archive/ --project Shoes --approve
      python app.py import shards/*.tar --json
    """
    settings = settings_from(data_dir=data_dir)
    speak_only_of_faults(settings)
    from annotation_store.imports.found_files import find_files
    from annotation_store.imports.importing import take_mattes_in
    from annotation_store.projects import FIRST_PROJECT, project_named
    from studio.commands.model_choice import use_threads
    from studio.device.live_model import LiveModel
    from studio.importing import predict_with
    from training.built_in_models import register_built_in_models

    use_threads(settings)
    limits = settings.image_limits
    with created_store(settings) as store, StatusLine() as line, find_files(paths, limits=limits) as files:
        register_built_in_models(store)
        report = take_mattes_in(
            store,
            files,
            by=settings.person,
            limits=limits,
            project_id=FIRST_PROJECT if project is None else project_named(store, project).id,
            approve=approve,
            predict=predict_with(LiveModel(store, device=settings.device)),
            on_progress=lambda done, count, name: line.show(f"{done} of {count}: {name}"),
        )
    if as_json:
        print_json(_as_plain(report))
    else:
        _print(report)
    if report.rejected and not report.imported and not report.known:
        raise typer.Exit(1)


def _print(report: "ImportReport") -> None:
    for rejection in report.rejected:
        typer.echo(f"rejected: {rejection.name}: {rejection.reason}")
    for matte in report.imported:
        for note in matte.notes:
            typer.echo(f"note: {matte.name}: {note}")
    for known in report.known:
        typer.echo(f"unchanged: {known.name}: “{known.image.name}” has this very matte already")
    new = sum(matte.is_new_photo for matte in report.imported)
    typer.echo(
        f"{len(report.imported)} mattes imported, {new} of them with a new photo; {len(report.known)} unchanged, "
        f"{len(report.rejected)} rejected, {report.passed_over} files not needed"
    )


def _as_plain(report: "ImportReport") -> dict[str, Any]:
    return {
        "imported": [
            {
                "file": matte.name,
                "image": matte.image.id,
                "name": matte.image.name,
                "state": matte.image.state,
                "revision": matte.revision,
                "new_photo": matte.is_new_photo,
                "notes": list(matte.notes),
            }
            for matte in report.imported
        ],
        "unchanged": [
            {"file": known.name, "image": known.image.id, "name": known.image.name, "state": known.image.state}
            for known in report.known
        ],
        "rejected": [{"file": rejection.name, "reason": rejection.reason} for rejection in report.rejected],
        "not_needed": report.passed_over,
    }
