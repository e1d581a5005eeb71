import io
import json
import stat
import zipfile

import pytest
import safetensors.torch
import torch
from versions import drafter, network_bytes, version

from annotation_store.kinds import ModelKind, Origin
from annotation_store.learning import model_registry
from annotation_store.states import ModelState
from annotation_store.store import open_store
from matting_core.errors import MattingError, WeightsError
from training import exporting
from training.built_in_models import register_built_in_models
from training.exporting import export_zip
from training.foreign_json import ForeignJsonError
from training.importing import import_version
from training.incoming_version import LARGEST_CARD, ImportRefusedError, read_version, read_version_file
from training.model_card import ELSEWHERE, card_of


@pytest.fixture
def store(tmp_path, shipped_weights):
    opened = open_store(tmp_path / "data")
    register_built_in_models(opened)
    yield opened
    opened.database.close()


@pytest.fixture
def other(tmp_path, shipped_weights):
    """Another studio, with the same shipped weights."""
    opened = open_store(tmp_path / "other")
    register_built_in_models(opened)
    yield opened
    opened.database.close()


def exported(store, model, monkeypatch):
    monkeypatch.setattr(exporting, "export_onnx", lambda _: exporting.OnnxExport(b"onnx", "as it is", checked=True))
    file = io.BytesIO()
    export_zip(store, model, file)
    return file.getvalue()


