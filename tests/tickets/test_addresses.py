"""Reply addresses carry a ticket, and only the house can make them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.making import NOW
from tickets import addresses
from tickets.addresses import is_ours, read_address, reply_address, token


@given(ticket_id=st.integers(1, 2**39), audience=st.sampled_from(["partner", "staff"]))
def test_what_is_written_is_read(ticket_id: int, audience) -> None:
    address = reply_address(ticket_id, audience)
    assert read_address(address) == (ticket_id, audience)
    assert read_address(address.upper()) == (ticket_id, audience)
    assert len(address.rpartition("@")[0]) <= 64


@given(position=st.integers(0, 24), letter=st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_one_changed_letter_makes_it_worthless(position: int, letter: str) -> None:
    good = token(1042, "partner")
    forged = good[:position] + letter + good[position + 1 :]
    found = read_address(f"supportukraine+{forged}@cor.europa.eu")
    assert found is None or forged == good


def test_a_token_for_partners_is_none_for_staff() -> None:
    forged = "s" + token(1042, "partner")[1:]
    assert read_address(f"SupportUkraine+{forged}@cor.europa.eu") is None


@pytest.mark.parametrize(
    "address",
    [
        "supportukraine@cor.europa.eu",
        "supportukraine+@cor.europa.eu",
        "supportukraine+su-2026-000001@cor.europa.eu",
        "other+{token}@cor.europa.eu",
        "supportukraine+{token}@example.org",
        "",
    ],
)
def test_other_addresses_name_no_ticket(address: str) -> None:
    assert read_address(address.replace("{token}", token(1, "partner"))) is None


def test_an_old_key_still_reads_and_no_longer_writes(settings) -> None:
    old = reply_address(7, "partner")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key, long enough to be taken for a real one here"
    assert read_address(old) == (7, "partner")
    assert reply_address(7, "partner") != old


def test_without_plus_addressing_the_plain_address_is_used(settings) -> None:
    settings.MAIL_PLUS_ADDRESSING = False
    assert reply_address(7, "partner") == settings.MAIL_ADDRESS


def test_the_house_knows_its_addresses(settings) -> None:
    settings.MAIL_OTHER_ADDRESSES = ["ukraine@cor.example"]
    assert is_ours("SUPPORTUKRAINE+anything@COR.europa.eu")
    assert is_ours("ukraine@cor.example")
    assert not is_ours("supportukraine@example.org")
    assert not is_ours("someone@cor.europa.eu")


def test_the_token_of_a_check_is_found_in_an_address_and_a_subject_in_any_case() -> None:
    probe = addresses.new_probe(1, now=NOW)
    for text in (addresses.probe_address(probe), addresses.probe_address(probe).upper(), f"Mail check {probe}"):
        assert addresses.find_probe(text, now=NOW + timedelta(hours=1)) == probe


def test_the_token_of_a_check_is_good_for_a_day_and_for_nothing_else() -> None:
    probe = addresses.new_probe(1, now=NOW)
    assert addresses.find_probe(probe, now=NOW + timedelta(hours=25)) == ""
    assert addresses.read_address(addresses.probe_address(probe)) is None
    assert addresses.new_probe(2, now=NOW) != probe


def test_nobody_can_make_up_the_token_of_a_check() -> None:
    probe = addresses.new_probe(1, now=NOW)
    forged = probe[:-1] + ("a" if probe[-1] != "a" else "b")
    of_a_ticket = "x" + addresses.token(7, "partner")[1:]
    for text in (forged, of_a_ticket, probe[:-1], f"{probe}a", "x" * 25, ""):
        assert addresses.find_probe(text, now=NOW) == ""
