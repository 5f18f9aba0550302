"""What the made-up rows are made of: places, devices, websites, campaigns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from callgear_sandbox.data.fixtures import TABLES, rows_as

if TYPE_CHECKING:
    from callgear_sandbox.encoding import Json

PLACES: Final[list[Json]] = TABLES["places"]
DEVICES: Final[list[Json]] = TABLES["devices"]
ADS: Final[list[str]] = TABLES["ads"]
SEGMENTS: Final[list[list[Json]]] = TABLES["segments"]
CUSTOM_PROPERTIES: Final[list[list[Json]]] = TABLES["custom_properties"]
TAGS: Final[list[Json]] = TABLES["tags"]
"""Tags as they stand on a communication, but for the time."""


@dataclass(frozen=True)
class Site:
    """A website of the account."""

    id: int
    domain_name: str
    child_customer_id: int | None

    def facts(self) -> Json:
        """Return the website as fields of a row."""
        return {"site_id": self.id, "site_domain_name": self.domain_name}


SITES: Final = rows_as("get.sites", Site)
_PAGES: Final = tuple(
    tuple(f"https://{site.domain_name}{path}" for path in paths)
    for site, paths in zip(SITES, TABLES["pages"], strict=True)
)


def page(site: int, lot: int) -> str:
    """Return the address of one of the pages of a website."""
    return _PAGES[site][lot % len(_PAGES[site])]


@dataclass(frozen=True)
class Campaign:
    """An advertising campaign, and everything that visitors bring along who come from it."""

    id: int
    name: str
    channel: str
    source_id: int
    source: str
    domain: str | None = None
    search_engine: str | None = None
    utm_source: str | None = None
    utm_medium: str | None = None
    engine: str | None = None
    click_id: str | None = None
    keywords: tuple[str | None, ...] = (None,)


CAMPAIGNS: Final = msgspec.convert(TABLES["campaigns"], tuple[Campaign, ...])
