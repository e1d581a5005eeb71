from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr, ValidationError

from studio.settings import WEB_ONLY, Settings, environment_of
from studio.work import Work

TABLE = Path(__file__).parents[2] / "docs" / "settings.md"


@pytest.fixture(autouse=True)
def _bare(bare_environment):
    """No settings from outside."""


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.0.0.2"])
def test_this_computers_own_addresses_are_accepted(host):
    assert Settings(host=host).host == host


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "studio.example", ""])  # noqa: S104
def test_any_other_address_is_refused_with_advice(host):
    with pytest.raises(ValidationError) as caught:
        Settings(host=host)
    assert "listens on this computer only" in str(caught.value)
    assert "MATTELOOP_ACCOUNTS=true" in str(caught.value)
    assert "SSH tunnel" in str(caught.value)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "studio.example"])  # noqa: S104
def test_with_accounts_any_address_will_do(host):
    assert Settings(accounts=True, host=host).host == host
    with pytest.raises(ValidationError):
        Settings(accounts=True, host="")


PUBLIC = {"accounts": True, "public_url": "https://matte.example.com"}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"public_url": "https://matte.example.com"}, "needs accounts"),
        ({"accounts": True, "public_url": "matte.example.com"}, "write the address without any path"),
        ({"accounts": True, "public_url": "https://matte.example.com/studio"}, "write the address without any path"),
        ({"trusted_proxies": "*"}, "no address or network"),
        ({"trusted_proxies": "10.0.0.1, proxy.example"}, "proxy.example is no address"),
        ({"trusted_proxies": "0.0.0.0/0"}, "is everybody"),
        ({"trusted_proxies": "::/0"}, "is everybody"),
        ({"webhook_private_addresses": "10.0.0.0/8, shop.internal"}, "shop.internal is no address"),
        ({"webhook_private_addresses": "0.0.0.0/0"}, "is every address"),
        ({"webhook_private_addresses": "::/0"}, "is every address"),
        ({"work": "drafts,dishes"}, "one or more of drafts, trainings and chores"),
        ({"work": ""}, "one or more of drafts, trainings and chores"),
        ({"watch_dir": "studio-data/in"}, "apart from MATTELOOP_DATA_DIR"),
        ({"watch_dir": "."}, "apart from MATTELOOP_DATA_DIR"),
        ({"watch_dir": "in", "outbox_dir": "in/out"}, "would come in again"),
        ({"watch_dir": "in/here", "outbox_dir": "in"}, "would come in again"),
        ({"outbox_dir": "studio-data/out"}, "apart from MATTELOOP_DATA_DIR"),
        ({"outbox_dir": "."}, "apart from MATTELOOP_DATA_DIR"),
        ({"accounts": True, "oidc_issuer": "https://id.example.com"}, "MATTELOOP_PUBLIC_URL"),
        ({**PUBLIC, "oidc_issuer": "http://id.example.com"}, "https://"),
        ({**PUBLIC, "oidc_issuer": "https://id.example.com"}, "client id"),
        ({"session_idle_hours": 0}, "greater than 0"),
        ({"session_days": 1000}, "less than or equal to 365"),
    ],
)
def test_what_would_open_the_door_by_mistake_is_refused_with_advice(wrong, sentence):
    with pytest.raises(ValidationError) as caught:
        Settings(**wrong)
    assert sentence in str(caught.value)


def test_people_find_the_studio_under_its_public_address_or_where_it_listens():
    assert Settings(accounts=True, public_url="HTTPS://Matte.Example.com:443/").address() == "https://matte.example.com"
    assert Settings(port=8000).address() == "http://127.0.0.1:8000"
    assert Settings(host="::1", port=0).address(4321) == "http://[::1]:4321"
    assert Settings(accounts=True, host="0.0.0.0").address() == "http://127.0.0.1:7860"  # noqa: S104
    assert Settings(accounts=True, host="::").address() == "http://[::1]:7860"


def test_proxies_are_named_one_by_one_and_this_computer_is_one():
    assert Settings().proxies == ["127.0.0.1", "::1"]
    assert Settings(trusted_proxies="10.0.0.2, 10.1.0.0/16,").proxies == ["127.0.0.1", "::1", "10.0.0.2", "10.1.0.0/16"]


def test_folders_and_networks_are_read_as_they_are_meant(tmp_path):
    bare = Settings()
    assert (bare.watch_folder, bare.outbox_folder, bare.private_networks) == (None, None, [])
    given = Settings(watch_dir="in", outbox_dir="out", outbox_formats="cutout, psd,")
    assert (given.watch_folder, given.outbox_folder) == (Path.cwd() / "in", Path.cwd() / "out")
    assert given.outbox_forms == ["cutout", "psd"]
    networks = Settings(webhook_private_addresses="10.1.0.0/16, fd00::/8,192.168.7.5").private_networks
    assert list(map(str, networks)) == ["10.1.0.0/16", "fd00::/8", "192.168.7.5/32"]


def test_figures_are_told_by_the_clocks_of_the_studio():
    assert Settings().zone is None  # the computer's own
    assert Settings(time_zone="Asia/Tokyo").zone == ZoneInfo("Asia/Tokyo")
    assert (Settings().idle_seconds, Settings(idle_seconds=10).idle_seconds) == (100, 10)


