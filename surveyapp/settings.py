"""Every setting, read once from the environment; the only module that looks there."""

import difflib
import os
import re
from collections.abc import Mapping
from email.utils import parseaddr
from pathlib import Path
from typing import Any, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from surveyapp.errors import EnvironmentProblemError

PREFIX = "SURVEYAPP_"


class Settings(BaseSettings):
    """What the administrator decides. Every field is the variable SURVEYAPP_<NAME>; secrets also <NAME>_FILE."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True)

    desk_url: SecretStr = Field(
        default=SecretStr(""), description="database of staff, pilots and charters (empty: SQLite in VAR_DIR)"
    )
    office_url: SecretStr = Field(
        default=SecretStr(""), description="database of people, codes and sealed ballots (empty: SQLite in VAR_DIR)"
    )
    results_url: SecretStr = Field(
        default=SecretStr(""), description="database of revealed answers (empty: SQLite in VAR_DIR)"
    )
    var_dir: Path = Field(default=Path("var"), description="where the embedded databases, keys and mails live")
    key_dir: Path | None = Field(default=None, description="ballot keys, outside every backup (empty: VAR_DIR/keys)")
    backup_paths: str = Field(
        default="", description="folders that are backed up or hold backups, with : between; keys must lie outside"
    )
    secret_key: SecretStr = Field(
        default=SecretStr(""), description="signs staff sessions (empty: made once in VAR_DIR/secret_key)"
    )
    second_step_key: SecretStr = Field(
        default=SecretStr(""),
        description="encrypts secrets of staff's authenticator apps (empty: made once in VAR_DIR/second_step_key)",
    )
    base_url: str = Field(default="http://127.0.0.1:8000", description="address that mails link to")
    oidc_issuer: str = Field(
        default="",
        description="issuer at which staff may sign in by OIDC, too (empty: none); register there as the way "
        "back: BASE_URL/staff/sign-in/from/provider",
    )
    oidc_client_id: str = Field(default="", description="name of this service at that provider")
    oidc_client_secret: SecretStr = Field(default=SecretStr(""), description="secret of this service at that provider")
    smtp_url: SecretStr = Field(
        default=SecretStr(""), description="smtp://user:password@host:port (empty: .eml files in VAR_DIR/mail)"
    )
    mail_from: str = Field(default="AI pilot survey <survey@localhost>", description="sender of all mails")
    mail_per_minute: int = Field(
        default=0, ge=0, le=100_000, description="most mails handed to the mail server within a minute (0: no limit)"
    )
    bounces: SecretStr = Field(
        default=SecretStr(""),
        description="where delivery reports come in: a folder, a Maildir, or imaps://user:password@host/INBOX "
        "(empty: they are not read)",
    )
    proxy_hops: int = Field(default=0, ge=0, le=5, description="reverse proxies in front that set X-Forwarded-*")
    languages: str = Field(default="en,de", description="languages offered to staff, first is the default")

    @field_validator("mail_from")
    @classmethod
    def _with_address(cls, value: str) -> str:
        if not re.fullmatch(r"[^@\s]+@[^@\s]+", parseaddr(value)[1]):
            raise ValueError("must hold an address, for instance: AI pilot survey <survey@example.org>")
        return value

    @field_validator("languages")
    @classmethod
    def _one_at_least(cls, value: str) -> str:
        codes = [code.strip() for code in value.split(",")]
        if not all(re.fullmatch(r"[a-z]{2,3}", code) for code in codes):
            raise ValueError("must be codes of languages with commas between, for instance: en,de")
        return ",".join(codes)

    @field_validator("oidc_issuer")
    @classmethod
    def _encrypted(cls, value: str) -> str:
        if value and not re.match(r"https://|http://(localhost|127\.0\.0\.1)(:|/|$)", value):
            raise ValueError("must begin with https://")
        return value

    @model_validator(mode="after")
    def _all_of_the_provider(self) -> Self:
        if bool(self.oidc_issuer) != bool(self.oidc_client_id):
            raise ValueError("OIDC_ISSUER and OIDC_CLIENT_ID belong together")
        return self

    @field_validator("base_url")
    @classmethod
    def _without_slash(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take values from the call only: `read_settings` hands the environment in."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)

    @property
    def keys(self) -> Path:
        """The key directory."""
        return self.key_dir or self.var_dir / "keys"

    @property
    def backups(self) -> tuple[Path, ...]:
        """The folders that are backed up or hold backups."""
        return tuple(Path(folder) for folder in self.backup_paths.split(":") if folder)

    @property
    def mails(self) -> Path:
        """The folder of .eml files."""
        return self.var_dir / "mail"

    def database_url(self, name: str) -> str:
        """Return the address of the database *name*: desk, office or results."""
        given: SecretStr = getattr(self, f"{name}_url")
        return given.get_secret_value() or f"sqlite:///{(self.var_dir / f'{name}.sqlite').absolute()}"


SECRETS = frozenset(name for name, field in Settings.model_fields.items() if field.annotation is SecretStr)


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of *environment*, by default the process's own.

    Raises:
        EnvironmentProblemError: a variable is misspelt, has an impossible value, or names a file that cannot be read.
    """
    found = os.environ if environment is None else environment  # noqa: TID251  # the home of the environment
    # An empty value is the way to unset a variable in compose files.
    given = {name: value for name, value in found.items() if name.startswith(PREFIX) and value}
    values: dict[str, Any] = {}
    for variable, value in sorted(given.items()):
        name = variable.removeprefix(PREFIX).lower()
        if name in Settings.model_fields:
            values[name] = value
        elif (secret := name.removesuffix("_file")) in SECRETS:
            if secret in values:
                raise EnvironmentProblemError(
                    f"{PREFIX}{secret.upper()} and {variable} are both set", "unset one of them"
                )
            values[secret] = _content(variable, Path(value))
        else:
            close = difflib.get_close_matches(name, Settings.model_fields, n=1)
            hint = f"did you mean {PREFIX}{close[0].upper()}?" if close else "see `surveyapp settings`"
            raise EnvironmentProblemError(f"{variable} is not a setting", hint)
    try:
        return Settings(**values)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        # What is wrong with several together has no place of its own.
        place = f"{PREFIX}{str(first['loc'][0]).upper()}: " if first["loc"] else ""
        raise EnvironmentProblemError(f"{place}{first['msg']}", "see `surveyapp settings`") from None


def _content(variable: str, path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise EnvironmentProblemError(
            f"{variable} names a file that cannot be read", f"make {path.name} readable for this user"
        ) from None


def described(settings: Settings) -> tuple[tuple[str, str, str], ...]:
    """Return name, value as used and meaning of every setting; secrets as "(set)", what is empty as "(not set)"."""
    rows = []
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        if name in SECRETS:
            shown = "(set)" if value.get_secret_value() else ""
        else:
            shown = "" if value is None else str(value)
        rows.append((PREFIX + name.upper(), shown or "(not set)", field.description or ""))
    return tuple(rows)
