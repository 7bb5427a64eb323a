from datetime import date

import pytest

from tickets.closing_days import BrokenList, ClosingDay, read_list

HEAD, TAIL = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", "END:VCALENDAR\r\n"


def event(*lines: str) -> str:
    return "\r\n".join(("BEGIN:VEVENT", *lines, "END:VEVENT", ""))


def read(text: str, *, provisional: bool = False) -> tuple[ClosingDay, ...]:
    return read_list(text.encode(), source="the list", provisional=provisional)


def mistakes(text: str) -> list[str]:
    with pytest.raises(BrokenList) as refused:
        read(text)
    return refused.value.mistakes


def test_a_table_gives_its_days_in_order_with_their_own_source_and_mark() -> None:
    table = "date,name,source,provisional\n2027-12-24,Christmas Eve,,\n2027-01-01,New Year,OJ C 1,yes\n"
    assert read(table) == (
        ClosingDay(date(2027, 1, 1), "New Year", "OJ C 1", True),
        ClosingDay(date(2027, 12, 24), "Christmas Eve", "the list", False),
    )


def test_a_table_as_spreadsheets_save_it_is_read_and_takes_the_mark_of_the_order() -> None:
    assert read("\ufeffdate;name\r\n2027-01-01;New Year, at home\r\n", provisional=True) == (
        ClosingDay(date(2027, 1, 1), "New Year, at home", "the list", True),
    )


def test_every_mistake_of_a_table_is_told_with_its_line() -> None:
    table = "date,name,provisional\n24.12.2027,Eve,no\n2027-12-25,,no\n2027-12-26,Boxing Day,maybe\n"
    assert [each[:7] for each in mistakes(table)] == ["Line 2:", "Line 3:", "Line 4:"]
    assert mistakes("date,name\n2027-01-01,New Year\n2027-01-01,Again\n") == [
        "Line 3: 2027-01-01 stands twice in the file."
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no column"),
        ("day,name\n2027-01-01,New Year\n", "no column “date”"),
        ("date,name\n", "holds no closing day"),
    ],
)
def test_what_is_no_list_is_refused(text: str, told: str) -> None:
    assert told in mistakes(text)[0]


def test_a_file_in_another_character_set_is_refused_rather_than_misread() -> None:
    with pytest.raises(BrokenList, match="UTF-8"):
        read_list("date,name\n2027-01-01,Journée\n".encode("cp1252"), source="", provisional=False)


def test_an_event_of_several_days_closes_each_but_the_day_after() -> None:
    days = read(
        HEAD
        + event(
            "DTSTART;VALUE=DATE:20271230", "DTEND;VALUE=DATE:20280102", "SUMMARY:End of year\\, and the", "  new one"
        )
        + event('DTSTART;X-NOTE="a:b";VALUE=DATE:20280229', "SUMMARY:Leap day", "STATUS:TENTATIVE")
        + event("DTSTART;VALUE=DATE:20280301", "SUMMARY:Called off", "STATUS:CANCELLED")
        + TAIL
    )
    assert [(each.date, each.name, each.provisional) for each in days] == [
        (date(2027, 12, 30), "End of year, and the new one", False),
        (date(2027, 12, 31), "End of year, and the new one", False),
        (date(2028, 1, 1), "End of year, and the new one", False),
        (date(2028, 2, 29), "Leap day", True),
    ]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (("DTSTART;VALUE=DATE:20270101", "RRULE:FREQ=YEARLY", "SUMMARY:New Year"), "repeats"),
        (("DTSTART:20270101T000000Z", "SUMMARY:New Year"), "not of whole days"),
        (("DTSTART;VALUE=DATE:20270230", "SUMMARY:No such day"), "not of whole days"),
        (("DTSTART;VALUE=DATE:20270101", "DTEND;VALUE=DATE:20280101", "SUMMARY:All year"), "365 days"),
        (("DTSTART;VALUE=DATE:20270101",), "no name"),
    ],
)
def test_an_event_that_may_mean_another_day_is_refused(lines: tuple[str, ...], told: str) -> None:
    assert told in mistakes(HEAD + event(*lines) + TAIL)[0]


def test_a_calendar_that_breaks_off_is_refused() -> None:
    assert "does not end" in mistakes(HEAD + "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20270101\r\nSUMMARY:New Year\r\n")[0]
