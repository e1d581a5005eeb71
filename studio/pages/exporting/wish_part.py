"""What leaves and how: the form of the page Export."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from annotation_store.errors import InvalidExportError
from annotation_store.exports import export_presets
from annotation_store.exports.export_options import DEFAULT_FORMATS, LARGEST_SIDE, WHITE, Colours, ExportOptions
from annotation_store.exports.export_sets import ExportWish, Frozen, freeze
from annotation_store.exports.formats import FORMATS
from annotation_store.exports.ground import keep_ground
from annotation_store.people.roles import Ability
from studio.pages.door import guarded
from studio.sign_in.visitor import Visitor
from studio.studio import Studio
from studio.visible_projects import chosen_ids

PRESETS = "presets"
FOR_TRAINING = ("training-pairs", "composition-1k", "composition-1k-test", "webdataset", "imagefolder")
PICTURES = tuple(name for name in FORMATS if name not in (PRESETS, *FOR_TRAINING))
_PAINTED = re.compile(r"rgba?\(\s*([\d.]+)\s*,\s*([\d.]+)\s*,\s*([\d.]+)")
_FIELDS = (
    "project",
    "tag",
    "only_new",
    "name",
    "pictures",
    "presets",
    "for_training",
    "bits",
    "colours",
    "longest_side",
    "quality",
    "colour",
    "photo",
    "shadow",
)


@dataclass(frozen=True, slots=True)
class WishPart:
    """button: asks for the export. inputs: all fields, in the order in which `read` understands their values.

    show_presets: the event that offers the presets of the table.
    """

    project: gr.Dropdown
    button: gr.Button
    inputs: Sequence[gr.components.Component]
    show_presets: Mapping[str, object]

    def read(self, values: Sequence[object]) -> Mapping[str, object]:
        """The values of the fields, by name."""
        return dict(zip(_FIELDS, values, strict=True))


def build_wish_part(studio: Studio, say: gr.I18n) -> WishPart:
    """All fields, with what most people want chosen."""
    with gr.Row():
        project = gr.Dropdown(label=say("project"), choices=[], visible=False, elem_id="export-project")
        tag = gr.Textbox(label=say("export_tag"), info=say("export_tag_info"), elem_id="export-tag")
        name = gr.Textbox(label=say("export_name"), info=say("export_name_info"), elem_id="export-name")
    only_new = gr.Checkbox(label=say("only_new"), info=say("only_new_info"), elem_id="only-new")
    pictures = _choice(
        say, PICTURES, value=list(DEFAULT_FORMATS), label=say("export_pictures"), elem_id="export-pictures"
    )
    presets = gr.CheckboxGroup(
        [], label=say("export_presets"), info=say("export_presets_info"), elem_id="export-presets"
    )
    for_training = _choice(say, FOR_TRAINING, value=[], label=say("export_for_training"), elem_id="export-for-training")
    with gr.Accordion(say("export_more"), open=False, elem_id="export-more"):
        with gr.Row():
            bits = gr.Radio(
                [(say("bits_photo"), 0), (say("bits_8"), 8), (say("bits_16"), 16)],
                value=0,
                label=say("bits"),
                elem_id="bits",
            )
            colours = gr.Radio(
                [(say(f"colours_{each.value}"), each.value) for each in Colours],
                value=Colours.SRGB.value,
                label=say("colours"),
                info=say("colours_info"),
                elem_id="colours",
            )
        with gr.Row():
            longest_side = gr.Number(
                label=say("longest_side"),
                info=say("longest_side_info"),
                precision=0,
                minimum=0,
                maximum=LARGEST_SIDE,
                value=0,
                elem_id="longest-side",
            )
            quality = gr.Slider(1, 100, value=90, step=1, label=say("quality"), info=say("quality_info"))
        with gr.Row():
            colour = gr.ColorPicker(value=WHITE, label=say("ground_colour"), elem_id="ground-colour")
            photo = gr.File(
                label=say("ground_photo"), file_types=["image"], type="filepath", height=120, elem_id="ground-photo"
            )
            shadow = gr.Checkbox(label=say("shadow"), info=say("shadow_info"), elem_id="shadow")
    button = gr.Button(say("export_now"), variant="primary", elem_id="export-now")

    @guarded(Ability.LEAD)
    def offer(chosen: list[str]) -> object:
        names = [preset.name for preset in export_presets.list_presets(studio.store)]
        return gr.update(choices=names, value=[each for each in chosen if each in names])

    offering = {
        "fn": offer,
        "inputs": presets,
        "outputs": presets,
        "api_visibility": "private",
        "show_progress": "hidden",
    }
    fields = [project, tag, only_new, name, pictures, presets, for_training]
    more = [bits, colours, longest_side, quality, colour, photo, shadow]
    return WishPart(project, button, [*fields, *more], offering)


def freeze_wish(studio: Studio, asked: Mapping[str, object], visitor: Visitor) -> Frozen:
    """Freeze what the form asks for. Raises InvalidExportError, NothingToExportError, NotFoundError.

    What a browser sends is never taken on trust: whatever is none of the form's own values is refused in words.
    """
    store = studio.store
    presets = export_presets.presets_named(store, _texts(asked["presets"]))
    formats = [*_texts(asked["pictures"]), *([PRESETS] if presets else []), *_texts(asked["for_training"])]
    try:
        options = ExportOptions(
            formats=tuple(formats),
            bits={0: None, 8: 8, 16: 16}[_whole(asked["bits"])],
            colours=Colours(str(asked["colours"])),
            longest_side=_whole(asked["longest_side"]) or None,
            ground=_ground(studio, asked),
            shadow=bool(asked["shadow"]),
            presets=presets,
            quality=_whole(asked["quality"]),
        )
    except (KeyError, ValueError, TypeError) as error:
        if isinstance(error, InvalidExportError):
            raise
        raise InvalidExportError("The form was not understood: reload the page and choose again.") from error
    wish = ExportWish(
        project_ids=chosen_ids(visitor, _whole(asked["project"])),
        tag=str(asked["tag"] or "").strip() or None,
        only_new=bool(asked["only_new"]),
    )
    return freeze(store, wish, options, by=visitor.name, name=str(asked["name"] or ""))


def _choice(say: gr.I18n, names: Sequence[str], **more: Any) -> gr.CheckboxGroup:
    choices = [(say(f"format_{name.replace('-', '_')}"), name) for name in names]
    return gr.CheckboxGroup(choices, **more)


def _ground(studio: Studio, asked: Mapping[str, object]) -> str:
    """What is behind composites: the photo, if there is one, else the colour."""
    if asked["photo"]:
        return keep_ground(studio.store, Path(str(asked["photo"])).read_bytes(), limits=studio.settings.image_limits)
    colour = str(asked["colour"] or WHITE).strip().lower()
    if painted := _PAINTED.match(colour):  # Gradio's picker writes what its browser does
        colour = "#" + "".join(f"{min(255, round(float(part))):02x}" for part in painted.groups())
    return colour


def _texts(values: object) -> list[str]:
    return [str(value) for value in values] if isinstance(values, list) else []


def _whole(value: object) -> int:
    return int(value) if isinstance(value, (int, float)) else 0
