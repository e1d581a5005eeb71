"""The browser's edits against the golden vectors that matting_core/edits is held to."""

import json
import shutil
import subprocess
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from browsers import in_both_browsers

TESTS = Path(__file__).parents[2]
EDITOR = TESTS.parent / "studio" / "editor"
GOLDEN = json.loads((TESTS / "golden" / "edits.json").read_text(encoding="utf-8"))["cases"]

PAINT_ALL = """
async function paintAll(url, cases) {
  const { paintEdit } = await import(url);
  const sha = async (bytes) =>
    Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)), (byte) =>
      byte.toString(16).padStart(2, "0"),
    ).join("");
  const found = [];
  for (const { width, height, base, draft, edits } of cases) {
    const trimap = new Uint8Array(width * height).fill(base);
    const marks = { trimap, draft: new Uint8Array(width * height).fill(draft ?? 0), width, height };
    for (const edit of edits) {
      marks.weight = new Uint8Array(width * height);
      paintEdit(marks, edit);
    }
    found.push([await sha(trimap), await sha(marks.weight)]);
  }
  return found;
}
"""


def assert_golden(found: list[list[str]]) -> None:
    for case, (trimap, weight) in zip(GOLDEN, found, strict=True):
        assert (case["name"], trimap) == (case["name"], case["sha256"])
        if "weight_sha256" in case:
            assert (case["name"], weight) == (case["name"], case["weight_sha256"])


@pytest.mark.browser
@in_both_browsers
def test_a_browser_paints_the_golden_vectors(desk: Callable) -> None:
    page = desk(1).page

    assert_golden(
        page.evaluate(f"(cases) => {{ {PAINT_ALL}; return paintAll('/editor/edits/edit.js', cases); }}", GOLDEN)
    )


def test_node_paints_the_golden_vectors(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no `node` on the PATH: the same vectors are painted in Chromium")
    script = (
        f"{PAINT_ALL}; console.log(JSON.stringify(await paintAll('{EDITOR}/edits/edit.js', {json.dumps(GOLDEN)})));"
    )
    (tmp_path / "paint.mjs").write_text(script, encoding="utf-8")

    result = subprocess.run([node, "paint.mjs"], cwd=tmp_path, capture_output=True, text=True, check=True)

    assert_golden(json.loads(result.stdout))


@pytest.mark.browser
def test_a_long_step_is_divided_within_the_limit_and_ends_where_it_should(desk: Callable) -> None:
    steps = desk(1).page.evaluate(
        "import('/editor/edits/quarters.js').then(({ stepsBetween }) => stepsBetween([-7, 3], [20001, -9000]))"
    )

    path = [[-7, 3], *steps]
    assert steps[-1] == [20001, -9000]
    assert all(isinstance(value, int) for point in path for value in point)
    assert max(abs(b - a) for p, q in pairwise(path) for a, b in zip(p, q, strict=True)) <= 4096
