"""Tests of what talks to the Data API."""
