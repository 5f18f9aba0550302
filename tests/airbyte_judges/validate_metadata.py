"""Holds a connector's metadata against Airbyte's own model of it: python validate_metadata.py METADATA.json."""

from __future__ import annotations

import sys
from pathlib import Path

from airbyte_connector_models.metadata.v0.connector_metadata_definition_v0 import ConnectorMetadataDefinitionV0

ConnectorMetadataDefinitionV0.model_validate_json(Path(sys.argv[1]).read_bytes())
