"""Hints from an address and a text: what looks like another domain, what is a free mailbox, what asks for a call."""

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tickets.senders import asks_for_call, domain_of, is_free_mail, look_alike

KNOWN = ("cor.europa.eu", "europa.eu", "sumy-rada.gov.ua", "riga.lv")
LABELS = st.text(string.ascii_lowercase + string.digits, min_size=4, max_size=12)
DOMAINS = st.builds(lambda one, two, end: f"{one}-{two}.{end}", LABELS, LABELS, st.sampled_from(["ua", "eu", "org"]))
TWINS = {"a": "а", "c": "с", "e": "е", "o": "о", "p": "р", "x": "х", "y": "у", "i": "і", "l": "1"}


@pytest.mark.parametrize(
    ("domain", "other"),
    [
        ("cor.europa.eu", ""),
        ("mail.cor.europa.eu", ""),
        ("cdr.europa.eu", ""),  # nobody but an institution has such a name
        ("sumy-rada.gov.ua", ""),
        ("lviv-rada.gov.ua", ""),
        ("hromada.example", ""),
        ("riga.li", ""),  # too short for one letter to say something
        ("", ""),
        ("sumy-rаda.gov.ua", "sumy-rada.gov.ua"),  # a Cyrillic а
        ("xn--sumy-rda-66g.gov.ua", "sumy-rada.gov.ua"),  # the same as the wire has it
        ("sumy-rada.g0v.ua", "sumy-rada.gov.ua"),
        ("surny-rada.gov.ua", "sumy-rada.gov.ua"),
        ("sumy-rada-gov.ua", "sumy-rada.gov.ua"),
        ("sumyrada.gov.ua", "sumy-rada.gov.ua"),
        ("sumy-rda.gov.ua", "sumy-rada.gov.ua"),
        ("sumy-raad.gov.ua", "sumy-rada.gov.ua"),
        ("sumy-rada.gov.uа.com", "sumy-rada.gov.ua"),
        ("cor.europa.eu.example.com", "cor.europa.eu"),
        ("cor-europa.eu", "cor.europa.eu"),
        ("COR.EUROPA.EU", ""),
        ("xn--\x80", ""),
    ],
)
def test_what_looks_like_a_known_domain_names_it(domain: str, other: str) -> None:
    assert look_alike(domain, KNOWN) == other


@given(DOMAINS)
def test_a_known_domain_and_what_lies_below_it_look_like_nothing(domain: str) -> None:
    assert look_alike(domain, [domain, *KNOWN]) == ""
    assert look_alike(f"mail.{domain}", [domain]) == ""


@given(DOMAINS, st.data())
def test_a_letter_of_another_script_is_always_found(domain: str, data: st.DataObject) -> None:
    places = [place for place, letter in enumerate(domain) if letter in TWINS]
    assume(places)
    place = data.draw(st.sampled_from(places))
    forged = domain[:place] + TWINS[domain[place]] + domain[place + 1 :]
    assert look_alike(forged, [domain]) == domain
    wire = ".".join(
        f"xn--{each.encode('punycode').decode()}" if not each.isascii() else each for each in forged.split(".")
    )
    assert look_alike(wire, [domain]) == domain


@given(DOMAINS, st.data())
def test_one_letter_left_out_or_put_in_is_always_found(domain: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, domain.index(".") - 1))
    shorter, longer = domain[:place] + domain[place + 1 :], domain[:place] + "q" + domain[place:]
    assert [look_alike(each, [domain]) for each in (shorter, longer)] == [domain, domain]


@given(st.text(max_size=80), st.lists(st.text(max_size=40), max_size=5))
def test_no_text_breaks_it(domain: str, known: list[str]) -> None:
    assert look_alike(domain, known) in ("", *(each.lower().strip(".") for each in known))


def test_free_mailboxes_are_known() -> None:
    assert [is_free_mail(domain_of(each)) for each in ("a@UKR.net", "a@gmail.com", "a@sumy-rada.gov.ua", "a")] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Join: https://us02web.zoom.us/j/1234",
        "https://teams.microsoft.com/l/meetup-join/x",
        "https://meet.google.com/abc-defg-hij",
        "The minister would like a video call tomorrow.",
        "Could we speak over Zoom?",
        "Пропонуємо відеозустріч у четвер",
        "проведемо онлайн-нараду",
        "зустрінемося в зумі",
        "Nous proposons une visioconférence.",
        "Piedāvājam videokonferenci piektdien.",
        "Proponujemy wideokonferencję",
    ],
)
def test_a_wish_for_a_video_call_is_seen_in_many_languages(text: str) -> None:
    assert asks_for_call(text)


@pytest.mark.parametrize(
    "text",
    [
        "We need two generators of 100 kW.",
        "Please call me back: +380 542 000 000.",
        "A link to our video: https://hromada.example/video.mp4",
        "The zoom of the camera is broken.",
        "Просимо зателефонувати",
    ],
)
def test_an_ordinary_letter_asks_for_no_video_call(text: str) -> None:
    assert not asks_for_call(text)
