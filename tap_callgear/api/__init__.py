"""The CallGear Data API: HTTP and JSON-RPC. Knows no Singer, no Airbyte and no stream."""
