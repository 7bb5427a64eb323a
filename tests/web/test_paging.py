import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.core.exceptions import BadRequest
from django.db import connection
from django.db.models import F
from django.db.models.functions import Length
from django.test.utils import CaptureQueriesContext

from web.paging import BadCursor, Page, page

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def sessions() -> list[str]:
    """Eleven rows, three of them at the same moment, in the order of (moment, key)."""
    moments = [0, 1, 1, 1, 2, 3, 4, 5, 6, 7, 8]
    rows = [
        Session(session_key=f"k{number:02}", session_data="", expire_date=START + timedelta(microseconds=moment))
        for number, moment in enumerate(moments)
    ]
    Session.objects.bulk_create(reversed(rows))
    return [row.session_key for row in rows]


def part(cursor: str = "", descending: bool = False, size: int = 4) -> Page[Session]:
    return page(Session.objects.all(), by="expire_date", cursor=cursor, size=size, descending=descending)


def keys(found: Page[Session]) -> list[str]:
    return [row.session_key for row in found.rows]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("size", [1, 2, 3, 4, 11, 20])
def test_walking_there_and_back_sees_every_row_once(sessions: list[str], size: int, descending: bool) -> None:
    expected = sessions[::-1] if descending else sessions
    pages = [part(descending=descending, size=size)]
    while following := pages[-1].next:
        pages.append(part(following, descending, size))
    assert [key for one in pages for key in keys(one)] == expected
    assert pages[0].previous is None
    here = pages[-1]
    for earlier in reversed(pages[:-1]):
        assert here.previous
        here = part(here.previous, descending, size)
        assert keys(here) == keys(earlier)
    assert here.previous is None


def test_a_row_that_comes_meanwhile_moves_nothing(sessions: list[str]) -> None:
    first = part()
    Session.objects.create(session_key="new", session_data="", expire_date=START - timedelta(days=1))
    assert first.next
    assert keys(part(first.next)) == sessions[4:8]


def test_rows_that_vanish_leave_a_way_back(sessions: list[str]) -> None:
    first = part()
    Session.objects.filter(session_key__in=sessions[4:]).delete()
    assert first.next
    rest = part(first.next)
    assert keys(rest) == []
    assert rest.previous
    assert keys(part(rest.previous)) == sessions[:4]


def test_an_empty_list_is_one_page() -> None:
    assert part() == Page([], None, None)


def test_words_and_annotations_order_too() -> None:
    for name in ("b", "ccc", "ї", "aa"):
        Group.objects.create(name=name)
    first = page(Group.objects.all(), by="name", size=2)
    assert [row.name for row in first.rows] == ["aa", "b"]
    longest = page(Group.objects.annotate(letters=Length(F("name"))), by="letters", size=2, descending=True)
    assert longest.next
    following = page(
        Group.objects.annotate(letters=Length(F("name"))), by="letters", size=2, descending=True, cursor=longest.next
    )
    assert [row.name for row in longest.rows] == ["ccc", "aa"]
    assert [row.name for row in following.rows] == ["ї", "b"]


def test_no_page_counts_or_skips(sessions: list[str]) -> None:
    cursor = part().next
    assert cursor
    with CaptureQueriesContext(
        connection,
    ) as queries:
        part(cursor)
    (query,) = queries.captured_queries
    assert "OFFSET" not in query["sql"]
    assert "COUNT" not in query["sql"]
    assert "LIMIT 5" in query["sql"]


def forged(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "nonsense",
        "%%%",
        "я",
        "A" * 2000,
        forged("expire_date", 0, "yesterday", "k01"),
        forged("expire_date", 0, "", "k01"),
        forged("expire_date", 0, START.isoformat(), "\x00"),
        forged("expire_date", 0, START.isoformat(), 7),
        forged("expire_date", 2, START.isoformat(), "k01"),
        forged("session_data", 0, "a", "k01"),
        forged("-expire_date", 0, START.isoformat(), "k01"),
        forged("expire_date", 0),
        forged(),
        forged({"a": 1}),
    ],
)
def test_a_cursor_that_is_not_ours_is_refused(sessions: list[str], cursor: str) -> None:
    with pytest.raises(BadCursor):
        part(cursor)


def test_a_key_beyond_the_database_is_refused() -> None:
    with pytest.raises(BadCursor):
        page(Group.objects.all(), by="name", cursor=forged("name", 0, "a", str(2**70)))
    with pytest.raises(BadCursor):
        page(Group.objects.all(), by="id", cursor=forged("id", 0, "9" * 900, "1"))


def test_a_bad_cursor_is_a_bad_request() -> None:
    assert issubclass(BadCursor, BadRequest)


def test_a_column_that_is_not_there_is_the_programmers_mistake() -> None:
    with pytest.raises(ValueError, match="no column 'colour'"):
        page(Group.objects.all(), by="colour")
