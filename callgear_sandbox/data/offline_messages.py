"""Messages that visitors leave in forms, and what employees make of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from callgear_sandbox.data.address_book import PERSONS
from callgear_sandbox.data.fixtures import TABLES
from callgear_sandbox.data.kinds import Kind, Single
from callgear_sandbox.data.report import Own
from callgear_sandbox.data.staff import EMPLOYEES
from callgear_sandbox.data.telephony import CALLERS, caller

if TYPE_CHECKING:
    from callgear_sandbox.data.communications import Communications
    from callgear_sandbox.encoding import Json

_OWN_IDS: Final = 900_000_000
_FORMS: Final[list[tuple[str, str | None]]] = TABLES["forms"]
_TEXTS: Final[list[str]] = TABLES["texts"]
_DAY: Final = 86_400


class OfflineMessages(Kind):
    """The communications that are forms."""

    def __init__(self, communications: Communications) -> None:
        """Take them out of all communications."""
        super().__init__(communications, "offline_message", _OWN_IDS)
        self.own = (
            *self.own,
            Own(self._handling),
            Own(self._form),
        )

    def _handling(self, single: Single, now: int) -> Json:
        """Tell who handles a form: most are done within two days."""
        number, lot, _ = single
        start = self.times[number]
        done = start + 600 + lot % (2 * _DAY)
        is_done = done <= now and lot >> 4 & 7 > 0
        employee = EMPLOYEES[(lot >> 8) % len(EMPLOYEES)]
        taken = employee if is_done or lot >> 7 & 1 else None
        return {
            "id": self.key(number),
            "date_time": self.zone.text(start),
            "status": "processed" if is_done else "processing" if taken else "not_processed",
            "process_time": self.zone.text(done) if is_done else None,
            **employee.group,
            "employee_id": taken.id if taken else None,
            "employee_full_name": taken.full_name if taken else None,
            "employee_answer_message": "We are looking into it." if is_done and lot & 1 else None,
            "employee_comment": "Перезвонили" if is_done and lot & 2 else None,
        }

    def _form(self, single: Single, _: int) -> Json:
        lot = single.lot
        kind, name = _FORMS[(lot >> 16) % len(_FORMS)]
        person = PERSONS[(lot >> 20) % len(PERSONS)]
        return {
            "text": _TEXTS[(lot >> 28) % len(_TEXTS)],
            "form_type": kind,
            "form_name": name,
            "properties": "after 6 pm" if lot >> 32 & 7 == 0 else None,
            "is_agree_to_process_personal_data": bool(lot >> 36 & 7),
            "is_agree_to_mailing": bool(lot >> 40 & 1),
            "visitor_phone_number": int(caller(lot % CALLERS)) if lot >> 41 & 3 else None,
            "visitor_email": person.email if lot >> 44 & 3 else None,
            "visitor_name": person.full_name,
            "ext_id": f"own-{self.key(single.number)}" if lot >> 60 & 7 == 0 else None,
        }
