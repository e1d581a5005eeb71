"""``export``: approved mattes leave, in whatever form they are wanted."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from annotation_store.exports.export_options import DEFAULT_FORMATS, WHITE, Colours, ExportOptions
from matting_core.errors import MattingError
from studio.commands.errors import CommandError
from studio.commands.options import AsJson, DataDir, existing_store, settings_from, speak_only_of_faults
from studio.commands.terminal import StatusLine, complain, note, print_json, progress_bar, table

if TYPE_CHECKING:
    from annotation_store.exports.destinations.destination import Destination
    from annotation_store.exports.export_sets import ExportWish
    from annotation_store.exports.exporting import ExportReport
    from annotation_store.records import ExportSetRecord
    from annotation_store.store import Store
    from studio.settings import Settings

CHANGED = 3
"""Exit status where an export that is written again is not what it was the first time."""


def export(
    out: Annotated[
        str | None,
        typer.Argument(metavar="OUT", help="OUT.zip, a folder, or s3://BUCKET/FOLDER.", show_default=False),
    ] = None,
    *,
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            metavar="NAME",
            help=f"One form to leave in; may be given several times.  [default: {', '.join(DEFAULT_FORMATS)}]",
            show_default=False,
        ),
    ] = None,
    presets: Annotated[
        list[str] | None,
        typer.Option("--preset", metavar="NAME", help="A preset of the table; may be given several times."),
    ] = None,
    project: Annotated[
        str | None, typer.Option(metavar="NAME", help="Images of this project alone.", show_default=False)
    ] = None,
    tag: Annotated[str | None, typer.Option(help="Images with this tag alone.", show_default=False)] = None,
    only_new: Annotated[bool, typer.Option("--new", help="Only what has not left in an export yet.")] = False,
    bits: Annotated[
        int | None, typer.Option(help="8 or 16 bits a channel; else as many as the photo has.", show_default=False)
    ] = None,
    colours: Annotated[Colours, typer.Option(help="sRGB, or the photo's own with its profile.")] = Colours.SRGB,
    longest_side: Annotated[
        int | None, typer.Option(help="Make larger pictures so small, in pixels.", show_default=False)
    ] = None,
    ground: Annotated[
        str, typer.Option(metavar="COLOUR|FILE", help="What is behind composites: #rrggbb, or a photo.")
    ] = WHITE,
    shadow: Annotated[bool, typer.Option("--shadow", help="A soft shadow below the subject of composites.")] = False,
    quality: Annotated[int, typer.Option(help="Of lossy pictures, 1 to 100.")] = 90,
    name: Annotated[str, typer.Option(help="What people call this export; else the day.", show_default=False)] = "",
    again: Annotated[
        int | None,
        typer.Option(metavar="NUMBER", help="Write an earlier export once more, as it was.", show_default=False),
    ] = None,
    list_all: Annotated[bool, typer.Option("--list", help="List the exports there are; nothing is written.")] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Write approved mattes to a zip, a folder or an object store.

    What is approved at this moment is frozen under a number; with --again the very same bytes can be written later.
    Into a folder, a broken-off export goes on where it stopped when it is written --again. The exit status is 0 if all
    is written, 1 if nothing is approved or something is wrong, 3 if an export that was written again is not what it
    was.

    \b
    Examples:
      python app.py export cutouts.zip
      python app.py export shop/ --preset "Square 2000 white"
      python app.py export layers.zip --format psd --format tiff --new
      python app.py export --list
    """
    settings = settings_from(data_dir=data_dir)
    speak_only_of_faults(settings)
    if list_all:
        _list(settings, as_json=as_json)
        return
    if out is None:
        raise CommandError("say where to: `export OUT.zip`, `export FOLDER`, or `export --list`")
    asked = {"--format": formats, "--preset": presets, "--project": project, "--tag": tag, "--new": only_new}
    asked |= {"--bits": bits, "--longest-side": longest_side, "--shadow": shadow, "--name": name}
    if again is not None and (surplus := [option for option, value in asked.items() if value]):
        raise CommandError(f"--again writes an export as it was frozen: leave {' and '.join(surplus)} out")
    from annotation_store.exports.destinations.addresses import destination_for

    # the place comes first: one that cannot be must not freeze anything
    with existing_store(settings) as store, destination_for(out) as target:
        if again is None:
            options = _options(
                store,
                settings,
                formats=formats,
                presets=presets,
                bits=bits,
                colours=colours,
                longest_side=longest_side,
                ground=ground,
                shadow=shadow,
                quality=quality,
            )
            record = _freeze(store, settings, _wish(store, project, tag, only_new), options, name)
        else:
            record = _earlier(store, again)
        report = _write(store, settings, record, target)
    _tell(record, report, out, as_json=as_json)


