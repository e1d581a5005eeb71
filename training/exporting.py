"""A version as files that leave the studio: weights, ONNX where there is such a form, and the card in two forms.

The same version gives the same bytes, with the same library versions.
"""

import json
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import safetensors.torch

from annotation_store.durable_files import durable_file
from annotation_store.records import ModelRecord
from annotation_store.store import Store
from matting_core.drafting.learned_network import load_drafting_network
from matting_core.networks.registry import load_network
from training.card_markdown import card_markdown
from training.model_card import Card, card_of
from training.models import weights_bytes
from training.onnx_export import OnnxExport, OnnxExportError, export_onnx
from training.trial import DRAFTER

METADATA = "matteloop"
"""The one key of the header's remarks: several would come in any order."""
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest moment a zip can hold, instead of the present one


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an export."""

    name: str
    data: bytes


def exported_weights(store: Store, model: ModelRecord) -> bytes:
    """The safetensors file of a version, with a remark in its header about what it is.

    Raises WeightsError of a classical method, which has none, and DamagedBlobError.
    """
    return with_remark(weights_bytes(store, model), card_of(store, model))


def with_remark(weights: bytes, card: Card) -> bytes:
    """The weights with name, architecture and parent of their card in the header; what is kept of them stays equal."""
    parent = card.lineage[0] if card.lineage else None
    remark = {
        "name": card.name,
        "kind": card.kind.value,
        "architecture": card.architecture,
        "licence": card.licence,
        "weights_sha256": card.weights.digest if card.weights else None,
        "parent": parent.name if parent else None,
        "parent_sha256": parent.sha256 if parent else None,
        "bundle": card.bundle,
    }
    told = {key: value for key, value in remark.items() if value is not None}
    return safetensors.torch.save(
        safetensors.torch.load(weights), metadata={METADATA: json.dumps(told, sort_keys=True, ensure_ascii=False)}
    )


def exported_onnx(store: Store, model: ModelRecord) -> OnnxExport:
    """The ONNX file of a version. Raises OnnxExportError where there is none, which says why; WeightsError."""
    weights = weights_bytes(store, model)
    return export_onnx(
        load_drafting_network(weights) if model.architecture == DRAFTER else load_network(model.architecture, weights)
    )


def exported_files(store: Store, model: ModelRecord, *, project_ids: Collection[int] | None = None) -> Iterator[Member]:
    """``NAME.safetensors``, ``NAME.onnx`` where there is one, ``README.md`` and ``card.json``, one after the other.

    project_ids: of which projects the card tells. Raises WeightsError before anything comes of a classical method, and
    DamagedBlobError.
    """
    yield Member(f"{model.name}.safetensors", exported_weights(store, model))
    files = {f"{model.name}.safetensors": "the weights; for `python app.py models --import` of another studio"}
    try:
        onnx = exported_onnx(store, model)
    except OnnxExportError as error:
        files[f"{model.name}.onnx"] = f"not here: {error}"
    else:
        told = "checked against PyTorch" if onnx.checked else "not checked, for want of the package onnxruntime"
        files[f"{model.name}.onnx"] = f"{onnx.contract}; {told}"
        yield Member(f"{model.name}.onnx", onnx.data)
    yield from cards(card_of(store, model, project_ids=project_ids, files=files))


def cards(card: Card) -> tuple[Member, Member]:
    """The card for people and for programs."""
    return Member("README.md", card_markdown(card).encode()), Member("card.json", card.as_json())


def export_zip(
    store: Store, model: ModelRecord, target: BinaryIO, *, project_ids: Collection[int] | None = None
) -> None:
    """Write `exported_files` as one zip to `target`, which need not be seekable."""
    write_zip(exported_files(store, model, project_ids=project_ids), target)


def export_folder(store: Store, model: ModelRecord, folder: Path) -> None:
    """Write `exported_files` into a folder, which is created; what bears the same name there is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    for member in exported_files(store, model):
        with durable_file(folder / member.name) as file:
            file.write(member.data)


def write_zip(members: Iterator[Member], target: BinaryIO) -> None:
    """Stored, not deflated: weights and pictures grow no smaller. A zip of any size, as it comes."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for member in members:
            write_member(archive, member.name, member.data)


def write_member(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    """The same whatever this machine and this day are."""
    info = zipfile.ZipInfo(name, date_time=EPOCH)
    info.create_system = 3
    info.external_attr = 0o644 << 16
    archive.writestr(info, data)
