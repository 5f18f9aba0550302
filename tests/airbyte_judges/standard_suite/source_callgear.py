"""Shows the command `source-callgear` to Airbyte's standard tests as the Python class that they look for.

They import the module and the class by the name of the connector's folder, in their own environment, where the package
itself is not. Every answer is that of the command, run as a process: this only carries it over, and hides nothing.
"""

from __future__ import annotations

import functools
import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airbyte_cdk.models import AirbyteMessageSerializer, Type
from airbyte_cdk.sources import Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def _said(verb: str, *arguments: str) -> Iterator[Any]:
    """Run the command; every line of its output must be a message of the protocol.

    Args:
        verb: What it is to do.
        arguments: The rest of the command line.

    Yields:
        The messages.

    Raises:
        RuntimeError: It ended with another exit code than 0.
    """
    command = [os.environ["SOURCE_EXECUTABLE"], verb, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: S603 - the source
        assert process.stdout is not None
        for line in process.stdout:
            yield AirbyteMessageSerializer.load(json.loads(line))
    if process.returncode:
        text = f"{verb} ended with exit code {process.returncode}"
        raise RuntimeError(text)


def _answer(kind: Any, verb: str, *arguments: str) -> Any:  # noqa: ANN401 - of the CDK, which is not in this environment
    """Return the one message of a kind that a command must give."""
    (answer,) = [message for message in _said(verb, *arguments) if message.type is kind]
    return answer


@functools.cache
def _specification() -> Any:  # noqa: ANN401
    """Ask once: the tests ask before everything that they do, and nothing that could change the answer is given."""
    return _answer(Type.SPEC, "spec").spec


class SourceCallgear(Source):  # type: ignore[misc] # the CDK is not in the environment that checks the types
    """The command as a source."""

    # The command judges its settings itself.
    check_config_against_spec = False

    def spec(self, logger: object) -> Any:  # noqa: ANN401, ARG002
        """Return the specification."""
        return _specification()

    def configure(self, config: Mapping[str, Any], temp_dir: str) -> Mapping[str, Any]:
        """Write the settings into a file for the command."""
        self._config = Path(temp_dir) / "settings.json"
        self._config.write_text(json.dumps(config), encoding="utf-8")
        return config

    def check(self, logger: object, config: object) -> Any:  # noqa: ANN401, ARG002
        """Return whether the settings work."""
        return _answer(Type.CONNECTION_STATUS, "check", "--config", str(self._config)).connectionStatus

    def discover(self, logger: object, config: object) -> Any:  # noqa: ANN401, ARG002
        """Return the catalog."""
        return _answer(Type.CATALOG, "discover", "--config", str(self._config)).catalog

    def read_catalog(self, path: str) -> str:
        """Leave the file to the command, so that it sees what is wrong with it."""
        return path

    def read_state(self, path: str | None) -> str | None:
        """Leave the file to the command."""
        return path

    def read(self, logger: object, config: object, catalog: str, state: str | None = None) -> Iterator[Any]:  # noqa: ARG002
        """Return the messages of a read."""
        from_state = ["--state", state] if state else []
        yield from _said("read", "--config", str(self._config), "--catalog", catalog, *from_state)
