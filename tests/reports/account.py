"""An account with reports of its own, and runs that read them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from tests.support import run_tap

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from callgear_sandbox import Sandbox
    from tests.support import Json, Run

VISITS: Json = {"report_id": 48407, "method": "get.visits"}
TAGS: Json = {"report_id": 48408, "method": "get.tags_history"}
EVERY_REPORT: tuple[object, ...] = ("All contacts", 48402, "Contacts for the CRM", "محادثات", "Deals", "Leads", VISITS)
EVERY_REPORT += (TAGS, "48409")

CONTACTS, CALLS, CRM, CHATS, DEALS, LEADS, VISITED, TAGGED, MGF_CALLS = STREAMS = (
    "report_communications_48401",
    "report_calls_48402",
    "report_communications_48403",
    "report_chats_48404",
    "report_deals_48405",
    "report_leads_48406",
    "report_visits_48407",
    "report_tags_history_48408",
    "report_mgf_calls_48409",
)
"""The streams of these reports, in that order."""


def catalog_of(streams: Iterable[str]) -> Json:
    """Return a catalog as people write it by hand, which selects all columns of some streams."""
    return {"streams": [{"tap_stream_id": stream} for stream in streams]}


def read_reports(
    sandbox: Sandbox,
    *args: str,
    reports: Sequence[object],
    streams: Iterable[str],
    config: Mapping[str, object] | None = None,
    **given: Any,  # noqa: ANN401 - as `run_tap` takes
) -> Run:
    """Read some streams of reports, with all columns."""
    return run_tap(
        sandbox, *args, config={**(config or {}), "reports": [*reports]}, catalog=catalog_of(streams), **given
    )


def entry_of(catalog: Json, stream: str) -> Json:
    """Return what a catalog says of a stream."""
    (entry,) = (entry for entry in catalog["streams"] if entry["tap_stream_id"] == stream)
    return dict(entry)


def asked(sandbox: Sandbox) -> Counter[str | None]:
    """Return the methods that were asked, each with its number."""
    return Counter(request.method for request in sandbox.requests)
