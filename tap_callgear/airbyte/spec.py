"""The connection specification that Airbyte draws its form from, and the way from a filled form to the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_callgear.api.errors import ConfigurationError
from tap_callgear.api.hosts import ADDRESSES
from tap_callgear.inputs.config import strange_names
from tap_callgear.settings import CONFIG_SCHEMA, SECRET_SETTINGS

if TYPE_CHECKING:
    from collections.abc import Mapping

Json = dict[str, Any]

PROTOCOL_VERSION = "0.2.0"
"""The version of the Airbyte protocol that is spoken: the one with a state for each stream."""

_DATE = {
    "pattern": r"^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$",
    "pattern_descriptor": "YYYY-MM-DD or YYYY-MM-DDTHH:mm:ssZ",
    "examples": ["2026-01-01T00:00:00Z", "2026-01-01"],
}

_LOGINS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "access_token": ("Access key", "A key of the account, permanent or with an end date.", ("access_token",)),
    "login": ("Login and password", "A session, which is opened and closed by each sync.", ("login", "password")),
}
"""The ways to log in, each with its title, its description and its settings."""

_IN_FORM: dict[str, Json] = {
    "start_date": _DATE,
    "end_date": _DATE,
    "lookback_days": {"examples": [7, 30]},
    "timezone": {"examples": ["Asia/Dubai", "Europe/Moscow"]},
    "user_ids": {"examples": [[1001, 1002]]},
    "reports": {"items": {"type": "string"}, "examples": [["48401", "Contacts for the CRM"]]},
    "api_url": {"examples": list(ADDRESSES)},
    "on_day_limit": {},
    "page_size": {"examples": [10_000]},
    "max_parallel_requests": {"examples": [4]},
    "request_timeout": {"examples": [300]},
    "user_agent": {},
}
"""The settings beside the log-in in the order of the form, each with what the form says of it on top of its schema."""

_SECRETS_AND_LOGINS = tuple(name for _, _, names in _LOGINS.values() for name in names)


def specification() -> Json:
    """Return what `spec` answers: the form, drawn from the settings' own schema."""
    return {
        "protocol_version": PROTOCOL_VERSION,
        "supportsIncremental": True,
        "connectionSpecification": {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "type": "object",
            "title": "CallGear",
            "required": ["credentials", "start_date"],
            "additionalProperties": True,
            "properties": {
                "credentials": {
                    "type": "object",
                    "title": "Log-in",
                    "description": "How to log in to the Data API.",
                    "order": 0,
                    "oneOf": [_login_form(kind) for kind in _LOGINS],
                },
                **{name: _property(name, order, **more) for order, (name, more) in enumerate(_IN_FORM.items(), 1)},
            },
        },
    }


def settings_of(config: Mapping[str, Any]) -> Json:
    """Return the settings that a filled form holds; a flat one, as the Singer face takes it, is understood too.

    Args:
        config: The configuration as Airbyte hands it over.

    Returns:
        The settings by their own names. Airbyte may add keys of its own to a configuration; they are left out.

    Raises:
        ConfigurationError: The log-in is not of a form that is known.
    """
    settings = {name: config[name] for name in (*_SECRETS_AND_LOGINS, *_IN_FORM) if name in config}
    if (credentials := config.get("credentials")) is None:
        return settings
    kind = credentials.get("auth_type") if isinstance(credentials, dict) else ""
    if not isinstance(credentials, dict) or (kind is not None and kind not in tuple(_LOGINS)):
        text = f"credentials must be an object whose auth_type is one of: {', '.join(_LOGINS)}."
        raise ConfigurationError(text)
    names = _SECRETS_AND_LOGINS if kind is None else _LOGINS[kind][2]
    for name in _SECRETS_AND_LOGINS:
        settings.pop(name, None)
    if kind is not None and (missing := [name for name in names if not credentials.get(name)]):
        text = f"auth_type is {kind}, but {' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not set."
        raise ConfigurationError(text)
    return settings | {name: credentials[name] for name in names if name in credentials}


def doubts_of(config: Mapping[str, Any]) -> str:
    """Say which names of a filled form there are no settings of; empty where there are none.

    Args:
        config: The configuration as Airbyte hands it over.
    """
    names = [*_SECRETS_AND_LOGINS, *_IN_FORM]
    credentials = config.get("credentials")
    places = [(config, [*names, "credentials"]), (credentials, [*_SECRETS_AND_LOGINS, "auth_type"])]
    return " ".join(filter(None, (strange_names(place, known) for place, known in places if isinstance(place, dict))))


def secrets_of(config: Mapping[str, Any]) -> list[object]:
    """Return the values of a configuration that nothing may show, wherever in it they stand."""
    places = [config, config.get("credentials")]
    return [place[name] for place in places if isinstance(place, dict) for name in SECRET_SETTINGS if name in place]


def _login_form(kind: str) -> Json:
    title, description, names = _LOGINS[kind]
    return {
        "type": "object",
        "title": title,
        "description": description,
        "required": ["auth_type", *names],
        "properties": {
            "auth_type": {"type": "string", "const": kind, "title": "Way to log in", "order": 0},
            **{name: _property(name, order) for order, name in enumerate(names, 1)},
        },
    }


def _property(name: str, order: int, **more: object) -> Json:
    """Return the form's word on a setting."""
    declared: Mapping[str, Any] = CONFIG_SCHEMA["properties"][name]
    secret = {"airbyte_secret": True} if declared.get("secret") else {}
    return {**_plain(declared), **secret, "order": order, **more}


def _plain(schema: Mapping[str, Any]) -> Json:
    """Return a schema with one type each, which is all that a form can draw, and without the SDK's own keywords."""
    plain = {key: value for key, value in schema.items() if key not in {"secret", "writeOnly"}}
    if isinstance(types := schema.get("type"), list):
        (plain["type"],) = [kind for kind in types if kind != "null"]
    if isinstance(enum := schema.get("enum"), list):
        plain["enum"] = [value for value in enum if value is not None]
    if isinstance(items := schema.get("items"), dict):
        plain["items"] = _plain(items)
    return plain