def _wish(store: "Store", project: str | None, tag: str | None, only_new: bool) -> "ExportWish":
    from annotation_store.exports.export_sets import ExportWish
    from annotation_store.projects import project_named

    ids = None if project is None else [project_named(store, project).id]
    return ExportWish(project_ids=ids, tag=tag, only_new=only_new)


def _options(
    store: "Store",
    settings: "Settings",
    *,
    formats: list[str] | None,
    presets: list[str] | None,
    ground: str,
    **rest: Any,
) -> ExportOptions:
    from annotation_store.exports.export_presets import presets_named
    from annotation_store.exports.ground import keep_ground

    wanted = tuple(formats or (() if presets else DEFAULT_FORMATS))
    if presets and "presets" not in wanted:
        wanted = (*wanted, "presets")
    if not ground.startswith("#"):
        ground = keep_ground(store, Path(ground).read_bytes(), limits=settings.image_limits)
    return ExportOptions(formats=wanted, presets=presets_named(store, presets or []), ground=ground.lower(), **rest)


def _freeze(
    store: "Store", settings: "Settings", wish: "ExportWish", options: ExportOptions, name: str
) -> "ExportSetRecord":
    from annotation_store.exports.export_sets import freeze

    return freeze(store, wish, options, by=settings.person, name=name).export


def _earlier(store: "Store", number: int) -> "ExportSetRecord":
    from annotation_store.exports.export_sets import get_export

    return get_export(store, number)


def _write(store: "Store", settings: "Settings", record: "ExportSetRecord", target: "Destination") -> "ExportReport":
    from annotation_store.exports.exporting import carry_out

    count = record.image_count
    with StatusLine() as line:

        def say(done: int, name: str) -> None:
            line.show(progress_bar(done / count, f"{done} of {count}: {name}"))

        try:
            return carry_out(store, record.id, target, by=settings.person, on_progress=say)
        except (MattingError, OSError):
            note(f"export {record.id} is frozen: `export OUT --again {record.id}` writes it")
            raise


def _tell(record: "ExportSetRecord", report: "ExportReport", out: str, *, as_json: bool) -> None:
    count = record.image_count
    if as_json:
        outcome = {"export": record.id, "name": record.name, "out": out, "images": report.exported}
        print_json({**outcome, "files": report.files, "kept": report.kept, "as_before": report.as_before})
    else:
        images = "1 image" if count == 1 else f"{count:,} images"
        typer.echo(f"{images} in {report.files:,} files written to {out} (export {record.id}, “{record.name}”)")
    if report.as_before is False:
        complain(
            f"export {record.id} is not what it was when it was first written: another version of this program, or of "
            "a library, writes its files differently; the manifest of the first time is kept"
        )
        raise typer.Exit(CHANGED)


def _list(settings: "Settings", *, as_json: bool) -> None:
    from annotation_store.exports.export_sets import list_exports

    with existing_store(settings) as store:
        exports = list_exports(store, limit=1000)
    if as_json:
        print_json(
            [
                {
                    "number": each.id,
                    "name": each.name,
                    "images": each.image_count,
                    "formats": each.options["formats"],
                    "by": each.created_by,
                    "at": each.created_at,
                    "written": each.written_at is not None,
                }
                for each in exports
            ]
        )
        return
    header = ("Export", "Name", "Images", "Formats", "By", "At", "Written")
    rows = [
        (
            str(each.id),
            each.name,
            f"{each.image_count:,}",
            ", ".join(each.options["formats"]),
            each.created_by,
            f"{each.created_at.astimezone():%Y-%m-%d %H:%M}",
            "yes" if each.written_at is not None else "no",
        )
        for each in exports
    ]
    typer.echo(table(header, rows, right=(0, 2)))
