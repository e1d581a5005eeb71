"""The examples of the documents, as they stand there, before a studio in-process."""

import re
from pathlib import Path

import matteloop_client
import pytest
from matteloop_client import Matteloop
from small_images import approve, disc, png

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("document", ["docs/api.md", "client/README.md"])
def test_the_example_does_what_it_says(api, studio, tmp_path, monkeypatch, capsys, document):
    (example,) = re.findall(r"```python\n(.*?)```", (ROOT / document).read_text(encoding="utf-8"), re.S)
    transport = api._http._transport

    def in_process(_address: str, *, token: str) -> Matteloop:
        assert token.startswith("mloop_")
        return Matteloop(transport=transport, address="http://127.0.0.1")

    monkeypatch.setattr(matteloop_client, "Matteloop", in_process)
    monkeypatch.chdir(tmp_path)
    approved = approve(studio.store, "bag_1.png", 9)
    for number in (1, 2):
        Path(f"cup_{number}.jpg").write_bytes(png(disc(number)[0]))
    exec(compile(example, document, "exec"), {})  # noqa: S102
    assert Path(f"{approved.id}.png").read_bytes()[:4] == b"\x89PNG"
    assert capsys.readouterr().out
