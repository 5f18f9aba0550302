"""What a call tells about the place that a phone number belongs to, as `get.geolocations` numbers places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from callgear_sandbox.data.catalogue import PLACES
from callgear_sandbox.data.fixtures import LISTS

if TYPE_CHECKING:
    from callgear_sandbox.encoding import Json

_NUMBER_OF: Final = {row["name"]: row["id"] for row in reversed(LISTS["get.geolocations"]) if row["parent_id"] is None}
_FIRST_REGION: Final = 1_001

OF_NUMBER: Final[tuple[Json, ...]] = tuple(
    {
        "cpn_region_id": _FIRST_REGION + number,
        "cpn_region_name": place["visitor_region"],
        "cpn_country_name": place["visitor_country"],
        "cpn_country_id": str(_NUMBER_OF[place["visitor_country"]]),
    }
    for number, place in enumerate(PLACES)
)
