"""The Airbyte source: the Airbyte protocol over the same settings, streams and engine as the Singer tap."""
