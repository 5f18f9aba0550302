"""The setting `batch_config`, checked before anything is read."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.request import url2pathname

from fsspec import get_filesystem_class  # type: ignore[import-untyped]

from tap_callgear.api.errors import ConfigurationError
from tap_callgear.inputs.names import named_with_nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

_MEMBERS = {"encoding", "storage", "batch_size"}
_ENCODING, _STORAGE = {"format", "compression"}, {"root", "prefix", "params"}
_LOCAL = {"file", "local"}
_HERE = "localhost"


def check(config: Mapping[str, Any]) -> None:
    """Check that files can be written as the setting says.

    Args:
        config: The settings.

    Raises:
        ConfigurationError: They cannot; the text says what to do.
    """
    if not (given := config.get("batch_config")):
        return
    if strange := given.keys() - _MEMBERS:
        _refuse(f"it takes no {named_with_nearest(sorted(strange), _MEMBERS)}")
    encoding, storage = given.get("encoding") or {}, given.get("storage") or {}
    if not encoding.get("format") or not storage.get("root"):
        _refuse(
            'it needs an encoding and a storage, such as {"encoding": {"format": "jsonl", "compression": "gzip"}, '
            '"storage": {"root": "file:///data"}}'
        )
    for name, strange in (("encoding", encoding.keys() - _ENCODING), ("storage", storage.keys() - _STORAGE)):
        if strange:
            _refuse(f"{name} takes no {', '.join(sorted(strange))}")
    if not isinstance(size := given.get("batch_size", 1), int) or size < 1:
        _refuse("batch_size must be a whole number of records, 1 or more")
    if encoding["format"] == "parquet" and find_spec("pyarrow") is None:
        _refuse("parquet files need the package pyarrow: install it beside the tap, or set format to jsonl")
    prefix = storage.get("prefix") or ""
    if prefix.startswith("/") or ".." in prefix.split("/"):
        _refuse(f"the prefix {prefix} leads out of the root: write it without a slash at its beginning, and without ..")
    _check_storage(storage["root"])


def unwritable(config: Mapping[str, Any], error: Exception) -> ConfigurationError:
    """Return what to say where a file cannot be written after all.

    Args:
        config: The settings.
        error: What the system, or whatever reaches the storage, said.
    """
    root = config["batch_config"]["storage"]["root"]
    reason = getattr(error, "strerror", None) or f"{type(error).__name__}: {error}"
    return ConfigurationError(f"batch_config: files cannot be written to {root}: {reason}.")


def local_folder(root: str) -> Path | None:
    """Return the folder that the root of a storage names, whether as a path or as an address.

    Args:
        root: The root. In an address, `%20` and the like stand for what they mean.

    Returns:
        The folder; None where the root is on no file system of this machine.
    """
    scheme, path = _parts(root)
    if not scheme:
        return Path(root).expanduser().absolute()
    return Path(url2pathname(path)) if scheme in _LOCAL else None


def _check_storage(root: str) -> None:
    scheme, path = _parts(root)
    if scheme in _LOCAL and not path.startswith("/"):
        _refuse(
            f"the root {root} names a host: write {path} for a folder in this one, or {scheme}:///{path} for another"
        )
    try:
        folder = local_folder(root)
    except (OSError, ValueError) as error:
        _refuse(f"the root {root} cannot be found: {getattr(error, 'strerror', None) or error}")
    if scheme == "memory":
        _refuse("the root memory:// is gone with the process: give a folder or a bucket")
    if folder is None:
        try:
            get_filesystem_class(scheme)
        except (ImportError, ValueError) as error:
            _refuse(f"nothing is installed that writes to {scheme}://: {error}")
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        _refuse(f"the folder {folder} cannot be made: {getattr(error, 'strerror', error)}")
    if not os.access(folder, os.W_OK | os.X_OK):
        _refuse(f"the folder {folder} cannot be written to")


def _parts(root: str) -> tuple[str, str]:
    """Return the scheme of an address, empty where it is a path, and what follows; this machine need not be named."""
    scheme, is_address, path = root.partition("://")
    return (scheme.lower(), path.removeprefix(_HERE)) if is_address else ("", root)


def _refuse(reason: str) -> NoReturn:
    text = f"batch_config: {reason}."
    raise ConfigurationError(text)
