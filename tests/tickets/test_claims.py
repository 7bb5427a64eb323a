"""What a mail brings is kept in bounds and read back whole; what nobody understands is left out."""

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.making import invitation
from tickets.claims import (
    MAX_INVITATIONS,
    MAX_TEXT,
    MAX_VERDICTS,
    Invitation,
    Verdict,
    invitations_of,
    keep_invitations,
    keep_verdicts,
    verdicts_of,
)

VERDICT = Verdict(method="dmarc", result="pass", domain="hromada.example")


def there_and_back(*values: Invitation) -> list[Invitation]:
    return invitations_of(json.loads(json.dumps(keep_invitations(values))))


def test_verdicts_come_back_as_they_were() -> None:
    assert verdicts_of(json.loads(json.dumps(keep_verdicts([VERDICT])))) == [VERDICT]


@pytest.mark.parametrize(
    ("starts", "ends", "zone"),
    [
        (datetime(2026, 7, 10, 12, 0, tzinfo=UTC), None, ""),
        (datetime(2026, 7, 10, 15, 0), datetime(2026, 7, 10, 16, 0), "My zone"),  # noqa: DTZ001
        (date(2026, 7, 10), date(2026, 7, 12), ""),
        (None, None, ""),
    ],
)
def test_invitations_come_back_as_they_were(starts: object, ends: object, zone: str) -> None:
    meant = invitation(starts=starts, ends=ends, zone=zone)
    assert there_and_back(meant) == [meant]


@pytest.mark.parametrize("starts", [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, tzinfo=UTC)])
def test_a_time_that_no_clock_can_show_is_no_time(starts: datetime) -> None:
    assert there_and_back(invitation(starts=starts))[0].starts is None


def test_what_is_kept_is_bounded_and_no_method_crowds_out_another() -> None:
    many = [Verdict(method="dkim", result="fail", domain="x" * 1_000)] * 100
    kept = verdicts_of(keep_verdicts([*many, VERDICT]))
    assert [each.method for each in kept] == ["dkim"] * MAX_VERDICTS + ["dmarc"]
    assert len(kept[0].domain) == 255
    long = invitation(what="x" * 9_999, where="y" * 9_999, zone="z" * 9_999, organiser_name="n" * 9_999)
    found = there_and_back(*[long] * 50)
    assert len(found) == MAX_INVITATIONS
    assert len(found[0].what) == len(found[0].where) == len(found[0].organiser_name) == MAX_TEXT
    assert len(json.dumps(keep_invitations([long] * 50))) < 8_000


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["starts", "organiser", "method", "ends"]), inner),
)


@given(JSON)
def test_whatever_the_database_gives_back_is_read(rows: object) -> None:
    for each in invitations_of(rows):
        each.what.encode()
    assert all(isinstance(each.domain, str) for each in verdicts_of(rows))
