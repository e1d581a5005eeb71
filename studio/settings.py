"""Every setting of the studio, from the environment (``MATTELOOP_…``) or a ``.env`` file. Nothing else is configured.

The table in docs/settings.md is checked against this class by a test.
"""

import getpass
import ipaddress
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from matting_core.image_io import ImageLimits


class Settings(BaseSettings):
    """Defaults fit one person on one computer."""

    model_config = SettingsConfigDict(env_prefix="MATTELOOP_", env_file=".env", extra="ignore", frozen=True)

    data_dir: Path = Field(Path("studio-data"), description="Folder of the database, the blobs and the logs.")
    database_url: SecretStr = Field(
        SecretStr(""),
        description="Tables on PostgreSQL, `postgresql://USER:PASSWORD@HOST/DATABASE`; empty keeps them in the folder.",
    )
    host: str = Field("127.0.0.1", description="Address to listen on; without accounts only this computer's own.")
    port: int = Field(7860, ge=0, le=65535, description="Port to listen on; 0 takes any free one.")
    operator: str = Field("", description="Name written beside decisions; empty takes the login name.")
    max_megapixels: int = Field(120, ge=1, le=1000, description="Largest photo that is taken in, in megapixels.")
    max_upload_megabytes: int = Field(2000, ge=1, description="Largest single file that is uploaded, in megabytes.")
    max_upload_total_megabytes: int = Field(
        20_000, ge=1, description="Largest sum of the files that are uploaded at once, in megabytes."
    )
    device: Literal["auto", "cpu", "cuda"] = Field("auto", description="Where networks run; auto prefers a GPU.")
    threads: int = Field(0, ge=0, description="CPU threads a prediction or training uses; 0 means all cores.")
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
    learning_rate: float = Field(3e-4, gt=0, description="Peak learning rate of a retraining.")
    log_format: Literal["console", "json"] = Field("console", description="How log lines look.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least severe line logged.")

    @field_validator("host")
    @classmethod
    def only_this_computer(cls, host: str) -> str:
        """There are no accounts yet, so nobody else may reach the studio."""
        if host != "localhost" and not _is_loopback(host):
            raise ValueError(
                f"the studio has no accounts yet, so it listens on this computer only: "
                f"set MATTELOOP_HOST to 127.0.0.1 instead of {host} and reach it through an SSH tunnel"
            )
        return host

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
    def image_limits(self) -> ImageLimits:
        return ImageLimits(max_pixels=self.max_megapixels * 1_000_000)


def environment_of(settings: Settings) -> dict[str, str]:
    """The settings as environment variables, so that a child process has the very same ones."""
    values = settings.model_copy(update={"data_dir": settings.data_dir.expanduser().resolve()})
    return {f"MATTELOOP_{name.upper()}": _as_text(value) for name, value in values.model_dump().items()}


def _as_text(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
