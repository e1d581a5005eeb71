"""An edit as JSON, in the edit log as over the wire: ``{"tool": "brush", "ink": "foreground", ...}``.

pydantic reads the frozen dataclasses of `matting_core/edits` as they stand, so that a field is named in one place.
"""

from typing import Annotated

from pydantic import ConfigDict, Field, TypeAdapter, with_config

from matting_core.edits.area import Area
from matting_core.edits.band import Band
from matting_core.edits.edit import Edit
from matting_core.edits.fill import Fill
from matting_core.edits.patch import Patch
from matting_core.edits.soft_stroke import SoftStroke
from matting_core.edits.stroke import Stroke

for _kind in (Stroke, SoftStroke, Area, Fill, Band, Patch):
    # a misspelt field is refused, not ignored; nothing is converted that is not what it should be
    with_config(ConfigDict(extra="forbid"))(_kind)

EditJson = Annotated[Edit, Field(discriminator="tool")]
"""For a pydantic model's field."""

_EDIT: TypeAdapter[Edit] = TypeAdapter(EditJson)


def encode_edit(edit: Edit) -> bytes:
    """Compact JSON."""
    return _EDIT.dump_json(edit)


def decode_edit(json: bytes) -> Edit:
    """The inverse of `encode_edit`. Raises pydantic's ValidationError, a ValueError, if it is none of ours."""
    return _EDIT.validate_json(json)