@pytest.mark.parametrize("name", ["Tokyo", "../../etc/passwd", "/etc/localtime", "Asia", "Asia/Tokyo\0"])
def test_a_time_zone_that_nobody_knows_is_refused_with_advice(name):
    with pytest.raises(ValidationError, match="there is no time zone"):
        Settings(time_zone=name)


def test_a_secret_is_not_shown():
    settings = Settings(oidc_client_secret="s3cret")  # noqa: S106
    assert "s3cret" not in f"{settings!r} {settings} {settings.model_dump()}"
    assert settings.oidc_client_secret.get_secret_value() == "s3cret"


def test_settings_come_from_the_environment_under_their_prefix(monkeypatch):
    monkeypatch.setenv("MATTELOOP_PORT", "8080")
    monkeypatch.setenv("MATTELOOP_DATA_DIR", "/somewhere/else")
    monkeypatch.setenv("PORT", "9999")
    settings = Settings()
    assert (settings.port, settings.data_dir) == (8080, Path("/somewhere/else"))


def test_settings_come_from_a_file_and_the_environment_wins(monkeypatch):
    Path(".env").write_text("MATTELOOP_PORT=8080\nMATTELOOP_THREADS=3\nSOMETHING_ELSE=1\n")
    monkeypatch.setenv("MATTELOOP_THREADS", "2")
    assert (Settings().port, Settings().threads) == (8080, 2)


def test_secrets_of_a_container_come_from_files_and_the_environment_wins(tmp_path, monkeypatch):
    (tmp_path / "matteloop_database_url").write_text("postgresql://keiko:s3cret@db.example/store\n")
    (tmp_path / "matteloop_metrics_token").write_text("a token of some length\n")
    (tmp_path / "postgres_password").write_text("s3cret\n")
    monkeypatch.setenv("MATTELOOP_METRICS_TOKEN", "another of some length")
    settings = Settings(_secrets_dir=tmp_path)
    assert settings.database_url.get_secret_value() == "postgresql://keiko:s3cret@db.example/store"
    assert settings.metrics_token.get_secret_value() == "another of some length"


def test_the_password_of_the_database_is_not_shown(monkeypatch):
    monkeypatch.setenv("MATTELOOP_DATABASE_URL", "postgresql://keiko:s3cret@db.example/store")
    settings = Settings()
    assert settings.database_url.get_secret_value() == "postgresql://keiko:s3cret@db.example/store"
    assert "s3cret" not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"


@pytest.mark.parametrize(
    "wrong",
    [
        {"port": 70000},
        {"threads": -1},
        {"validation_share": 0},
        {"validation_share": 1},
        {"training_steps": 0},
        {"training_minutes": 0},
        {"learning_rate": 0},
        {"max_megapixels": 0},
        {"device": "abacus"},
        {"log_level": "LOUD"},
        {"idle_seconds": 9.9},
        {"idle_seconds": 3601},
        {"idle_seconds": "nan"},
    ],
)
def test_values_out_of_range_are_refused(wrong):
    with pytest.raises(ValidationError):
        Settings(**wrong)


def test_the_person_is_the_operator_or_the_login_name(monkeypatch):
    assert Settings(operator="keiko").person == "keiko"
    monkeypatch.setattr("getpass.getuser", lambda: "ren")
    assert Settings().person == "ren"


@pytest.mark.parametrize("error", [KeyError("uid not found"), OSError("no login")])
def test_the_person_has_a_name_in_a_bare_container(monkeypatch, error):
    def fail():
        raise error

    monkeypatch.setattr("getpass.getuser", fail)
    assert Settings().person == "operator"


def test_the_image_limits_follow_the_megapixels():
    assert Settings(max_megapixels=12).image_limits.max_pixels == 12_000_000


def test_the_table_of_the_documentation_lists_every_setting_with_its_default_and_meaning():
    rows = [
        tuple(cell.strip() for cell in line.strip("|").split("|"))
        for line in TABLE.read_text(encoding="utf-8").splitlines()
        if line.startswith("| `")
    ]
    assert rows == [
        (f"`MATTELOOP_{name.upper()}`", f"`{field.default}`" if str(field.default) else "", field.description)
        for name, field in Settings.model_fields.items()
    ]


def test_every_secret_is_decided_upon_and_those_of_the_web_alone_reach_no_child():
    """A new secret must be put into one of the two lists: into WEB_ONLY unless a worker or a training needs it."""
    secrets = {name for name, field in Settings.model_fields.items() if field.annotation is SecretStr}
    needed_by_children = {"database_url", "blob_url", "jobs_url"}
    assert secrets == needed_by_children | set(WEB_ONLY)
    given = dict.fromkeys(secrets, "a secret of some length")
    environment = environment_of(Settings(_env_file=None, **given))
    assert {name for name in secrets if environment[f"MATTELOOP_{name.upper()}"]} == needed_by_children


@pytest.mark.parametrize(
    "url", ["collector:4318", "ftp://collector", "http://", "http://collector:4318?key=1", "http://a:b@collector"]
)
def test_the_address_of_a_collector_is_an_address_and_holds_no_key(url):
    with pytest.raises(ValidationError, match=r"collector:4318|OTEL_EXPORTER_OTLP_HEADERS"):
        Settings(_env_file=None, traces_url=url)
    assert Settings(_env_file=None, traces_url="https://collector.example:4318").traces_share == 1


def test_a_worker_does_all_kinds_of_work_or_those_that_are_named():
    assert Settings().works == set(Work)
    assert Settings(work=" trainings, drafts ").works == {Work.TRAININGS, Work.DRAFTS}
