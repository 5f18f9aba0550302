"""The account's local time, as its replies print it and its parameters mean it."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

QUARTER = 900
_FORM = re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?", re.ASCII)
_MINUTES = tuple(f":{second // 60:02}:{second % 60:02}" for second in range(3600))


class AccountZone:
    """Converts between instants (whole Unix seconds) and the local time of one zone."""

    def __init__(self, zone: str) -> None:
        """Take an IANA zone name."""
        self._zone = ZoneInfo(zone)
        self._quarters: dict[int, tuple[str, int]] = {}

    def local_time(self, instant: int) -> datetime:
        """Return the local time of an instant."""
        return datetime.fromtimestamp(instant, self._zone)

    def text(self, instant: int) -> str:
        """Print an instant as `YYYY-MM-DD hh:mm:ss`.

        Clocks change at full quarters of an hour, so that the hour is looked up once a quarter:
        printing each time by itself would take most of the time of a page.
        """
        quarter, seconds = divmod(instant, QUARTER)
        known = self._quarters.get(quarter)
        if known is None:
            local_time = self.local_time(quarter * QUARTER)
            known = (f"{local_time:%Y-%m-%d %H}", local_time.minute * 60)
            self._quarters[quarter] = known
        hour, start = known
        return hour + _MINUTES[start + seconds]

    def instant(self, text: str) -> int:
        """Read a local time as a database would; a date alone is its midnight.

        Of an hour that happens twice it takes the first, and an hour that is left out is
        counted on from before the change: both are what `fold=0` means.

        Raises:
            ValueError: when the text is not exactly of that form, or no date.
        """
        if not _FORM.fullmatch(text):
            message = f"not of the form YYYY-MM-DD or YYYY-MM-DD hh:mm:ss: {text}"
            raise ValueError(message)
        return int(datetime.fromisoformat(text).replace(tzinfo=self._zone).timestamp())


def utc(instant: int) -> datetime:
    """Return the date-time of an instant, in UTC."""
    return datetime.fromtimestamp(instant, timezone.utc)
