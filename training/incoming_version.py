"""What is handed in as a version: a safetensors file with its card or without, or both in a zip.

Nothing is unpacked to the disk, and nothing in any of it can run.
"""

import io
import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from annotation_store.archives import ArchiveLimits, read_members
from matting_core.errors import MattingError
from training.exporting import METADATA
from training.model_card import Card, card_from_json
from training.trial import fitting_architecture, plain_weights

LARGEST_FILE = 2_000_000_000
LARGEST_CARD = 2_000_000
MOST_MEMBERS = 32
LONGEST_NAME = 200
ZIP_BEGINS = (b"PK\x03\x04", b"PK\x05\x06")  # with a member, and with none
CARD = "card.json"
WEIGHTS = ".safetensors"


class ImportRefusedError(MattingError):
    """A file that is not taken in as a version; the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class IncomingVersion:
    """name: of the file of weights. weights: without remarks, so that equal ones are equal bytes. card: if one came
    with them. architecture: of the card, of the remark in the weights' header, or the one that they fit."""

    name: str
    weights: bytes
    card: Card | None
    architecture: str


def read_version_file(path: Path, *, largest: int = LARGEST_FILE) -> IncomingVersion:
    """A ``.safetensors`` with ``card.json`` beside it, if there is one, or a zip. Errors as `read_version`."""
    beside = path.with_name(CARD)
    card = None
    if path.suffix.lower() == WEIGHTS and beside.is_file():
        with beside.open("rb") as file:
            card = file.read(LARGEST_CARD + 1)
    with path.open("rb") as opened:
        return read_version(opened, name=path.name, card=card, largest=largest)


def read_version(
    file: BinaryIO, *, name: str, card: bytes | None = None, largest: int = LARGEST_FILE
) -> IncomingVersion:
    """An open, seekable file. name: what it is called. card: the JSON beside it. largest: bytes, also unpacked.

    Raises ImportRefusedError, ForeignJsonError, or WeightsError: no safetensors file, or one that fits no architecture.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size > largest:
        raise ImportRefusedError(
            f"{name} has {size / 1e6:,.0f} MB, more than the limit of {largest / 1e6:,.0f} MB: raise the limit "
            "(MATTELOOP_MAX_UPLOAD_MEGABYTES), if it is what you think it is"
        )
    weights_name, data = name, b""
    if file.read(4) in ZIP_BEGINS:
        file.seek(0)
        weights_name, data, card = _from_zip(file, largest)
    else:
        file.seek(0)
        data = file.read(largest)
    return _checked(weights_name, data, card)


def _checked(name: str, data: bytes, card_bytes: bytes | None) -> IncomingVersion:
    if card_bytes is not None and len(card_bytes) > LARGEST_CARD:
        raise ImportRefusedError(f"{CARD} has more than {LARGEST_CARD:,} bytes, which no card has")
    weights = plain_weights(data)
    card = None if card_bytes is None else card_from_json(card_bytes)
    architecture = card.architecture if card else _remark(data).get("architecture") or fitting_architecture(weights)
    return IncomingVersion(Path(name).name[:LONGEST_NAME], weights, card, str(architecture))


def _from_zip(file: BinaryIO, largest: int) -> tuple[str, bytes, bytes | None]:
    """Name and bytes of the weights, and the card."""
    weights: list[tuple[str, bytes]] = []
    card = None
    limits = ArchiveLimits(max_members=MOST_MEMBERS, max_total_bytes=largest)
    for member in read_members(file, limits=limits, max_member_bytes=largest):
        if member.refusal is not None:
            raise ImportRefusedError(f"{member.path or 'the zip'} is refused: {member.refusal}")
        if member.path.lower().endswith(WEIGHTS):
            weights.append((member.path, member.data))
        elif Path(member.path).name == CARD:
            if card is not None:
                raise ImportRefusedError(f"the zip holds more than one {CARD}: hand in one version at a time")
            card = member.data
    if len(weights) != 1:
        raise ImportRefusedError(
            f"the zip holds {len(weights)} files of weights ({WEIGHTS}), not one: hand in one version at a time, as "
            "`models --export` or `finetune --bundle` writes it"
        )
    return *weights[0], card


def _remark(data: bytes) -> dict[str, object]:
    """What an export has written into the header of safetensors bytes, which are known to be sound; {} otherwise."""
    (length,) = struct.unpack_from("<Q", data)
    metadata = json.loads(data[8 : 8 + length]).get("__metadata__") or {}
    try:
        remark = json.loads(metadata.get(METADATA, "{}"))
    except ValueError:
        return {}
    return remark if isinstance(remark, dict) else {}
