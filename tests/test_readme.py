"""What the README promises, run as it stands there."""

import ast
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

from matting_core import decode_alpha, decode_photo
from matting_core.networks.onnx_file.onnx_card import card_from_json

README = Path(__file__).parent.parent / "README.md"
ROOT = README.parent
TELLING = (
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "docs/**/*.md",
    "training/experiments/README.md",
    "matting_core/weights/*.md",
    "benchmarks/*.py",
)
"""Where a reader is told to run a module, as patterns below ROOT."""


def test_the_example_cuts_a_subject_out_of_a_photo(tmp_path: Path) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    assert len(example.strip().splitlines()) <= 10
    (tmp_path / "product.jpg").write_bytes((files("skimage.data") / "chelsea.png").read_bytes())
    (tmp_path / "example.py").write_text(example)
    run = subprocess.run(
        [sys.executable, "example.py"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(README.parent), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    cutout = (tmp_path / "product.png").read_bytes()
    alpha, photo = decode_alpha(cutout), decode_photo((tmp_path / "product.jpg").read_bytes())
    assert alpha.shape == photo.rgb.shape[:2]
    assert (alpha == 0).any()
    assert (alpha == 1).any()
    colours = decode_photo(cutout).rgb
    # 8 bits call .998 opaque, too, where the old background is already taken out
    opaque = alpha == 1
    assert (colours[opaque] == photo.rgb[opaque]).mean() > 0.99


def test_the_card_in_the_documents_is_a_card() -> None:
    (card,) = re.findall(r"```json\n(.*?)```", (README.parent / "docs" / "models.md").read_text(), re.DOTALL)
    assert card_from_json(card.encode()).channels == (4,)


def test_importing_the_science_is_light() -> None:
    """The names of `matting_core` are imported when used: the floors above import its parts without PyTorch."""
    code = (
        "import sys, matting_core; assert not {'torch', 'cv2', 'numba'} & set(sys.modules); print(matting_core.predict)"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=README.parent, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def test_every_module_that_a_reader_is_told_to_run_exists() -> None:
    named = [
        (path.relative_to(ROOT).as_posix(), module)
        for pattern in TELLING
        for path in sorted(ROOT.glob(pattern))
        # a command may be broken across lines
        for module in re.findall(r"python3?\s+-m\s+((?:benchmarks|training|docs)(?:\.\w+)+)", _told_in(path))
    ]
    assert {"CONTRIBUTING.md", "benchmarks/matting_quality.py"} <= {where for where, _ in named}
    assert [(where, module) for where, module in named if not _can_be_run(ROOT / module.replace(".", "/"))] == []


def _can_be_run(module: Path) -> bool:
    """Whether there is such a file, or such a package with something to run."""
    return module.with_suffix(".py").is_file() or (module / "__main__.py").is_file()


def _told_in(path: Path) -> str:
    """A document, or the docstrings of a Python file."""
    text = path.read_text()
    if path.suffix != ".py":
        return text
    documented = (ast.Module, ast.FunctionDef, ast.ClassDef)
    nodes = (node for node in ast.walk(ast.parse(text)) if isinstance(node, documented))
    return "\n\n".join(ast.get_docstring(node) or "" for node in nodes)
