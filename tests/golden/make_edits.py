"""Writes edits.json, the vectors that matting_core/edits and studio/editor/edits are both held to.

    python tests/golden/make_edits.py

Run it only after a rule was changed on purpose: that breaks every log that was kept under the old rule.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from annotation_store.edit_codec import decode_edit
from matting_core.edits.marks import Marks

FILE = Path(__file__).with_name("edits.json")
ABOUT = (
    "What edits make of a trimap; see matting_core/edits. base: the value of the whole trimap before them. draft: the "
    'value that the ink "draft" brings back, 0 if absent. sha256: of the trimap after all edits, row by row. '
    "weight_sha256: of the weights (0 to 255) of the last edit, a soft stroke, over the whole image. rows: the trimap, "
    ". for 0, ? for 128, # for 255."
)


def main() -> None:
    kept = json.loads(FILE.read_text(encoding="utf-8"))["cases"]
    cases = [_of_the_brush(case) for case in kept if case["name"] not in dict(NEW)] + [
        {"name": name, "width": 45, "height": 33, "base": 0, **case} for name, case in NEW
    ]
    for case in cases:
        trimap, weight = painted(case)
        case["sha256"] = hashlib.sha256(trimap.tobytes()).hexdigest()
        if weight is not None:
            case["weight_sha256"] = hashlib.sha256(weight.tobytes()).hexdigest()
    lines = ",\n".join("  " + json.dumps(case) for case in cases)
    FILE.write_text(f'{{"about": {json.dumps(ABOUT)}, "cases": [\n{lines}\n]}}\n', encoding="utf-8")


def painted(case: dict[str, Any]) -> tuple[np.ndarray, np.ndarray | None]:
    """The trimap after all edits of a case, and the weights of its last edit if that is a soft stroke."""
    shape = (case["height"], case["width"])
    marks = Marks(np.full(shape, case["base"], np.uint8), lambda: np.full(shape, case.get("draft", 0), np.uint8))
    edits = [decode_edit(json.dumps(edit).encode()) for edit in case["edits"]]
    for edit in edits:
        edit.apply(marks)
    if edits[-1].tool != "soft_brush":
        return marks.trimap, None
    weight = np.zeros(shape, np.uint8)
    box = edits[-1].reach(marks.whole)
    if not box.is_empty:
        weight[box.slices] = edits[-1].weight(box, marks.whole)
    return marks.trimap, weight


def _of_the_brush(case: dict[str, Any]) -> dict[str, Any]:
    if "strokes" not in case:
        return case
    edits = [
        {"tool": "brush", "ink": each["label"], "radius": each["radius"], "points": each["points"]}
        for each in case["strokes"]
    ]
    return {name: value for name, value in case.items() if name != "strokes"} | {"edits": edits}


def _scribble(seed: int, count: int, *, step: int = 60) -> list[list[int]]:
    rng = np.random.default_rng(seed)
    start = rng.integers((0, 0), (180, 132))
    return (start + rng.integers(-step, step + 1, (count, 2)).cumsum(axis=0)).tolist()


def brush(ink: str, radius: int, points: list[list[int]], **more: Any) -> dict[str, Any]:
    return {"tool": "brush", "ink": ink, "radius": radius, "points": points, **more}


def soft(value: int, hardness: int, flow: int, radius: int, points: list[list[int]], **more: Any) -> dict[str, Any]:
    return {
        "tool": "soft_brush",
        "value": value,
        "hardness": hardness,
        "flow": flow,
        "radius": radius,
        "points": points,
        **more,
    }


def area(ink: str, points: list[list[int]]) -> dict[str, Any]:
    return {"tool": "area", "ink": ink, "points": points}


def fill(ink: str, x: int, y: int) -> dict[str, Any]:
    return {"tool": "fill", "ink": ink, "x": x, "y": y}


SQUARE = [[8, 8], [120, 8], [120, 100], [8, 100]]
STAR = [[90, 4], [130, 124], [20, 50], [160, 50], [50, 124]]

NEW: list[tuple[str, dict[str, Any]]] = (
    [
        (
            "a pen that is pressed more and more",
            {"edits": [brush("foreground", 40, [[20, 60], [60, 64], [110, 70], [160, 60]], radii=[4, 12, 25, 40])]},
        ),
        ("a pen that only touches", {"edits": [brush("unknown", 40, [[60, 60]], radii=[17])]}),
        (
            "back to the draft",
            {"draft": 128, "edits": [brush("foreground", 60, _scribble(1, 4)), brush("draft", 30, _scribble(2, 4))]},
        ),
        ("a square whose edges pass between pixels", {"edits": [area("foreground", SQUARE)]}),
        (
            "a square whose edges pass through pixel centres",
            {"edits": [area("foreground", [[10, 10], [70, 10], [70, 50], [10, 50]])]},
        ),
        (
            "the same square the other way round",
            {"edits": [area("foreground", [[10, 50], [70, 50], [70, 10], [10, 10]])]},
        ),
        ("a star that crosses itself stays filled", {"edits": [area("unknown", STAR)]}),
        (
            "a lasso that leaves the image on all sides",
            {"edits": [area("foreground", [[-50, 60], [90, -40], [260, 70], [80, 200]])]},
        ),
        ("a line encloses nothing", {"edits": [area("foreground", [[8, 8], [100, 80], [54, 44]])]}),
        ("an area outside changes nothing", {"edits": [area("foreground", [[-80, -80], [-8, -80], [-8, -8]])]}),
        (
            "large numbers stay exact in an area",
            {"edits": [area("foreground", [[-1048576, -1048576], [1048576, -1048575], [93, 61], [-1048576, 1048576]])]},
        ),
        ("a fill stops at another label", {"edits": [area("foreground", SQUARE), fill("unknown", 20, 15)]}),
        (
            "a fill does not slip through a diagonal",
            {"edits": [brush("foreground", 3, [[2, 66], [66, 2]]), fill("unknown", 1, 1)]},
        ),
        (
            "a fill of the rest",
            {"edits": [brush("unknown", 30, STAR), fill("foreground", 0, 0), fill("background", 44, 32)]},
        ),
        ("a fill with the draft", {"draft": 255, "edits": [area("unknown", STAR), fill("draft", 22, 12)]}),
        ("a fill outside changes nothing", {"edits": [fill("foreground", -1, 5), fill("foreground", 5, 33)]}),
        ("a soft dot", {"base": 128, "edits": [soft(255, 0, 100, 60, [[90, 66]])]}),
        ("a hard soft dot", {"base": 128, "edits": [soft(0, 100, 100, 60, [[90, 66]])]}),
        (
            "a faint soft stroke opens what it touches",
            {"base": 255, "edits": [soft(128, 30, 4, 50, [[40, 40], [120, 80]])]},
        ),
        (
            "a soft pen",
            {
                "base": 0,
                "edits": [
                    soft(200, 50, 80, 44, [[30, 30], [80, 40], [90, 100], [150, 90]], pressures=[10, 40, 100, 3])
                ],
            },
        ),
        (
            "a soft stroke outside changes nothing",
            {"base": 0, "edits": [soft(200, 50, 80, 44, [[-400, 30], [-300, 40]])]},
        ),
    ]
    + [
        (
            f"a soft scribble ({seed})",
            {
                "base": 128,
                "edits": [
                    area("foreground", STAR),
                    soft(60 * seed, 20 * seed, 25 + 15 * seed, 20 + 9 * seed, _scribble(seed + 10, 3 + seed)),
                ],
            },
        )
        for seed in range(5)
    ]
    + [
        (
            f"all together ({seed})",
            {
                "draft": 128,
                "edits": [
                    brush("foreground", 30 + seed, _scribble(seed, 6)),
                    area("unknown", _scribble(seed + 30, 7)),
                    fill("background", 5 * seed, 3 * seed),
                    soft(20 * seed, 10 * seed, 50, 30, _scribble(seed + 60, 4)),
                    brush("draft", 12, _scribble(seed + 90, 5)),
                    area("foreground", _scribble(seed + 120, 5)),
                ],
            },
        )
        for seed in range(6)
    ]
)


if __name__ == "__main__":
    main()
