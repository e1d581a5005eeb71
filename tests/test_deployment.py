"""The Dockerfile and the compose files are true to the project. No image is built here."""

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from dockerfile_parse import DockerfileParser
from pydantic import SecretStr

from annotation_store.engines.store_engine import PATIENCE
from studio.commands import program
from studio.operations import probes
from studio.operations.server import GRACE_SECONDS
from studio.settings import Settings
from studio.worker import SHUTDOWN_SECONDS

ROOT = Path(__file__).parent.parent
FILES = ("Dockerfile", "compose.yaml", "compose.cuda.yaml", "deploy/Caddyfile")
OF_THE_PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def steps(kind: str) -> list[str]:
    """What follows an instruction of the Dockerfile, each time that it stands there."""
    parsed = DockerfileParser(fileobj=(ROOT / "Dockerfile").open("rb"))
    return [step["value"] for step in parsed.structure if step["instruction"] == kind]


@pytest.fixture(scope="module")
def image_environment() -> dict[str, str]:
    return dict(re.findall(r"(\w+)=(\S+)", " ".join(steps("ENV"))))


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return found


def copied() -> set[str]:
    sources = [words.split()[:-1] for words in steps("COPY") if not words.startswith("--from")]
    return {source for each in sources for source in each}


def test_what_is_copied_exists_and_is_all_that_the_build_is_given() -> None:
    assert [name for name in sorted(copied()) if not (ROOT / name).exists()] == []
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert copied() == allowed


def test_the_whole_program_is_copied() -> None:
    assert set(OF_THE_PROJECT["tool"]["importlinter"]["root_packages"]) | {"app.py"} <= copied()


def test_the_image_has_a_python_that_the_project_is_made_for() -> None:
    (version,) = (step.removeprefix("PYTHON=") for step in steps("ARG") if step.startswith("PYTHON="))
    assert OF_THE_PROJECT["project"]["requires-python"] == f">={version}"
    assert all(step.startswith("python:${PYTHON}-") for step in steps("FROM"))


def test_the_build_of_pytorch_is_of_the_range_that_the_project_pins() -> None:
    pinned = [line for line in (ROOT / "requirements.txt").read_text().splitlines() if re.match("torch>", line)]
    assert len(pinned) == 1


@pytest.mark.parametrize("name", FILES)
def test_every_setting_that_is_named_exists(name: str) -> None:
    text = (ROOT / name).read_text()
    named = {found.lower() for found in re.findall(r"MATTELOOP_([A-Z_]+)", text)}
    assert named - set(Settings.model_fields) == set()


def test_nobody_is_root_and_what_is_written_lies_in_the_volume(image_environment: dict[str, str]) -> None:
    assert steps("USER") == ["10001:10001"]
    assert steps("VOLUME") == ["/data"]
    written = ("TMPDIR", "GRADIO_TEMP_DIR", "NUMBA_CACHE_DIR", "MATTELOOP_DATA_DIR")
    assert all(image_environment[name].startswith("/data/") for name in written)
    assert image_environment["HOME"] == "/tmp"  # noqa: S108


