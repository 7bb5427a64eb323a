"""An invitation tells what, when, where, and who asks."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.reading.addresses import Mailbox
from intake.reading.invitations import Invitation, read_calendar
from intake.reading.mail import read

EVENT = """BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VTIMEZONE
TZID:Romance Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
SUMMARY;LANGUAGE=uk:Зустріч\\, відновлення
  школи
DTSTART;TZID=Romance Standard Time:20260710T140000
DTEND;TZID=Romance Standard Time:20260710T150000
LOCATION:Rue Belliard 101\\; room 5
ORGANIZER;CN="Коваль: Олена";ROLE=CHAIR:mailto:Olena@hromada.example
DESCRIPTION:Порядок денний:\\n1. Дах
BEGIN:VALARM
SUMMARY:reminder
END:VALARM
END:VEVENT
END:VCALENDAR
"""


def one(text: str) -> Invitation:
    (found,) = read_calendar(text.encode())
    return found


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_an_invitation_is_read(line_end: str) -> None:
    assert one(EVENT.replace("\n", line_end)) == Invitation(
        method="REQUEST",
        what="Зустріч, відновлення школи",
        starts=datetime(2026, 7, 10, 12, 0, tzinfo=UTC),
        ends=datetime(2026, 7, 10, 13, 0, tzinfo=UTC),
        zone="",
        where="Rue Belliard 101; room 5",
        organiser=Mailbox(name="Коваль: Олена", address="olena@hromada.example"),
        description="Порядок денний:\n1. Дах",
        repeats=False,
    )


@pytest.mark.parametrize(
    ("fields", "starts", "ends", "zone"),
    [
        (
            "DTSTART:20260710T120000Z\nDURATION:PT1H30M",
            datetime(2026, 7, 10, 12, tzinfo=UTC),
            datetime(2026, 7, 10, 13, 30, tzinfo=UTC),
            "",
        ),
        ("DTSTART;TZID=Europe/Kyiv:20260710T150000", datetime(2026, 7, 10, 12, tzinfo=UTC), None, ""),
        ("DTSTART;TZID=My zone:20260710T150000", datetime(2026, 7, 10, 15), None, "My zone"),  # noqa: DTZ001
        ("DTSTART;TZID=../../etc/passwd:20260710T150000", datetime(2026, 7, 10, 15), None, "../../etc/passwd"),  # noqa: DTZ001
        ("DTSTART;VALUE=DATE:20260710\nDTEND;VALUE=DATE:20260711", date(2026, 7, 10), date(2026, 7, 10), ""),
        ("DTSTART;VALUE=DATE:20260710\nDTEND;VALUE=DATE:20260713", date(2026, 7, 10), date(2026, 7, 12), ""),
        ("DTSTART:20261345T990000", None, None, ""),
        ("DTSTART:00010101T000000\nDURATION:P9999D", datetime(1, 1, 1), datetime(28, 5, 18), ""),  # noqa: DTZ001
        ("SUMMARY:no time", None, None, ""),
    ],
)
def test_every_way_to_write_a_time_is_read(fields: str, starts: object, ends: object, zone: str) -> None:
    found = one(f"BEGIN:VCALENDAR\nBEGIN:VEVENT\n{fields}\nEND:VEVENT\nEND:VCALENDAR\n")
    assert (found.starts, found.ends, found.zone) == (starts, ends, zone)


def test_a_repeated_and_a_cancelled_meeting_are_said_to_be_so() -> None:
    found = one("BEGIN:VEVENT\nRRULE:FREQ=WEEKLY\nSTATUS:CANCELLED\nEND:VEVENT")
    assert (found.repeats, found.method) == (True, "CANCEL")


def test_a_mail_gives_its_invitations() -> None:
    head = "From: o@hromada.example\nContent-Type: text/calendar; charset=utf-8; method=REQUEST\n\n"
    mail = read((head + EVENT).encode())
    assert [event.what for event in mail.invitations] == ["Зустріч, відновлення школи"]


def test_the_number_of_events_is_bounded() -> None:
    assert len(read_calendar(b"BEGIN:VEVENT\nEND:VEVENT\n" * 10_000)) == 5


@given(st.text(max_size=300) | st.lists(st.sampled_from(EVENT.splitlines()) | st.text(max_size=20)).map("\n".join))
def test_anything_is_a_calendar(text: str) -> None:
    for event in read_calendar(text.encode("utf-8", "surrogatepass")):
        assert len(event.what.splitlines()) <= 1
        event.description.encode()
