"""A consumer without a target: a dlt pipeline into DuckDB. Runs in an environment of its own."""
