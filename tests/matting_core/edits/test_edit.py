"""What holds for every edit, and the golden vectors that the browser is held to as well."""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from edit_samples import edits, marks_of, trimaps
from hypothesis import given
from hypothesis import strategies as st

from annotation_store.edit_codec import decode_edit, encode_edit
from matting_core.edits.edit import Edit, reach, replay
from matting_core.edits.ink import Ink
from matting_core.edits.marks import Marks

GOLDEN = json.loads((Path(__file__).parents[2] / "golden" / "edits.json").read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case["name"])
def test_golden_vectors_are_painted_exactly(case: dict) -> None:
    shape = (case["height"], case["width"])
    base, draft = (np.full(shape, value, np.uint8) for value in (case["base"], case.get("draft", 0)))
    marks = marks_of(base, draft=draft)
    for edit in (decode_edit(json.dumps(each).encode()) for each in case["edits"]):
        edit.apply(marks)

    if "rows" in case:
        signs = {0: ".", 128: "?", 255: "#"}
        assert ["".join(signs[value] for value in row) for row in marks.trimap.tolist()] == case["rows"]
    assert hashlib.sha256(marks.trimap.tobytes()).hexdigest() == case["sha256"]
    if "weight_sha256" in case:
        weight, box = np.zeros(shape, np.uint8), edit.reach(marks.whole)
        if not box.is_empty:
            weight[box.slices] = edit.weight(box, marks.whole)
        assert hashlib.sha256(weight.tobytes()).hexdigest() == case["weight_sha256"]


def planes(marks: Marks) -> list[np.ndarray]:
    blank = np.zeros(marks.trimap.shape, np.uint16)
    layer = (blank, blank) if marks.retouch is None else (marks.retouch.coverage, marks.retouch.value)
    return [marks.trimap.copy(), *(plane.copy() for plane in layer)]


@given(trimaps, st.lists(edits, max_size=3), edits)
def test_changes_nothing_outside_its_box_nor_outside_its_reach(
    trimap: np.ndarray, earlier: list[Edit], edit: Edit
) -> None:
    marks = replay(marks_of(trimap), earlier)
    before = planes(marks)
    within = reach([edit], marks.whole)
    touched = edit.apply(marks)

    assert touched.union(within) == within
    for old, new in zip(before, planes(marks), strict=True):
        changed = old != new
        changed[touched.slices] = False
        assert not changed.any()


@given(trimaps, st.lists(edits, max_size=4))
def test_known_wins_whatever_is_done(trimap: np.ndarray, several: list[Edit]) -> None:
    """The trimap stays a trimap, and nothing is retouched where it is known."""
    marks = replay(marks_of(trimap), several)
    assert set(np.unique(marks.trimap)) <= {0, 128, 255}
    if marks.retouch is not None:
        known = marks.trimap != 128
        assert not marks.retouch.coverage[known].any()
        assert not marks.retouch.value[known].any()
        assert (marks.retouch.value <= marks.retouch.coverage).all()


@given(trimaps, st.lists(edits, max_size=3), edits)
def test_what_was_covered_can_be_put_back_exactly(trimap: np.ndarray, earlier: list[Edit], edit: Edit) -> None:
    marks = replay(marks_of(trimap), earlier)
    before = planes(marks)
    covered = marks.cover(reach([edit], marks.whole))
    touched = edit.apply(marks)
    marks.put_back(covered.part(touched) if not touched.is_empty else covered)
    assert all(np.array_equal(old, new) for old, new in zip(before, planes(marks), strict=True))


@given(trimaps, st.lists(edits, max_size=3))
def test_replay_leaves_its_argument_alone(trimap: np.ndarray, several: list[Edit]) -> None:
    marks = marks_of(trimap)
    replay(marks, several)
    assert np.array_equal(marks.trimap, trimap)
    assert marks.retouch is None


@given(edits)
def test_an_edit_survives_the_log(edit: Edit) -> None:
    assert decode_edit(encode_edit(edit)) == edit
    assert json.loads(encode_edit(edit)).keys() == asdict(edit).keys()


def test_the_draft_has_no_value_of_its_own() -> None:
    with pytest.raises(ValueError, match="draft"):
        _ = Ink.DRAFT.value_in_trimap
