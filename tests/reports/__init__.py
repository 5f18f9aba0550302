"""Tests of the reports that people build for themselves."""
