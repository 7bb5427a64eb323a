"""An invitation in words: what, when on both clocks, where, who asks."""

from datetime import UTC, date, datetime

import pytest

from desk.invitations import Meeting, meetings
from tests.making import invitation
from tickets.claims import keep_invitations
from tickets.models import Message


def shown(**changes: object) -> Meeting:
    (meeting,) = meetings(Message(invitations=keep_invitations([invitation(**changes)])))
    return meeting


def test_it_is_told_on_the_clocks_of_brussels_and_kyiv() -> None:
    assert shown() == Meeting(
        label="Invitation to a meeting",
        title="Зустріч",
        begins="10 July 2026, 14:00 (Brussels), 15:00 (Kyiv)",
        ends="10 July 2026, 15:00 (Brussels), 16:00 (Kyiv)",
        place="Rue Belliard 101",
        organiser="Olena Example <olena@hromada.example>",
        repeats=True,
        called_off=False,
    )


@pytest.mark.parametrize(
    ("starts", "zone", "words"),
    [
        (date(2026, 7, 10), "", "10 July 2026, the whole day"),
        (datetime(2026, 7, 10, 15, 0), "My zone", "10 July 2026, 15:00 (time zone: My zone)"),  # noqa: DTZ001
        (datetime(2026, 7, 10, 15, 0), "", "10 July 2026, 15:00 (time zone not said)"),  # noqa: DTZ001
        (datetime(2026, 7, 10, 22, 30, tzinfo=UTC), "", "11 July 2026, 00:30 (Brussels), 01:30 (Kyiv)"),
        (datetime(9999, 12, 31, 23, 0, tzinfo=UTC), "", ""),
        (None, "", ""),
    ],
)
def test_every_kind_of_time_has_its_words(starts: object, zone: str, words: str) -> None:
    assert shown(starts=starts, zone=zone).begins == words


@pytest.mark.parametrize(
    ("method", "label", "off"),
    [
        ("CANCEL", "Meeting called off", True),
        ("REPLY", "Answer to an invitation", False),
        ("COUNTER", "Another time is proposed for a meeting", False),
        ("X-ANY", "Invitation to a meeting", False),
    ],
)
def test_what_is_no_invitation_says_what_it_is(method: str, label: str, *, off: bool) -> None:
    meeting = shown(method=method)
    assert (meeting.label, meeting.called_off) == (label, off)


@pytest.mark.parametrize(
    ("name", "address", "words"),
    [("", "o@x.example", "o@x.example"), ("Olena", "", "Olena"), ("o@x.example", "o@x.example", "o@x.example")],
)
def test_an_organiser_is_told_once(name: str, address: str, words: str) -> None:
    assert shown(organiser_name=name, organiser_address=address).organiser == words


def test_long_words_of_strangers_are_cut() -> None:
    meeting = shown(what="x" * 300, where="y" * 300)
    assert len(meeting.title) == len(meeting.place) == 160
