"""From a range of time to records in order. Knows no Singer and no Airbyte."""
