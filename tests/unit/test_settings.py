from pathlib import Path

import pytest

from surveyapp.errors import EnvironmentProblemError
from surveyapp.settings import SECRETS, Settings, described, read_settings


def test_nothing_set_means_embedded_databases_below_var() -> None:
    settings = read_settings({})

    assert settings.database_url("office") == f"sqlite:///{Path('var/office.sqlite').absolute()}"
    assert settings.keys == Path("var/keys")
    assert settings.mails == Path("var/mail")


def test_an_empty_value_is_as_good_as_none() -> None:
    names = [f"SURVEYAPP_{name.upper()}" for name in Settings.model_fields]

    assert read_settings(dict.fromkeys(names, "")) == read_settings({})


def test_values_come_from_the_environment() -> None:
    settings = read_settings(
        {
            "SURVEYAPP_BASE_URL": "https://survey.example.org/",
            "SURVEYAPP_KEY_DIR": "/keys",
            "SURVEYAPP_PROXY_HOPS": "1",
            "SURVEYAPP_LANGUAGES": "de, en",
            "PATH": "/bin",
        }
    )

    assert settings.base_url == "https://survey.example.org"
    assert settings.keys == Path("/keys")
    assert settings.proxy_hops == 1
    assert settings.languages == "de,en"


@pytest.mark.parametrize(
    ("variable", "hint"),
    [
        ("SURVEYAPP_BASEURL", "did you mean SURVEYAPP_BASE_URL?"),
        ("SURVEYAPP_SMTP_UR", "did you mean SURVEYAPP_SMTP_URL?"),
        ("SURVEYAPP_ZZZZ", "see `surveyapp settings`"),
        ("SURVEYAPP_BASE_URL_FILE", "did you mean SURVEYAPP_BASE_URL?"),
    ],
)
def test_a_misspelt_name_is_refused_with_a_hint(variable: str, hint: str) -> None:
    with pytest.raises(EnvironmentProblemError, match=f"{variable} is not a setting") as caught:
        read_settings({variable: "x"})

    assert caught.value.fix == hint


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_every_secret_may_stand_in_a_file(name: str, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("postgresql://user:hidden@host/x\n")

    settings = read_settings({f"SURVEYAPP_{name.upper()}_FILE": str(file)})

    assert getattr(settings, name).get_secret_value() == "postgresql://user:hidden@host/x"
    assert "hidden" not in repr(settings)


def test_a_secret_set_twice_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("b")

    with pytest.raises(EnvironmentProblemError, match="both set"):
        read_settings({"SURVEYAPP_SECRET_KEY": "a", "SURVEYAPP_SECRET_KEY_FILE": str(file)})


@pytest.mark.parametrize("content", [None, b"\xff\xfe\xff"])
def test_a_file_that_cannot_be_read_is_named_by_its_variable(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(EnvironmentProblemError, match="SURVEYAPP_SECRET_KEY_FILE names a file that cannot be read"):
        read_settings({"SURVEYAPP_SECRET_KEY_FILE": str(file)})


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("SURVEYAPP_BASE_URL", "survey.example.org", "must begin with http:// or https://"),
        ("SURVEYAPP_PROXY_HOPS", "many", "valid integer"),
        ("SURVEYAPP_PROXY_HOPS", "6", "less than or equal to 5"),
        ("SURVEYAPP_MAIL_FROM", "the survey team", "must hold an address"),
        ("SURVEYAPP_LANGUAGES", "English", "codes of languages"),
    ],
)
def test_an_impossible_value_is_refused_with_its_variable(variable: str, value: str, message: str) -> None:
    with pytest.raises(EnvironmentProblemError, match=message) as caught:
        read_settings({variable: value})

    assert str(caught.value).startswith(variable)
    assert caught.value.__cause__ is None


def test_no_secret_is_shown() -> None:
    secrets = {f"SURVEYAPP_{name.upper()}": "postgresql://user:hidden@host/x" for name in SECRETS}

    rows = described(read_settings(secrets))

    assert "hidden" not in repr(rows)
    assert {shown for name, shown, _ in rows if name in secrets} == {"(set)"}
    assert all(meaning for _, _, meaning in rows)


def test_a_default_is_shown_as_its_value_and_nothing_as_not_set() -> None:
    rows = {name: shown for name, shown, _ in described(read_settings({}))}

    assert rows["SURVEYAPP_MAIL_PER_MINUTE"] == "0"
    assert rows["SURVEYAPP_LANGUAGES"] == "en,de"
    assert rows["SURVEYAPP_KEY_DIR"] == rows["SURVEYAPP_SMTP_URL"] == rows["SURVEYAPP_OIDC_ISSUER"] == "(not set)"
