"""Read the CallGear Data API: one extraction engine, as a Singer tap and as an Airbyte source."""
