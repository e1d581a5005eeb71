"""The table of what marketplaces wish, to be edited like a sheet."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import gradio as gr

from annotation_store.errors import InvalidExportError
from annotation_store.exports import export_presets
from annotation_store.exports.export_options import Preset, PresetFile
from annotation_store.people.roles import Ability
from matting_core.errors import MattingError
from studio.i18n import Words
from studio.pages.door import guarded, visitor_here
from studio.pages.fragments import notice
from studio.studio import Studio

COLUMNS = ("name", "width", "height", "margin", "ground", "file", "shadow")
KINDS = ("str", "number", "number", "number", "str", "str", "bool")
YES = frozenset({"true", "1", "yes", "はい"})


@dataclass(frozen=True, slots=True)
class PresetsPart:
    """load: the event that shows the table. changed: has something follow each change of it."""

    load: Mapping[str, object]
    changed: Callable[[Callable[[gr.events.Dependency], object]], None]


def build_presets_part(studio: Studio, say: gr.I18n) -> PresetsPart:
    """A sheet that grows, and two buttons."""
    with gr.Accordion(say("presets_title"), open=False, elem_id="presets"):
        gr.Markdown(say("presets_info"))
        sheet = gr.Dataframe(
            headers=list(COLUMNS),
            datatype=list(KINDS),
            type="array",
            row_count=1,
            column_count=(len(COLUMNS), "fixed"),
            interactive=True,
            show_label=False,
            elem_id="presets-sheet",
        )
        with gr.Row():
            save = gr.Button(say("presets_save"), elem_id="presets-save")
            usual = gr.Button(say("presets_usual"), elem_id="presets-usual")
        answer = gr.HTML(elem_id="presets-answer", padding=False)

    @guarded(Ability.LEAD)
    def show(request: gr.Request) -> object:
        return _sheet(export_presets.list_presets(studio.store), Words.of(request))

    def replace(presets: Sequence[Preset], words: Words) -> tuple[object, object]:
        kept = export_presets.replace_presets(studio.store, presets, by=visitor_here().name)
        return notice("good", [words("presets_saved", count=len(kept))], testid="presets-answer"), _sheet(kept, words)

    @guarded(Ability.LEAD)
    def keep(rows: list[list[object]], request: gr.Request) -> tuple[object, object]:
        words = Words.of(request)
        try:
            return replace(presets_of(rows), words)
        except MattingError as error:
            return notice("bad", [str(error)], testid="presets-answer"), gr.skip()

    @guarded(Ability.LEAD)
    def bring_back(request: gr.Request) -> tuple[object, object]:
        return replace((), Words.of(request))

    private = {"api_visibility": "private", "show_progress": "hidden"}
    saving = save.click(keep, sheet, [answer, sheet], **private)
    resetting = usual.click(bring_back, None, [answer, sheet], **private)

    def changed(follow: Callable[[gr.events.Dependency], object]) -> None:
        for event in (saving, resetting):
            follow(event)

    return PresetsPart({"fn": show, "inputs": None, "outputs": sheet, **private}, changed)


def presets_of(rows: Sequence[Sequence[object]]) -> list[Preset]:
    """The presets of a sheet; rows with nothing in them, whatever their last box says, are passed over.

    Raises InvalidExportError.
    """
    filled = [row for row in rows if any(_text(cell) for cell in row[:-1])]
    return [_preset(row) for row in filled]


def _preset(row: Sequence[object]) -> Preset:
    name, width, height, margin, ground, file, shadow = (_text(cell) for cell in row)
    try:
        return Preset(
            name=name,
            width=int(float(width)),
            height=int(float(height)),
            margin=float(margin or 0),
            ground=ground.lower() or None,
            file=PresetFile((file or PresetFile.PNG).lower()),
            shadow=shadow.lower() in YES,
        )
    except InvalidExportError:
        raise
    except (ValueError, OverflowError) as error:
        raise InvalidExportError(
            f"The row “{name}” is not understood: width and height in pixels, the margin as a share, the file png, "
            "jpeg or webp."
        ) from error


def _sheet(presets: Sequence[Preset], words: Words) -> object:
    rows = [
        [each.name, each.width, each.height, each.margin, each.ground or "", each.file.value, each.shadow]
        for each in presets
    ]
    return gr.update(value=rows, headers=[words(f"preset_{name}") for name in COLUMNS])


def _text(cell: object) -> str:
    return "" if cell is None else str(cell).strip()
