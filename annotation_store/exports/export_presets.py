"""The table of what marketplaces wish, which the lead edits. Until somebody has, it is the one below.

The defaults are round figures that most marketplaces take, not the rules of any one of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import delete, select

from annotation_store import schema
from annotation_store.errors import InvalidExportError, NotFoundError
from annotation_store.events import record_event
from annotation_store.exports.export_names import safe_name
from annotation_store.exports.export_options import MOST_PRESETS, Preset, PresetFile
from annotation_store.store import Store

DEFAULT_PRESETS = (
    Preset("Square 2000 white", 2000, 2000, margin=0.05, file=PresetFile.JPEG),
    Preset("Square 2000 white, shadow", 2000, 2000, margin=0.08, file=PresetFile.JPEG, shadow=True),
    Preset("Square 1600 transparent", 1600, 1600, margin=0.0, ground=None),
    Preset("Portrait 1200 x 1500 grey", 1200, 1500, margin=0.08, ground="#f2f2f2", file=PresetFile.JPEG),
)
_PRESET: TypeAdapter[Preset] = TypeAdapter(Preset)


def list_presets(store: Store) -> tuple[Preset, ...]:
    """In the order of the table."""
    query = select(schema.ExportPreset).order_by(schema.ExportPreset.position)
    with store.database.read() as session:
        rows = [dict(row.wish, name=row.name) for row in session.scalars(query)]
    return tuple(map(preset_from_json, rows)) or DEFAULT_PRESETS


def replace_presets(store: Store, presets: Sequence[Preset], *, by: str) -> tuple[Preset, ...]:
    """Put `presets` in the place of all that were there; without any, the defaults come back.

    Raises InvalidExportError if two of them would share a folder, which bears a preset's name (export_names.safe_name),
    or if there are more than 50.
    """
    if len(presets) > MOST_PRESETS:
        raise InvalidExportError(f"There are {len(presets)} presets: keep {MOST_PRESETS} at most.")
    presets = [replace(preset, name=preset.name.strip()) for preset in presets]
    names = [preset.name for preset in presets]
    if len({safe_name(name).casefold() for name in names}) < len(names):
        raise InvalidExportError("Two presets have one name, or nearly so: give each a name of its own.")
    with store.database.write() as session:
        session.execute(delete(schema.ExportPreset))
        for position, preset in enumerate(presets):
            wish = {name: value for name, value in asdict(preset).items() if name != "name"}
            session.add(schema.ExportPreset(name=preset.name, position=position, wish=wish, changed_by=by))
        record_event(session, actor=by, action="export.presets_changed", data={"names": names})
    return list_presets(store)


def presets_named(store: Store, names: Sequence[str]) -> tuple[Preset, ...]:
    """Those of these names, in this order. Raises NotFoundError, which tells the names there are."""
    known = {preset.name: preset for preset in list_presets(store)}
    for name in names:
        if name not in known:
            raise NotFoundError(f"There is no preset “{name}”: choose of {', '.join(f'“{each}”' for each in known)}.")
    return tuple(known[name] for name in names)


def preset_from_json(values: Mapping[str, Any]) -> Preset:
    """Raises InvalidExportError."""
    try:
        return _PRESET.validate_python(dict(values))
    except ValidationError as error:
        reason = error.errors()[0]
        if isinstance(cause := reason.get("ctx", {}).get("error"), InvalidExportError):
            raise cause from error
        where = ".".join(map(str, reason["loc"]))
        raise InvalidExportError(f"A preset is not understood ({where}: {reason['msg']}).") from error
