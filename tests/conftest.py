"""What holds for every test: property tests run the same examples each time, unless asked for new ones."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# A machine under load is slow, not wrong: time is judged by benchmarks.
settings.register_profile(
    "steady", derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("search", settings.get_profile("steady"), derandomize=False, max_examples=2_000)
settings.load_profile("steady")
