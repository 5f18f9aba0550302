"""Calls that were made elsewhere, and uploaded hours later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from typing_extensions import override

from callgear_sandbox.data.catalogue import TAGS
from callgear_sandbox.data.report import Own, Report
from callgear_sandbox.data.timeline import in_order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from callgear_sandbox.data.calls import Calls
    from callgear_sandbox.data.kinds import Single
    from callgear_sandbox.encoding import Json

_LATEST: Final = 2 * 86_400
_PROCESSED: Final = 900


class Upload(NamedTuple):
    """What was drawn for an uploaded call."""

    number: int
    call: Single


class Uploads(Report[Upload]):
    """The uploaded ones of the calls, numbered in order of their upload."""

    def __init__(self, calls: Calls) -> None:
        """Take them out of all calls."""
        self._calls = calls
        self.times, self._call = in_order(self._uploaded())
        self.own = (
            Own(self._progress),
            Own(self._content),
        )
        self.shared = ()

    def _uploaded(self) -> Iterator[tuple[int, int]]:
        """Yield the instants of the uploads, each after the end of its call and within the history."""
        calls = self._calls
        for number in range(len(calls.times)):
            if calls.is_uploaded(number):
                yield min(calls.end(number) + calls.lot(number) % _LATEST, calls.last), number

    @override
    def key(self, number: int) -> str:
        return str(self._calls.ext_id(self._call[number]))

    @override
    def draw(self, number: int) -> Upload:
        return Upload(number, self._calls.draw(self._call[number]))

    def _progress(self, upload: Upload, now: int) -> Json:
        calls, number = self._calls, upload.call.number
        uploaded = self.times[upload.number]
        is_done = uploaded + _PROCESSED <= now
        without_record = is_done and upload.call.lot >> 50 & 7 == 0
        zone = calls.zone
        return {
            "ext_id": self.key(upload.number),
            "ext_request_id": f"request-{uploaded // 86_400}",
            "upload_time": zone.text(uploaded),
            "start_time": zone.text(calls.times[number]),
            "finish_time": zone.text(calls.end(number)),
            "status": "in_process" if not is_done else "error" if without_record else "processed",
            "error_code": "download_error" if without_record else None,
            "call_session_id": calls.key(number) if is_done else None,
        }

    def _content(self, upload: Upload, now: int) -> Json:
        calls, call = self._calls, upload.call
        course = calls.course(call)
        pace = course.pace
        ends = course.phone_number, course.line.number
        calling, called = ends if course.is_incoming else ends[::-1]
        whence = ("visitor_session_id", "campaign_id", "source_id", "site_id")
        tag = TAGS[call.lot % len(TAGS)]
        record = {
            "employee_name": course.first.full_name,
            "employee_id": course.first.id,
            "employee_channel": "left",
            "record_url": f"https://records.example.com/{call.lot:016x}.mp3",
        }
        return {
            "direction": "in" if course.is_incoming else "out",
            "calling_phone_number": calling,
            "called_phone_number": called,
            "is_lost": pace.is_lost,
            "is_transfer": pace.is_transfer,
            "wait_duration": pace.wait,
            "talk_duration": pace.talk,
            **next(calls.tell([call.number], whence, now)),
            "comment": "from the old exchange" if call.lot & 8 else None,
            "record_type": None if pace.is_lost else "mp3",
            "callback": {"url": "https://crm.example.com/uploaded", "events": ["processed", "error"]},
            "tags": [{"tag_id": tag["tag_id"], "tag_name": tag["tag_name"]}] if call.lot & 16 else [],
            "records": None if pace.is_lost else [record],
        }
