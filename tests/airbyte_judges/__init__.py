"""What Airbyte's own tools, unmodified and each in an environment of its own, say of the source."""
