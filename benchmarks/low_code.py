"""What Airbyte's low-code kit makes of the same streams by itself: runs the manifest beside it.

It is here to be measured beside the tap, in the environment airbyte-cdk. Like the stock tap it pages by offset, so
against an account it would lose rows wherever the API does not sort.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import yaml
from airbyte_cdk.entrypoint import AirbyteEntrypoint, launch
from airbyte_cdk.sources.declarative.concurrent_declarative_source import ConcurrentDeclarativeSource


def main() -> None:
    """Read what the catalog names."""
    arguments = sys.argv[1:]
    catalog = AirbyteEntrypoint.extract_catalog(arguments)
    config = AirbyteEntrypoint.extract_config(arguments)
    if not (catalog and config):
        sys.exit("give --config and --catalog")
    entries = json.loads(Path(catalog).read_text(encoding="utf-8"))["streams"]
    schemas = {entry["stream"]["name"]: entry["stream"]["json_schema"] for entry in entries}
    manifest = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    for stream in manifest["streams"]:
        schema = schemas.get(stream["$parameters"]["name"], {})
        stream["schema_loader"] = {"type": "InlineSchemaLoader", "schema": schema}
    source = ConcurrentDeclarativeSource(
        catalog=ConcurrentDeclarativeSource.read_catalog(catalog),
        config=ConcurrentDeclarativeSource.read_config(config),
        state=None,
        source_config=manifest,
    )
    launch(source, arguments)


if __name__ == "__main__":
    main()
