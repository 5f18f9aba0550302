"""Tests of the Airbyte source, each run as Airbyte runs it."""