def test_settings_of_the_image_and_of_the_pages_are_valid(
    image_environment: dict[str, str], compose: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = {**image_environment, **compose["services"]["web"]["environment"]}
    environment["MATTELOOP_PUBLIC_URL"] = "https://matte.example.com"
    for name, value in environment.items():
        if name.startswith("MATTELOOP_"):
            monkeypatch.setenv(name, value)
    settings = Settings(_env_file=None)
    assert (settings.accounts, settings.own_worker) == (True, False)
    proxy = compose["services"]["proxy"]["networks"]["inside"]["ipv4_address"]
    assert settings.proxies == ["127.0.0.1", "::1", proxy]
    port = str(settings.port)
    assert steps("EXPOSE") == [port]
    assert f"dynamic a web {port} " in (ROOT / "deploy" / "Caddyfile").read_text()


def test_the_keeper_asks_what_the_studio_answers() -> None:
    (check,) = steps("HEALTHCHECK")
    command = json.loads(check.partition("CMD")[2])
    assert command[:2] == ["python", "-c"]
    compile(command[2], "healthcheck", "exec")
    assert f"{probes.ALIVE}'" in command[2]
    (hidden,) = re.findall(r"@inside path (.+)", (ROOT / "deploy" / "Caddyfile").read_text())
    assert hidden.split() == ["/metrics", probes.ALIVE, probes.READY]


def adapted(file: Path) -> dict[str, Any]:
    """What Caddy makes of a Caddyfile; skips where there is no Caddy."""
    caddy = shutil.which("caddy")
    if caddy is None:
        pytest.skip("no `caddy` on the PATH: install it (Debian: apt-get install caddy) to run this test")
    done = subprocess.run(
        [caddy, "adapt", "--config", str(file), "--adapter", "caddyfile"],
        env={"MATTELOOP_PUBLIC_URL": "https://matte.example.com", "HOME": "/nowhere"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def proxies_in(part: object) -> list[dict[str, Any]]:
    """Every reverse proxy, wherever it stands."""
    if isinstance(part, dict):
        own = [part] if part.get("handler") == "reverse_proxy" else []
        return own + [found for value in part.values() for found in proxies_in(value)]
    return [found for each in part for found in proxies_in(each)] if isinstance(part, list) else []


def test_a_browser_stays_with_its_process_and_changes_are_not_sent_twice_by_the_proxy() -> None:
    (proxy,) = proxies_in(adapted(ROOT / "deploy" / "Caddyfile"))
    balancing = proxy["load_balancing"]
    assert balancing["selection_policy"]["policy"] == "cookie"
    assert proxy["dynamic_upstreams"]["name"] == "web"
    assert "retry_match" not in balancing  # then Caddy asks once more for what was not taken, and for GET alone
    assert "unhealthy_status" not in str(proxy)  # 503 says that a process is busy, or a disk full: no cure for either
    assert "active" not in proxy["health_checks"]  # Caddy looks at no addresses that it has from DNS


def test_the_proxy_of_the_guide_for_computers_of_their_own_is_one(tmp_path: Path) -> None:
    guide = (ROOT / "docs" / "operations.md").read_text()
    (block,) = re.findall(r"```caddyfile\n(.*?)```", guide, flags=re.DOTALL)
    file = tmp_path / "Caddyfile"
    file.write_text("https://matte.example.com {\n" + block + "}\n")
    (proxy,) = proxies_in(adapted(file))
    assert len(proxy["upstreams"]) == 2
    assert proxy["health_checks"]["active"]["uri"] == probes.READY
    assert proxy["load_balancing"]["selection_policy"]["policy"] == "cookie"


def test_commands_are_the_programs(compose: dict[str, Any]) -> None:
    asked = [json.loads(step) for step in (*steps("ENTRYPOINT"), *steps("CMD"))]
    assert asked == [["python", "app.py"], ["serve"]]
    known = {command.name or command.callback.__name__ for command in program.registered_commands}
    assert {"serve", *(name for each in ("web", "worker") for name in compose["services"][each]["command"])} <= known


def test_secrets_are_files_named_as_settings_and_come_to_those_alone_who_need_them(compose: dict[str, Any]) -> None:
    ours = {name for name in compose["secrets"] if name.startswith("matteloop_")}
    fields = [Settings.model_fields[name.removeprefix("matteloop_")] for name in ours]
    assert all(field.annotation is SecretStr for field in fields)
    given = {name: set(service.get("secrets", [])) for name, service in compose["services"].items()}
    assert given == {
        "web": ours,
        "worker": {"matteloop_database_url"},
        "database": {"postgres_password"},
        "proxy": set(),
    }
    assert all(secret["file"].startswith("./secrets/") for secret in compose["secrets"].values())
    assert "/secrets/" in (ROOT / ".gitignore").read_text().splitlines()


def test_what_services_name_is_there(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        assert set(service.get("depends_on", [])) <= set(compose["services"])
        for volume in service["volumes"]:
            source = volume.partition(":")[0]
            assert (ROOT / source).is_file() if source.startswith("./") else source in compose["volumes"]
    cuda = yaml.safe_load((ROOT / "compose.cuda.yaml").read_text())
    assert set(cuda["services"]) <= set(compose["services"])


def test_only_the_proxy_is_reached_from_outside(compose: dict[str, Any]) -> None:
    assert [name for name, service in compose["services"].items() if "ports" in service] == ["proxy"]


def test_a_container_is_given_the_time_that_closing_in_order_takes(compose: dict[str, Any]) -> None:
    for name in ("web", "worker"):
        seconds = int(compose["services"][name]["stop_grace_period"].removesuffix("s"))
        assert seconds > GRACE_SECONDS + SHUTDOWN_SECONDS + PATIENCE


def test_a_linter_finds_nothing() -> None:
    linter = shutil.which("hadolint")
    if linter is None:
        pytest.skip("no `hadolint`: pip install -r requirements-dev.txt to run this test")
    found = subprocess.run([linter, "Dockerfile"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout) == (0, "")
