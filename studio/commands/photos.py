"""``ingest`` and ``draft``: photos come in and get their drafts."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from studio.commands import completion
from studio.commands.interrupts import INTERRUPTED, orderly_interrupt
from studio.commands.options import AsJson, DataDir, created_store, existing_store, settings_from, speak_only_of_faults
from studio.commands.terminal import StatusLine, print_json, progress_bar

if TYPE_CHECKING:
    from annotation_store.intake import IntakeReport
    from annotation_store.queue.subjects import SubjectReport
    from annotation_store.records import ImageRecord


def ingest(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="Photos, folders of photos, zips.")],
    *,
    project: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Project that the photos are for; else the first one.",
            show_default=False,
            autocompletion=completion.project_names,
        ),
    ] = None,
    subjects: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="CSV with the columns file, subject (or product_id), perhaps assigned_to and tags; else names like "
            "SUBJECT_1.jpg tell.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Take photos in: files, folders and zips.

    Photos of one subject are handed to one person, and never lie on both sides of a training. A running studio drafts
    what came in at once; otherwise it does so at its next start, or `draft` does. Prints the files that are rejected,
    with the reason, and those that are in the studio already. The exit status is 1 if nothing was taken in and
    something was rejected.

    \b
    Examples:
      python app.py ingest photos/ shirt_01.jpg
      python app.py ingest delivery.zip --data-dir ~/matting
      python app.py ingest photos/ --project Shoes --subjects shoes.csv
    """
    settings = settings_from(data_dir=data_dir)
    speak_only_of_faults(settings)
    from annotation_store.incoming import expected_count, gather
    from annotation_store.intake import take_in
    from annotation_store.projects import FIRST_PROJECT, project_named
    from annotation_store.queue.assignment import check_people
    from annotation_store.queue.subjects import apply_subjects, read_subjects
    from studio.jobs import open_jobs

    limits = settings.image_limits
    table = None if subjects is None else read_subjects(subjects)
    applied = None
    with created_store(settings) as store, StatusLine() as line:
        project_id = FIRST_PROJECT if project is None else project_named(store, project).id
        if table is not None:
            check_people(store, table.assigned_to.values())
        expected = expected_count(paths)
        report = take_in(
            store,
            gather(paths, limits=limits),
            by=settings.person,
            limits=limits,
            project_id=project_id,
            subjects=None if table is None else table.subjects,
            on_progress=lambda done, name: line.show(progress_bar(min(1, done / expected), f"file {done}: {name}")),
        )
        if table is not None:  # also to photos that came in before, and who is to have them
            applied = apply_subjects(store, project_id, table, by=settings.person)
        if report.accepted:
            open_jobs(store, settings.jobs_url.get_secret_value()).draft()
    if as_json:
        print_json(_as_plain(report, applied))
    else:
        _print_report(report)
        if applied is not None:
            _print_subjects(applied)
    if report.rejected and not report.accepted:
        raise typer.Exit(1)


def _print_report(report: "IntakeReport") -> None:
    for rejection in report.rejected:
        typer.echo(f"rejected: {rejection.name}: {rejection.reason}")
    for duplicate in report.duplicates:
        typer.echo(f"duplicate: {duplicate.name}: in the studio already as {duplicate.image.name}")
    typer.echo(f"{len(report.accepted)} taken in, {len(report.duplicates)} duplicates, {len(report.rejected)} rejected")


def _print_subjects(report: "SubjectReport") -> None:
    for name in report.missing:
        typer.echo(f"not in the project: {name}, of which the table tells something")
    typer.echo(
        f"{report.changed} photos got another subject, {report.assigned} were assigned, {report.tagged} got tags"
    )


def _as_plain(report: "IntakeReport", applied: "SubjectReport | None") -> dict[str, object]:
    return {
        "accepted": [{"id": image.id, "name": image.name} for image in report.accepted],
        "duplicates": [
            {"name": each.name, "of": {"id": each.image.id, "name": each.image.name}} for each in report.duplicates
        ],
        "rejected": [asdict(each) for each in report.rejected],
        "subjects": None if applied is None else asdict(applied),
    }


def draft(*, as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """Draft every waiting image now.

    A draft is a trimap, and an alpha by the live model. May run beside the studio: no image is drafted twice. Where
    MATTELOOP_RAY_ADDRESS names a Ray cluster, its computers do the work. Ctrl-C ends after the images in work. The exit
    status is 1 if an image could not be drafted.

    \b
    Examples:
      python app.py draft
      python app.py draft --json
    """
    settings = settings_from(data_dir=data_dir)
    speak_only_of_faults(settings)
    from annotation_store import gallery
    from annotation_store.states import ImageState
    from annotation_store.workers import workers
    from studio.commands.model_choice import use_threads
    from studio.device.live_model import LiveModel
    from studio.drafting import Cluster, draft_waiting
    from studio.signed_on import signed_on
    from training.built_in_models import register_built_in_models

    use_threads(settings)
    address = settings.ray_address
    cluster = Cluster(address, least=1, else_here=False) if address else None
    with (
        existing_store(settings) as store,
        StatusLine() as line,
        orderly_interrupt("Ends after what is in work.") as wished,
    ):
        workers.bury(store)  # what a run that was killed had claimed waits again, and counts
        waiting = gallery.count_by_state(store)[ImageState.WAITING]
        drafted: list[dict[str, object]] = []
        failed: list[dict[str, object]] = []

        def tell(image: "ImageRecord", done: bool) -> None:
            told: dict[str, object] = {"id": image.id, "name": image.name}
            reason = None if done else gallery.get_image(store, image.id).failure
            if done:
                drafted.append(told)
            else:
                failed.append({**told, "reason": reason})
            line.count(len(drafted) + len(failed), waiting, f"{image.name}: {reason or 'drafted'}", stays=not done)

        if waiting:
            register_built_in_models(store)
            live = LiveModel(store, device=settings.device)
            if cluster is None:
                live.get()  # a model that cannot be loaded is one error here, not the failure of every image
            with signed_on(store, name="draft") as me:
                draft_waiting(
                    store,
                    live,
                    worker_id=lambda: me.id,
                    on_image=tell,
                    until=wished,
                    ahead=True,
                    cluster=cluster,
                )
    if as_json:
        print_json({"drafted": drafted, "failed": failed})
    else:
        typer.echo(f"{len(drafted)} drafted, {len(failed)} failed")
    if wished.is_set():
        raise typer.Exit(INTERRUPTED)
    if failed:
        raise typer.Exit(1)
