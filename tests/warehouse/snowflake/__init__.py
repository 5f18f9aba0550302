"""A stand-in for Snowflake: fakesnow, taught what target-snowflake needs. Runs in that target's environment."""
