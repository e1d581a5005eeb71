"""The examples of a document, run as they stand there: every line of its fenced ``sh`` blocks.

A page is run in a folder that was prepared for it, its blocks in order, each line by itself:

- ``python app.py …`` and ``matteloop …`` are run in this process, also before ``>`` and ``|``; everything else by `sh`.
- A comment behind a line may say ``# exit status 1``; without one, the status must be 0.
- Some lines cannot be run as a reader would, and are changed in these ways only: a training takes two steps
  (``--steps 2`` in the place of what is said, or added) on a CPU; what works until Ctrl-C (`serve`, `worker`) is
  started as a process of its own, on any free port, and gets Ctrl-C once it is there and has answered; ``/mnt`` and
  the home folder are folders of the test's.
- A fenced ``json`` block behind an ``sh`` block shows what the last line of that prints: the same keys at every depth,
  values of the same kinds.
"""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from studio.commands import program

ROOT = Path(__file__).parent.parent
CALLS = (("python", "app.py"), ("matteloop",))
TRAININGS = {"retrain", "retrain-drafter", "pretrain", "finetune"}
UNTIL_CTRL_C = {"serve": re.compile(r"Matteloop is open: (http://\S+)"), "worker": re.compile("at work")}
"""And what each says once it is there; where it names an address, that is asked for before the end."""
PATIENCE_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a page. line: where it begins, counted from 1."""

    page: Path
    line: int
    language: str
    text: str

    @property
    def commands(self) -> list[str]:
        """Its lines without empty ones, comments of their own, and breaks after a backslash."""
        joined = re.sub(r"\\\n\s*", "", self.text)
        return [line.strip() for line in joined.splitlines() if line.strip() and not line.strip().startswith("#")]


def blocks_of(page: Path) -> list[Block]:
    """The ``sh`` and ``json`` blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(page, text[: found.start()].count("\n") + 1, found[1], found[2])
        for found in re.finditer(r"^```(sh|json)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    ]


def run_page(page: Path, folder: Path) -> list[str]:
    """Run the examples of `page` in `folder`, which is the present one; returns the lines that were run.

    Raises AssertionError, with the place and what was printed, for a line that ends otherwise than the page says.
    """
    ran: list[str] = []
    printed = ""
    for block in blocks_of(page):
        if block.language == "json":
            found = differences(json.loads(block.text), json.loads(printed))
            assert not found, f"{page.name}:{block.line}: {found}, for printed was\n{printed}"
        for line in block.commands if block.language == "sh" else ():
            status, printed = run_line(line, folder)
            expected = _expected_status(line)
            assert status == expected, f"{page.name}:{block.line}: {line}\nended with {status}:\n{printed}"
            ran.append(line)
    return ran


def run_line(line: str, folder: Path) -> tuple[int, str]:
    """Exit status of a line, and what it printed to standard output; or all of it where it failed."""
    (folder / "mnt").mkdir(exist_ok=True)
    line = line.replace("/mnt/", f"{folder}/mnt/").replace("~/", f"{folder}/")
    words = _words(line)
    call = next((call for call in CALLS if tuple(words[: len(call)]) == call), None)
    if call is None:
        done = subprocess.run(["sh", "-c", line], cwd=folder, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout if done.returncode == 0 else done.stdout + done.stderr
    end = next((at for at, word in enumerate(words) if word in ("|", ">")), len(words))
    status, printed = _run_program(words[len(call) : end], folder)
    if end == len(words) or status != 0:
        return status, printed
    if words[end] == ">":
        (folder / words[end + 1]).write_text(printed, encoding="utf-8")
        return status, printed
    behind = shlex.join(words[end + 1 :])
    done = subprocess.run(["sh", "-c", behind], cwd=folder, input=printed, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def differences(shown: object, told: object, where: str = "") -> list[str]:
    """Where two JSON values are made differently: other keys, other kinds; null and an empty list fit anything."""
    if shown in (None, []) or told in (None, []):
        return []
    match shown, told:
        case dict(), dict():
            if shown.keys() != told.keys():
                return [f"{where or 'the whole'}: {sorted(shown.keys() ^ told.keys())}"]
            return [each for key in shown for each in differences(shown[key], told[key], f"{where}.{key}")]
        case list(), list():
            return differences(shown[0], told[0], f"{where}[0]")
        case ((int() | float()), (int() | float())):
            return []
    return [] if type(shown) is type(told) else [f"{where}: {type(shown).__name__}, {type(told).__name__}"]


def _words(line: str) -> list[str]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|>")
    lexer.whitespace_split = True  # and "#" begins a comment
    return list(lexer)


def _expected_status(line: str) -> int:
    found = re.search(r"#.*\bexit status (\d+)", line)
    return int(found[1]) if found else 0


def _run_program(arguments: list[str], folder: Path) -> tuple[int, str]:
    name = next((word for word in arguments if not word.startswith("-")), "serve")
    if name in UNTIL_CTRL_C:
        return _run_until_ctrl_c([*arguments], name, folder)
    if name in TRAININGS and "--dry-run" not in arguments:
        arguments = _shortened(arguments)
    done = CliRunner().invoke(program, arguments)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout if done.exit_code == 0 else done.output


def _shortened(arguments: list[str]) -> list[str]:
    """Two steps, on a CPU, in one process."""
    kept = list(arguments)
    for option in ("--steps", "--minutes", "--device", "--devices", "--workers"):
        if option in kept:
            at = kept.index(option)
            del kept[at : at + 2]
    return [*kept, "--steps", "2"]


def _run_until_ctrl_c(arguments: list[str], name: str, folder: Path) -> tuple[int, str]:
    if "--port" in arguments:
        at = arguments.index("--port")
        del arguments[at : at + 2]
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "app.py"), *arguments],
        cwd=folder,
        env={**os.environ, "MATTELOOP_PORT": "0", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    told: list[str] = []
    try:
        for line in process.stdout or ():
            told.append(line)
            if found := UNTIL_CTRL_C[name].search(line):
                if found.groups():
                    _ask(found[1])
                process.send_signal(signal.SIGINT)
                break
        told.append(process.communicate(timeout=PATIENCE_SECONDS)[0])
    finally:
        process.kill()
        process.wait()
    return process.returncode, "".join(told)


def _ask(address: str) -> None:
    """Wait for an answer, whatever it is: a studio with accounts says that one has to sign in."""
    with suppress(urllib.error.HTTPError):
        urllib.request.urlopen(address, timeout=PATIENCE_SECONDS).close()  # noqa: S310  (our own process)
