import errno
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from small_accounts import CHEAP

import studio.web
from annotation_store.errors import LinkSpentError
from annotation_store.people import passwords
from annotation_store.people.invitations import join, open_invitation
from annotation_store.workers.places import process_is_alive
from studio.settings import Settings, environment_of
from studio.studio import open_studio
from studio.web import AddressUnavailableError, PortTakenError, _listen, _tell_of_accounts

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("/", "upload-folder"),
        ("/correct", "correction-editor"),
        ("/learn", "retrain"),
        ("/export", "export-title"),
    ],
)
def test_every_page_is_served_with_its_own_parts(client, path, part):
    answer = client.get(path)
    assert answer.status_code == 200
    assert f'"elem_id":"{part}"' in answer.text


def test_the_editors_scripts_are_served_and_its_python_is_not(client):
    assert client.get("/editor/editor.js").status_code == 200
    for name in ("editor.py", "static_files.py", "__init__.py", "../web.py", "%2e%2e/web.py"):
        answer = client.get(f"/editor/{name}")
        assert "import" not in answer.text or answer.status_code == 404
        assert answer.headers.get("content-type", "") != "text/x-python"


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
def test_no_list_of_routes_is_served(client, path):
    assert client.get(path).status_code == 404


def test_nothing_is_told_to_others():
    assert os.environ["GRADIO_ANALYTICS_ENABLED"] == "False"
    assert os.environ["HF_HUB_OFFLINE"] == "1"


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_port_that_is_taken_is_said_with_advice(settings, host):
    try:
        taken = socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError:
        pytest.skip(f"this computer has no address {host}")
    with taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTakenError, match=rf"port {port} is in use.*--port"):
            _listen(Settings(_env_file=None, host=host, port=port))


def test_an_address_that_the_system_refuses_is_not_called_a_taken_port(monkeypatch):
    def refuse(_listener, _address):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with pytest.raises(AddressUnavailableError, match=r"port 80 \(Permission denied\): use .* above 1023"):
        _listen(Settings(_env_file=None, port=80))


def test_closing_the_application_closes_the_studio(web_app, monkeypatch):
    closed = []
    studio = web_app.state.studio
    monkeypatch.setattr(type(studio), "close", lambda self: closed.append(self))
    with TestClient(web_app, base_url="http://127.0.0.1") as client:
        assert client.get("/api/v1/queue/left").status_code == 200
        assert closed == []
    assert closed == [studio]


def test_the_console_shows_the_way_in_until_somebody_has_an_account(settings, monkeypatch, capsys):
    monkeypatch.setattr(passwords, "hasher", CHEAP)
    opened = open_studio(settings.model_copy(update={"accounts": True}))
    for _ in range(2):
        _tell_of_accounts(opened, "https://matte.example.com")
    older, newer = re.findall(r"https://matte\.example\.com/join/(\S+)\n", capsys.readouterr().out)
    with pytest.raises(LinkSpentError):
        open_invitation(opened.store, older)
    join(opened.store, newer, name="ren", display_name="", password="correct horse battery")  # noqa: S106
    _tell_of_accounts(opened, "https://matte.example.com")
    assert capsys.readouterr().out == ""


def test_accounts_that_nobody_asked_for_are_said_in_the_log(settings, monkeypatch):
    said = []
    monkeypatch.setattr(studio.web.log, "warning", said.append, raising=False)
    opened = open_studio(settings)
    _tell_of_accounts(opened, "")
    assert "MATTELOOP_ACCOUNTS=true" in said[0]


@pytest.mark.parametrize("own_worker", [True, False])
def test_the_pages_start_a_worker_unless_another_one_does_the_work(settings, monkeypatch, own_worker):
    made = []

    def stop_here(_settings):
        raise PortTakenError("far enough")

    monkeypatch.setattr(studio.web, "configure_logs", lambda _settings: None)
    monkeypatch.setattr(studio.web, "Worker", made.append)
    monkeypatch.setattr(studio.web, "open_studio", stop_here)
    with pytest.raises(PortTakenError, match="far enough"):
        studio.web.serve(settings.model_copy(update={"own_worker": own_worker}))
    assert len(made) == own_worker


def children_of(pid):
    """Numbers of the processes that a process started."""
    return [int(number) for number in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="only Linux tells children in /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_program_serves_and_closes_in_order(settings, eventually, tmp_path, number):
    (tmp_path / "errors").touch()
    with (tmp_path / "errors").open("w") as errors:
        program = subprocess.Popen(
            [sys.executable, "app.py"],
            cwd=ROOT,
            env={**os.environ, **environment_of(settings)},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    try:
        line = program.stdout.readline()
        assert line.startswith("Matteloop is open: http://127.0.0.1:"), (tmp_path / "errors").read_text()
        address = line.split()[3]
        with urllib.request.urlopen(f"{address}/api/v1/queue/left", timeout=30) as answer:  # noqa: S310
            assert answer.read() == b'{"left":0}'
            assert answer.headers["server"] is None
        children = children_of(program.pid)
        assert len(children) == 1
        program.send_signal(number)
        assert program.wait(120) == 0, (tmp_path / "errors").read_text()
        assert program.stdout.read() == "Matteloop is closed.\n"
        assert "Traceback" not in (tmp_path / "errors").read_text()
        assert not any(process_is_alive(child) for child in children)
    finally:
        program.kill()
        program.wait()
        program.stdout.close()
