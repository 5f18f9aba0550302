"""Countries, regions and cities, as the API numbers them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tap_callgear.sandbox.data.catalogue import PLACES

if TYPE_CHECKING:
    from tap_callgear.sandbox.encoding import Json

_FIRST_REGION: Final = 1_001
_FIRST_CITY: Final = 20_001
_COUNTRIES: Final = tuple(dict.fromkeys(place.country for place in PLACES))
_COUNTRY_OF: Final = {country: number for number, country in enumerate(_COUNTRIES, start=1)}

GEOLOCATIONS: Final[tuple[Json, ...]] = (
    *({"id": number, "parent_id": None, "name": country} for country, number in _COUNTRY_OF.items()),
    *(
        {"id": _FIRST_REGION + number, "parent_id": _COUNTRY_OF[place.country], "name": place.region}
        for number, place in enumerate(PLACES)
    ),
    *(
        {"id": _FIRST_CITY + number, "parent_id": _FIRST_REGION + number, "name": place.city}
        for number, place in enumerate(PLACES)
    ),
)

OF_NUMBER: Final[tuple[Json, ...]] = tuple(
    {
        "cpn_region_id": _FIRST_REGION + number,
        "cpn_region_name": place.region,
        "cpn_country_name": place.country,
        "cpn_country_id": str(_COUNTRY_OF[place.country]),
    }
    for number, place in enumerate(PLACES)
)
"""What a call tells about the place that a phone number belongs to."""