def zipped(members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def read(data, name="tuned.zip", **given):
    return read_version(io.BytesIO(data), name=name, **given)


def card_for(store, **changes):
    return json.dumps(json.loads(card_of(store, version(store)).as_json()) | changes).encode()


def test_a_version_goes_from_studio_to_studio(store, other, monkeypatch):
    made = model_registry.annotate(store, version(store).id, "of the autumn", by="mika")
    done = import_version(other, read(exported(store, made, monkeypatch)), by="keiko")
    assert (done.model.name, done.model.origin) == ("compact-0001", Origin.IMPORTED)
    assert (done.model.state, done.model.notes) == (ModelState.CANDIDATE, "of the autumn")
    assert done.model.weights_blob == made.weights_blob
    assert model_registry.get_model(other, done.model.parent_id).name == "compact"
    assert done.warning is None


def test_a_drafter_comes_in_as_a_drafter(store, other, monkeypatch):
    done = import_version(other, read(exported(store, drafter(store), monkeypatch)), by="keiko")
    assert done.model.kind is ModelKind.DRAFTER


def test_bare_weights_are_taken_with_a_warning(store, tmp_path):
    (tmp_path / "tuned.safetensors").write_bytes(network_bytes())
    done = import_version(store, read_version_file(tmp_path / "tuned.safetensors"), by="keiko")
    assert "unknown" in done.warning
    assert done.model.recipe == {ELSEWHERE: {"file": "tuned.safetensors"}}
    assert (done.model.parent_id, done.model.training_run_id) == (None, None)


def test_a_card_beside_the_weights_is_read(store, other, tmp_path):
    (tmp_path / "tuned.safetensors").write_bytes(network_bytes(9))
    (tmp_path / "card.json").write_bytes(card_for(store, notes="by hand"))
    done = import_version(other, read_version_file(tmp_path / "tuned.safetensors"), by="keiko")
    assert done.model.notes == "by hand"


def test_a_card_does_not_decide_whether_commercial_use_is_allowed(store, other):
    provenance = [{"what": "photographs", "source": "x", "licence": "CC-BY-NC-4.0", "commercial": True}]
    card = card_for(store, provenance=provenance, warning=None)
    done = import_version(other, read(network_bytes(9), "tuned.safetensors", card=card), by="keiko")
    assert done.warning.startswith("Not for commercial use")
    assert done.model.provenance[0]["commercial"] is False


def test_the_gate_is_asked_once_the_version_is_entered(store):
    asked = []

    def judge(of, number):
        asked.append(model_registry.get_model(of, number).name)
        model_registry.reject(of, number, verdict="Worse.", by="gate")

    done = import_version(store, read(network_bytes(), "a.safetensors"), by="keiko", judge=judge)
    assert asked == ["compact-0001"]
    assert (done.model.state, done.model.verdict) == (ModelState.REJECTED, "Worse.")


def test_what_is_here_already_is_refused_even_if_it_ships_with_the_program(store, shipped_weights):
    with pytest.raises(ImportRefusedError, match="here already, as compact"):
        import_version(store, read(shipped_weights, "a.safetensors"), by="keiko")
    remarked = safetensors.torch.save(safetensors.torch.load(shipped_weights), metadata={"by": "me"})
    with pytest.raises(ImportRefusedError, match="here already, as compact"):
        import_version(store, read(remarked, "a.safetensors"), by="keiko")


def test_weights_that_fail_their_trial_leave_nothing_behind(store):
    state = safetensors.torch.load(network_bytes())
    state[sorted(state)[0]].fill_(float("nan"))
    before = model_registry.list_models(store)
    with pytest.raises(WeightsError, match="finite"):
        import_version(store, read(safetensors.torch.save(state), "a.safetensors"), by="keiko")
    assert model_registry.list_models(store) == before


def test_a_card_of_another_kind_or_architecture_is_refused(store, other):
    with pytest.raises(ImportRefusedError, match="belongs to it"):
        import_version(other, read(network_bytes(9), "a.safetensors", card=card_for(store, kind="drafter")), by="ren")
    wrong = card_for(store, architecture="resnet50")
    with pytest.raises(WeightsError, match="do not fit"):
        import_version(other, read(network_bytes(9), "a.safetensors", card=wrong), by="ren")


def test_a_lineage_that_nobody_here_knows_is_left_out(store, other):
    foreign = [{"name": "x", "architecture": "compact", "origin": "trained", "sha256": "0" * 64}]
    taught = {"number": 2**63 - 1, "train": 1, "validation": 1, "golden": 0, "digest": "0" * 64}
    card = card_for(store, lineage=foreign, training_set=taught)
    done = import_version(other, read(network_bytes(9), "a.safetensors", card=card), by="ren")
    assert (done.model.parent_id, done.model.training_run_id) == (None, None)


def refusal(data, **given):
    with pytest.raises(MattingError) as caught:
        read(data, **given)
    assert isinstance(caught.value, ImportRefusedError | ForeignJsonError | WeightsError)
    return str(caught.value)


def link():
    info = zipfile.ZipInfo("a.safetensors")
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return info


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({}, "0 files of weights"),
        ({"a.safetensors": b"", "b.safetensors": b""}, "2 files of weights"),
        ({"../a.safetensors": b"x"}, "points outside"),
        ({"/a.safetensors": b"x"}, "points outside"),
        ({"C:\\a.safetensors": b"x"}, "points outside"),
        ({link(): b"/etc/passwd"}, "is a link"),
        ({"a.zip": b"x", "a.safetensors": b"x"}, "archive inside the archive"),
        ({"a.safetensors": b"\x80\x04pickle"}, "can run code"),
        ({"a.pth": b"\x80\x04pickle"}, "0 files of weights"),
        ({"a.safetensors": network_bytes(), "card.json": b"{}", "deep/card.json": b"{}"}, "more than one card.json"),
        ({"a.safetensors": network_bytes(), "card.json": b"[" * 99_999}, "no JSON"),
        ({"a.safetensors": network_bytes(), "card.json": b" " * (LARGEST_CARD + 1)}, "which no card has"),
        ({f"{number}.txt": b"" for number in range(99)}, "99 files"),
    ],
    ids=range(13),
)
def test_a_hostile_zip_is_refused_in_words(members, reason):
    assert reason in refusal(zipped(members))


def test_a_zip_that_would_unpack_to_more_than_the_limit_is_not_unpacked():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.safetensors", bytes(30_000_000))
    assert "limit" in refusal(file.getvalue(), largest=1_000_000)
    assert "expands" in refusal(file.getvalue(), largest=100_000_000)


def test_a_file_above_the_limit_is_not_even_read():
    assert "more than the limit of 1 MB" in refusal(bytes(2_000_000), largest=1_000_000)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x",
        (2**63).to_bytes(8, "little") + b"{}",
        (2).to_bytes(8, "little") + b"{}",
        (90_000_000_000).to_bytes(8, "little") + bytes(100),
        safetensors.torch.save({"a": torch.zeros(3)}),
        safetensors.torch.save({"a": torch.zeros(3)}, metadata={"matteloop": "[1"}),
        safetensors.torch.save({"a": torch.zeros(3)}, metadata={"matteloop": "7"}),
    ],
)
def test_weights_that_are_none_of_ours_are_refused(data):
    assert refusal(data, name="a.safetensors")
