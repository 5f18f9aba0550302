"""Tests of the way from a range of time to records in order."""
