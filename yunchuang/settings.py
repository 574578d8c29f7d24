"""Settings of one node, from `yunchuang.toml`, the environment (`YUNCHUANG_...`) and options."""

import json
import os
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from casework.model.actor_key import SigningRule
from casework.model.supplement import MAX_DAYS

Port = Annotated[int, Field(ge=0, le=65535)]


MOST_WORKERS = 64
_MATERIAL = r"^([A-Z]{2}-[0-9]{3}|\*)/([a-z][a-z0-9_]{0,39}|\*)$"


def one_per_core() -> int:
    """Processors that this process may use: a media worker keeps one busy."""
    return min(MOST_WORKERS, len(os.sched_getaffinity(0)))


class VerifierSettings(BaseModel):
    """`name` stands in the records, `plug_in` is an entry point of `yunchuang.material_verifiers`, `options` are its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(min_length=1, max_length=60)]
    plug_in: Annotated[str, Field(min_length=1, max_length=60)]
    materials: Annotated[
        tuple[Annotated[str, Field(pattern=_MATERIAL)], ...], Field(min_length=1, max_length=200)
    ]
    options: dict[str, str | int | float | bool] = Field(default_factory=dict)


class Settings(BaseSettings):
    """Port 0 means: any free one. `public_base_url` empty = papers carry a short code, no QR.
    `staff_url` is the address at which reviewers sign with security keys, `public_base_url` if empty.
    `public_log_url` is where telephones reach the log and the page of a receipt, the gateway's address
    if there is one; empty = `public_base_url`.
    `witness_policy` is a file (C2SP tlog-policy) of those who cosign the log, with their URLs.
    `material_verifiers` are sources that are asked for materials (docs/materials.md).
    `time_stamp_url` is an RFC 3161 authority's, empty = no time-stamps.
    """

    model_config = SettingsConfigDict(env_prefix="YUNCHUANG_", extra="forbid", frozen=True)

    data: Path = Path("data")
    host: str = "127.0.0.1"
    port: Port = 8080
    public_base_url: str = ""
    origin: str = "yunchuang.local/log"

    media_addresses: tuple[str, ...] = ("127.0.0.1",)
    media_public_addresses: tuple[str, ...] = ()
    media_port: Port = 0
    workers: Annotated[int, Field(ge=1, le=MOST_WORKERS)] = Field(default_factory=one_per_core)

    redis_url: str = ""
    development: bool = False
    demo: bool = False
    organisation: str = ""
    help_line: str = ""
    supplement_days: Annotated[int, Field(ge=1, le=MAX_DAYS)] = 15
    hall_telephone: str = ""
    secure_cookies: bool = False
    metrics_token: str = ""
    mirror_token: str = Field(default="", repr=False)
    public_log_url: str = ""
    trusted_proxies: tuple[str, ...] = ()
    turn_urls: tuple[str, ...] = ()
    turn_secret: str = Field(default="", repr=False)
    turn_credentials_live_s: Annotated[int, Field(ge=5, le=86_400)] = 600
    witness_policy: str = ""
    time_stamp_url: Annotated[str, Field(pattern=r"^(https?://\S+)?$")] = ""
    time_stamp_every_s: Annotated[int, Field(ge=60, le=86_400)] = 3_600
    destruction_wait_h: Annotated[int, Field(ge=0, le=2_160)] = 24
    rejoin_window_s: Annotated[int, Field(ge=10, le=3_600)] = 600
    actor_signatures: SigningRule = SigningRule.OPTIONAL
    staff_url: str = ""
    device_signatures: SigningRule = SigningRule.OPTIONAL
    material_verifiers: tuple[VerifierSettings, ...] = ()

    @field_validator("data")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.absolute()

    @classmethod
    def alone(cls, **changes: object) -> Self:
        """Defaults and `changes`, whatever the file and the environment say."""
        defaults = {
            name: field.get_default(call_default_factory=True)
            for name, field in cls.model_fields.items()
        }
        values: dict[str, Any] = {**defaults, **changes}
        return cls(**values)

    def environment(self) -> dict[str, str]:
        """What a child process reads back: every value, whatever else it might find."""
        values = self.model_dump(mode="json")
        return {
            f"YUNCHUANG_{name.upper()}": value if isinstance(value, str) else json.dumps(value)
            for name, value in values.items()
        }

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        del dotenv_settings, file_secret_settings
        toml = TomlConfigSettingsSource(settings_cls, Path("yunchuang.toml"))
        return (init_settings, env_settings, toml)
