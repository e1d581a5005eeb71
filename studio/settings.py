"""Every setting of the studio, from the environment (``MATTELOOP_…``), a ``.env`` file or files of secrets.

Nothing else is configured. The table in docs/settings.md is checked against this class by a test.
"""

import getpass
import ipaddress
from collections.abc import Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from matting_core.image_io import ImageLimits
from studio.addresses import is_this_computer, origin_of
from studio.work import Work

SHORTEST_TOKEN = 16
SECRETS = Path("/run/secrets")
"""Where containers find secrets as files; each is named as its setting, in small letters."""
WEB_ONLY = ("oidc_client_secret", "metrics_token")
"""Secrets that only the process needs which answers browsers; they are not handed to children."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Settings(BaseSettings):
    """Defaults fit one person on one computer."""

    model_config = SettingsConfigDict(
        env_prefix="MATTELOOP_",
        env_file=".env",
        secrets_dir=SECRETS if SECRETS.is_dir() else None,
        extra="ignore",
        frozen=True,
    )

    data_dir: Path = Field(Path("studio-data"), description="Folder of the database, the blobs and the logs.")
    database_url: SecretStr = Field(
        SecretStr(""),
        description="Tables on PostgreSQL, `postgresql://USER:PASSWORD@HOST/DATABASE`; empty keeps them in the folder.",
    )
    blob_url: SecretStr = Field(
        SecretStr(""),
        description="Photos and mattes in an object store, `s3://BUCKET/FOLDER`; empty keeps them in the folder.",
    )
    blob_cache_megabytes: int = Field(
        5000, ge=0, description="Room on this computer for copies of what lies in an object store, in megabytes."
    )
    jobs_url: SecretStr = Field(
        SecretStr(""),
        description="Queue of jobs that several computers share, `postgresql://USER:PASSWORD@HOST/DATABASE` or "
        "`redis://:PASSWORD@HOST:6379/0`; empty keeps it in the folder.",
    )
    work: str = Field(
        "drafts,trainings,chores", description="What a worker does: these three, or some of them, by commas."
    )
    ray_address: str = Field(
        "", description="Ray cluster that drafts and trains, `HOST:6379` or `auto`; empty does so on this computer."
    )
    accounts: bool = Field(False, description="Whether people sign in; always so where somebody has an account.")
    host: str = Field("127.0.0.1", description="Address to listen on; without accounts only this computer's own.")
    port: int = Field(7860, ge=0, le=65535, description="Port to listen on; 0 takes any free one.")
    public_url: str = Field("", description="How people reach a studio with accounts, as https://matte.example.com.")
    trusted_proxies: str = Field(
        "", description="Addresses or networks of proxies that may say who asks, by commas; this computer is one."
    )
    session_idle_hours: float = Field(12, gt=0, le=8760, description="Hours unused after which a sign-in ends.")
    session_days: float = Field(7, gt=0, le=365, description="Days after which a sign-in ends in any case.")
    oidc_issuer: str = Field("", description="Address of an identity provider (OpenID Connect) to sign in through.")
    oidc_client_id: str = Field("", description="What the identity provider calls this studio.")
    oidc_client_secret: SecretStr = Field(SecretStr(""), description="The secret that it gave to this studio, if any.")
    oidc_label: str = Field("", description="What people call the identity provider; empty takes its host.")
    operator: str = Field("", description="Name written beside decisions; empty takes the login name.")
    max_megapixels: int = Field(120, ge=1, le=1000, description="Largest photo that is taken in, in megapixels.")
    max_upload_megabytes: int = Field(2000, ge=1, description="Largest single file that is uploaded, in megabytes.")
    max_upload_total_megabytes: int = Field(
        20_000, ge=1, description="Largest sum of the files that are uploaded at once, in megabytes."
    )
    device: Literal["auto", "cpu", "cuda"] = Field("auto", description="Where networks run; auto prefers a GPU.")
    threads: int = Field(0, ge=0, description="CPU threads a prediction or training uses; 0 means all cores.")
    predictions_at_once: int = Field(
        0, ge=0, le=64, description="Predictions that strokes may have at work at once; 0 is by device: 2, on a GPU 8."
    )
    predictions_waiting: int = Field(
        64, ge=0, le=1000, description="Predictions that may wait for those before the studio says that it is busy."
    )
    device_memory_megabytes: int = Field(
        0,
        ge=0,
        description="Memory for models and predictions, in megabytes; 0 is a GPU's less 1500, a quarter of a CPU's.",
    )
    validation_share: float = Field(
        0.25,
        gt=0,
        lt=1,
        description="Share of the products whose approved mattes judge a new model, never train it.",
    )
    training_steps: int = Field(300, ge=1, description="Steps of one retraining.")
    training_minutes: float = Field(
        30, gt=0, description="The learning of one retraining ends after this many minutes at the latest."
    )
    training_processes: int = Field(
        1, ge=0, description="Processes that share one training of the matting model; 0 takes one for each GPU."
    )
    learning_rate: float = Field(3e-4, gt=0, description="Peak learning rate of a retraining.")
    webhook_private_addresses: str = Field(
        "", description="Addresses or networks besides the public ones that webhooks may be sent to, by commas."
    )
    time_zone: str = Field(
        "",
        description="Time zone whose weeks and months figures are told by, as Asia/Tokyo; empty takes the computer's.",
    )
    idle_seconds: float = Field(
        100, ge=10, le=3600, description="Seconds up to which a pause at the desk counts as working time."
    )
    watch_dir: str = Field("", description="Folder whose photos are taken in by themselves; empty takes none in.")
    watch_seconds: float = Field(5, ge=0.5, le=3600, description="Seconds from one look into that folder to the next.")
    outbox_dir: str = Field("", description="Folder in which what is approved appears; empty keeps it in the studio.")
    outbox_formats: str = Field(
        "cutout", description="Forms in which it appears there, named as in exports, by commas."
    )
    own_worker: bool = Field(True, description="Whether the pages start a worker of their own.")
    metrics_token: SecretStr = Field(
        SecretStr(""), description="Secret by which Prometheus may read `/metrics`; empty has no such page."
    )
    access_log: bool = Field(False, description="Whether each request is noted in the log.")
    notice_seconds: float = Field(
        0, ge=0, le=600, description="Seconds of service after SIGTERM in which `/readyz` already says no."
    )
    traces_url: str = Field(
        "", description="Collector of traces (OpenTelemetry) by HTTP, `http://collector:4318`; empty sends none."
    )
    traces_share: float = Field(1, ge=0, le=1, description="Share of requests and of jobs that are traced, 0 to 1.")
    log_format: Literal["console", "json"] = Field("console", description="How log lines look.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least severe line logged.")

    @field_validator("host")
    @classmethod
    def others_need_accounts(cls, host: str, info: ValidationInfo) -> str:
        """Without accounts, nobody else may reach the studio."""
        if not (host and info.data.get("accounts", False)) and not is_this_computer(host):
            raise ValueError(
                "without accounts the studio listens on this computer only: turn accounts on (MATTELOOP_ACCOUNTS=true, "
                "or --accounts), or leave MATTELOOP_HOST at 127.0.0.1 and reach the studio through an SSH tunnel"
            )
        return host

    @field_validator("public_url")
    @classmethod
    def origin_only(cls, url: str, info: ValidationInfo) -> str:
        """As a browser writes an origin: no slash at the end, no usual port. What needs accounts says so."""
        if not url:
            return url
        if not info.data.get("accounts", False):
            raise ValueError("a studio that others reach needs accounts: set MATTELOOP_ACCOUNTS=true as well")
        if (origin := origin_of(url)) is None:
            raise ValueError("write the address without any path, as https://matte.example.com")
        return origin

    @field_validator("trusted_proxies")
    @classmethod
    def addresses_only(cls, proxies: str) -> str:
        """Names could be taken over, and everybody is no proxy."""
        for proxy in _networks(proxies):
            if proxy.prefixlen == 0:
                raise ValueError(f"{proxy} is everybody: name the proxies alone")
        return proxies

    @field_validator("webhook_private_addresses")
    @classmethod
    def networks_only(cls, networks: str) -> str:
        """Every address would be no limit."""
        for network in _networks(networks):
            if network.prefixlen == 0:
                raise ValueError(f"{network} is every address: name the networks of your receivers alone")
        return networks

    @field_validator("metrics_token")
    @classmethod
    def not_to_be_guessed(cls, token: SecretStr) -> SecretStr:
        """Nothing but its length keeps others from trying."""
        if 0 < len(token.get_secret_value()) < SHORTEST_TOKEN:
            raise ValueError(f"take {SHORTEST_TOKEN} characters or more, as `openssl rand -hex 32` makes them")
        return token

    @field_validator("traces_url")
    @classmethod
    def no_keys_in_an_address(cls, url: str) -> str:
        """It stands in logs and in lists of processes."""
        parts = urlsplit(url)
        if url and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment):
            raise ValueError("write the address of the collector as http://collector:4318")
        if parts.username or parts.password:
            raise ValueError("leave name and password out of the address: OTEL_EXPORTER_OTLP_HEADERS takes them")
        return url

    @field_validator("time_zone")
    @classmethod
    def known_time_zone(cls, name: str) -> str:
        """A name of the IANA's time zone database."""
        if name:
            try:
                ZoneInfo(name)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                raise ValueError(f"there is no time zone {name!r}: write one as Asia/Tokyo or Europe/Berlin") from None
        return name

    @field_validator("watch_dir", "outbox_dir")
    @classmethod
    def apart_from_the_store(cls, folder: str, info: ValidationInfo) -> str:
        """Files of the store must not be taken for photos that came in, and moved; nor lie among what goes out."""
        if folder and "data_dir" in info.data:
            chosen, data = Path(folder).expanduser().resolve(), info.data["data_dir"].expanduser().resolve()
            if chosen.is_relative_to(data) or data.is_relative_to(chosen):
                raise ValueError("the studio keeps its own files there: choose a folder apart from MATTELOOP_DATA_DIR")
        return folder

    @field_validator("outbox_dir")
    @classmethod
    def no_circle(cls, outbox: str, info: ValidationInfo) -> str:
        """What goes out must not come in again."""
        if outbox and (watched := info.data.get("watch_dir")):
            out, into = (Path(folder).expanduser().resolve() for folder in (outbox, watched))
            if out.is_relative_to(into) or into.is_relative_to(out):
                raise ValueError("what goes out would come in again: choose a folder beside MATTELOOP_WATCH_DIR")
        return outbox

    @field_validator("work")
    @classmethod
    def known_work(cls, work: str) -> str:
        """At least one, each by its name."""
        names = list(filter(None, map(str.strip, work.split(","))))
        if not names or not set(names) <= set(Work):
            raise ValueError("name one or more of drafts, trainings and chores, by commas")
        return ",".join(names)

    @field_validator("oidc_issuer")
    @classmethod
    def trustworthy_issuer(cls, issuer: str, info: ValidationInfo) -> str:
        if not issuer:
            return issuer
        if not info.data.get("public_url"):
            raise ValueError("the provider must know where to send people back to: set MATTELOOP_PUBLIC_URL as well")
        parts = urlsplit(issuer)
        if parts.scheme != "https" and not (parts.scheme == "http" and is_this_computer(parts.hostname or "")):
            raise ValueError("write its address with https://: without encryption, anybody could be the provider")
        return issuer

    @field_validator("oidc_client_id")
    @classmethod
    def known_to_its_issuer(cls, client_id: str, info: ValidationInfo) -> str:
        if info.data.get("oidc_issuer") and not client_id:
            raise ValueError("the identity provider must know this studio: register it there, and set its client id")
        return client_id

    @property
    def person(self) -> str:
        """The name written beside strokes and decisions."""
        if self.operator:
            return self.operator
        try:
            return getpass.getuser()
        except (KeyError, OSError):  # no login name in a bare container
            return "operator"

    @property
    def zone(self) -> ZoneInfo | None:
        """Whose weeks and months figures are told by, as `datetime.astimezone` takes it: None is the computer's own."""
        return ZoneInfo(self.time_zone) if self.time_zone else None

    @property
    def image_limits(self) -> ImageLimits:
        return ImageLimits(max_pixels=self.max_megapixels * 1_000_000)

    @property
    def proxies(self) -> list[str]:
        """Whose word about the origin of a request is taken."""
        return ["127.0.0.1", "::1", *filter(None, map(str.strip, self.trusted_proxies.split(",")))]

    @property
    def private_networks(self) -> list[Network]:
        """Where webhooks may be sent to besides the public internet."""
        return list(_networks(self.webhook_private_addresses))

    @property
    def blob_cache_room(self) -> int:
        """In bytes."""
        return self.blob_cache_megabytes * 1_000_000

    @property
    def works(self) -> frozenset[Work]:
        """What a worker does."""
        return frozenset(map(Work, self.work.split(",")))

    @property
    def watch_folder(self) -> Path | None:
        return Path(self.watch_dir).expanduser().resolve() if self.watch_dir else None

    @property
    def outbox_folder(self) -> Path | None:
        return Path(self.outbox_dir).expanduser().resolve() if self.outbox_dir else None

    @property
    def outbox_forms(self) -> list[str]:
        """Names of forms of exports."""
        return list(filter(None, map(str.strip, self.outbox_formats.split(","))))

    def address(self, port: int | None = None) -> str:
        """Where people find the studio, without a slash at the end. port: the one taken, where any was asked for."""
        if self.public_url:
            return self.public_url
        # 0.0.0.0 and :: mean every address of this computer, and are none to go to
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port if port is None else port}"


def environment_of(settings: Settings) -> dict[str, str]:
    """The settings as environment variables, so that a child process has the very same ones, less those WEB_ONLY."""
    update = {
        "data_dir": settings.data_dir.expanduser().resolve(),
        "watch_dir": str(settings.watch_folder or ""),
        "outbox_dir": str(settings.outbox_folder or ""),
        **dict.fromkeys(WEB_ONLY, ""),
    }
    values = settings.model_copy(update=update)
    return {f"MATTELOOP_{name.upper()}": _as_text(value) for name, value in values.model_dump().items()}


def _networks(text: str) -> Iterator[Network]:
    """Addresses and networks by commas. Raises ValueError in an admin's words."""
    for part in filter(None, map(str.strip, text.split(","))):
        try:
            yield ipaddress.ip_network(part)
        except ValueError:
            raise ValueError(f"{part} is no address or network: write 10.0.0.2 or 10.0.0.0/24") from None


def _as_text(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)
