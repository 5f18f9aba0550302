"""Countries, regions and cities, as the API numbers them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from callgear_sandbox.data.catalogue import PLACES

if TYPE_CHECKING:
    from callgear_sandbox.encoding import Json

_FIRST_REGION: Final = 1_001
_FIRST_CITY: Final = 20_001
_COUNTRIES: Final = tuple(dict.fromkeys(place.country for place in PLACES))
_COUNTRY_OF: Final = {country: number for number, country in enumerate(_COUNTRIES, start=1)}


def _location(number: int, parent: int | None, name: str) -> Json:
    return {"id": number, "parent_id": parent, "name": name}


GEOLOCATIONS: Final = (
    *(_location(number, None, country) for country, number in _COUNTRY_OF.items()),
    *(
        _location(_FIRST_REGION + number, _COUNTRY_OF[place.country], place.region)
        for number, place in enumerate(PLACES)
    ),
    *(_location(_FIRST_CITY + number, _FIRST_REGION + number, place.city) for number, place in enumerate(PLACES)),
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
