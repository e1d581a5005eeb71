"""The Dockerfile and the compose files are true to the project. No image is built here."""

import json
import re
import shutil
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from compose_files import merged, names
from dockerfile_parse import DockerfileParser
from pydantic import SecretStr

from annotation_store.engines.store_engine import PATIENCE
from studio.commands import program
from studio.operations import probes
from studio.operations.server import GRACE_SECONDS
from studio.operations.trace_export import CLOSE_SECONDS
from studio.settings import Settings
from studio.worker import SHUTDOWN_SECONDS

ROOT = Path(__file__).parent.parent
ALONE = ("compose.yaml",)
MANY = (*ALONE, "compose.many.yaml")
RAY = (*MANY, "compose.ray.yaml")
COMBINATIONS = (ALONE, MANY, RAY, *((*files, "compose.cuda.yaml") for files in (ALONE, MANY, RAY)))
FILES = ("Dockerfile", *RAY, "compose.cuda.yaml", *(f"deploy/{path.name}" for path in (ROOT / "deploy").iterdir()))
OURS = ("web", "worker", "ray-head", "ray-node")
"""Services that run the image of the studio."""
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
    return merged(ROOT / "compose.yaml")


@pytest.fixture(scope="module", params=COMBINATIONS, ids="+".join)
def every(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Each combination of files that the documents name."""
    return merged(*(ROOT / name for name in request.param))


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
    guide = (ROOT / "docs" / "many-processes.md").read_text()
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
    many = merged(*(ROOT / name for name in RAY))["services"]
    for name, command in (("web", ["serve"]), ("worker", ["worker"])):
        assert many[name]["entrypoint"][-2:] == asked[0]
        assert many[name]["command"] == command


def test_secrets_are_files_named_as_settings_and_come_to_those_alone_who_need_them() -> None:
    whole = merged(*(ROOT / name for name in RAY))
    ours = {name for name in whole["secrets"] if name.startswith("matteloop_")}
    fields = [Settings.model_fields[name.removeprefix("matteloop_")] for name in ours]
    assert all(field.annotation is SecretStr for field in fields)
    given = {name: names(service.get("secrets")) for name, service in whole["services"].items()}
    store = {"matteloop_database_url", "matteloop_jobs_url", "object_store_key"}
    assert given == {
        "web": {*store, "matteloop_metrics_token"},
        "worker": {*store, "ray_token"},
        "ray-node": {*store, "ray_token"},
        "ray-head": {"ray_token"},
        "bucket": {"object_store_key", "minio_root_password"},
        "objects": {"minio_root_password"},
        "database": {"postgres_password"},
        "proxy": set(),
    }
    assert all(secret["file"] == f"./secrets/{name}" for name, secret in whole["secrets"].items())
    assert "/secrets/" in (ROOT / ".gitignore").read_text().splitlines()


def test_the_simple_studio_needs_no_secrets_of_the_larger_one(compose: dict[str, Any]) -> None:
    assert set(compose["secrets"]) == {"postgres_password", "matteloop_database_url", "matteloop_metrics_token"}
    assert names(compose["services"]["worker"]["secrets"]) == {"matteloop_database_url"}


def test_every_secret_has_a_command_that_makes_it() -> None:
    guides = "".join((ROOT / "docs" / name).read_text() for name in ("operations.md", "cluster.md"))
    secrets = merged(*(ROOT / name for name in RAY))["secrets"]
    assert [name for name in secrets if f"> secrets/{name}\n" not in guides] == []


def test_what_services_name_is_there(every: dict[str, Any]) -> None:
    for service in every["services"].values():
        assert names(service.get("depends_on")) <= set(every["services"])
        assert names(service.get("networks")) <= set(every["networks"])
        assert names(service.get("secrets")) <= set(every["secrets"])
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            assert (ROOT / source).is_file() if source.startswith("./") else source in every["volumes"]


def test_who_waits_for_whom_is_no_circle(every: dict[str, Any]) -> None:
    waits = {name: names(service.get("depends_on")) for name, service in every["services"].items()}
    while free := [name for name, others in waits.items() if not others & waits.keys()]:
        for name in free:
            del waits[name]
    assert waits == {}


def test_only_the_proxy_is_reached_from_outside(every: dict[str, Any]) -> None:
    assert [name for name, service in every["services"].items() if "ports" in service] == ["proxy"]
    assert not any("network_mode" in service for service in every["services"].values())


def test_containers_of_the_studio_can_change_nothing_of_themselves(every: dict[str, Any]) -> None:
    """Those of the object store neither; the makers of the others say what theirs need."""
    for name in every["services"].keys() & {*OURS, "objects", "bucket"}:
        service = every["services"][name]
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "privileged" not in service
        assert "user" not in service, "the image has one"


def test_every_image_names_a_version(every: dict[str, Any]) -> None:
    for service in every["services"].values():
        image, _, tag = service["image"].partition(":")
        assert image == "matteloop" or re.fullmatch(r"\d+|RELEASE\.[\dTZ-]+", tag), service["image"]


def test_many_processes_share_no_folder_and_no_address() -> None:
    for files in (MANY, RAY):
        services = merged(*(ROOT / name for name in files))["services"]
        for name in services.keys() & {"web", "worker", "ray-node"}:
            service = services[name]
            assert "replicas" in service["deploy"]
            assert all(volume.endswith(":ro") for volume in service["volumes"]), "a data folder of its own"
            settings = service["networks"] if isinstance(service["networks"], dict) else {}
            assert not any(settings.values()), "a fixed address is one container's"


def test_only_the_proxy_has_a_fixed_address(every: dict[str, Any]) -> None:
    networks = {name: service.get("networks") or {} for name, service in every["services"].items()}
    assert [name for name, each in networks.items() if isinstance(each, dict) and any(each.values())] == ["proxy"]


def test_all_processes_of_a_larger_studio_open_the_same_one() -> None:
    services = merged(*(ROOT / name for name in RAY))["services"]
    shared = ("MATTELOOP_BLOB_URL", "AWS_ENDPOINT_URL", "AWS_ALLOW_HTTP", "AWS_REGION", "AWS_ACCESS_KEY_ID")
    found = {tuple(services[name]["environment"][key] for key in shared) for name in ("web", "worker", "ray-node")}
    assert len(found) == 1
    policy = json.loads((ROOT / "deploy" / "bucket_policy.json").read_text())
    bucket = urlsplit(found.pop()[0]).hostname
    assert [each["Resource"] for each in policy["Statement"]] == [
        [f"arn:aws:s3:::{bucket}"],
        [f"arn:aws:s3:::{bucket}/*"],
    ]
    rights = {right for each in policy["Statement"] for right in each["Action"]}
    assert {"s3:ListBucket", "s3:GetObject", "s3:PutObject", "s3:DeleteObject"} <= rights
    assert not [right for right in rights if "*" in right]


def test_ray_is_asked_for_a_token_everywhere_and_lies_in_its_own_network() -> None:
    services = merged(*(ROOT / name for name in RAY))["services"]
    for name in ("worker", "ray-head", "ray-node"):
        assert services[name]["environment"]["RAY_AUTH_MODE"] == "token"
        assert services[name]["environment"]["RAY_AUTH_TOKEN_PATH"] == "/run/secrets/ray_token"  # noqa: S105
    assert {name for name, service in services.items() if "cluster" in names(service.get("networks"))} == {
        "worker",
        "ray-head",
        "ray-node",
    }
    assert services["worker"]["environment"]["MATTELOOP_RAY_ADDRESS"] == "ray-head:6379"
    assert services["web"]["build"]["args"]["RAY"] == "yes"


@pytest.mark.parametrize("path", sorted((ROOT / "deploy").glob("*.sh")), ids=lambda path: path.name)
def test_scripts_can_be_read_by_a_plain_shell(path: Path) -> None:
    assert subprocess.run(["sh", "-n", path], capture_output=True, check=False).returncode == 0


@pytest.fixture
def enter(tmp_path: Path) -> Callable[..., str]:
    """``enter(key=..., join=...)``: what a program sees behind the door of a container; Ray is a script that notes."""
    ray = tmp_path / "ray"
    ray.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/joined\n')
    ray.chmod(0o755)

    def run(*, key: str | None = None, join: str = "") -> str:
        if key is not None:
            (tmp_path / "object_store_key").write_text(key)
        found = subprocess.run(
            ["sh", ROOT / "deploy" / "enter.sh", "sh", "-c", 'echo "$1 $AWS_SECRET_ACCESS_KEY"', "program", "a b"],
            env={"PATH": f"{tmp_path}:/usr/bin:/bin", "SECRETS": str(tmp_path), "JOIN_RAY": join},
            capture_output=True,
            text=True,
            check=True,
        )
        return found.stdout

    return run


def test_the_door_of_a_container_hands_on_the_key_and_the_words_of_the_command(enter: Callable[..., str]) -> None:
    assert enter() == "a b \n"
    assert enter(key="s3cr$t\n") == "a b s3cr$t\n"


def test_the_door_of_a_container_joins_a_cluster_where_it_is_told_to(enter: Callable[..., str], tmp_path: Path) -> None:
    enter()
    assert not (tmp_path / "joined").exists()
    enter(join="ray-head:6379")
    assert (tmp_path / "joined").read_text() == "start --address=ray-head:6379 --num-cpus=0 --num-gpus=0\n"


def test_ray_is_in_the_image_only_where_it_is_asked_for() -> None:
    (chosen,) = [step for step in steps("RUN") if "requirements-extra.txt" in step]
    assert [step for step in steps("ARG") if step.startswith("RAY=")] == ["RAY=no"]
    pattern = re.search(r"grep -v '([^']+)'", chosen)
    assert pattern is not None
    lines = (ROOT / "requirements-extra.txt").read_text().splitlines()
    assert [line.split(">")[0] for line in lines if re.match(pattern[1], line)] == ["ray[data,train]"]


def test_a_container_is_given_the_time_that_closing_in_order_takes(every: dict[str, Any]) -> None:
    for name in ("web", "worker"):
        service = every["services"][name]
        seconds = int(service["stop_grace_period"].removesuffix("s"))
        notice = float(service.get("environment", {}).get("MATTELOOP_NOTICE_SECONDS", 0))
        assert seconds > notice + GRACE_SECONDS + SHUTDOWN_SECONDS + PATIENCE + CLOSE_SECONDS


def test_a_linter_finds_nothing() -> None:
    linter = shutil.which("hadolint")
    if linter is None:
        pytest.skip("no `hadolint`: pip install -r requirements-dev.txt to run this test")
    found = subprocess.run([linter, "Dockerfile"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout) == (0, "")
