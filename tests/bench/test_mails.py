"""The mails of the measurements are read as what they are."""

from datetime import UTC, datetime
from functools import cache

from bench import mails, words
from bench.tickets import message_id, sample
from intake.reading.mail import read

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@cache
def made() -> list[mails.Mail]:
    return mails.make(seed=1, count=120, size=50, first_at=AT)


def test_the_same_arguments_make_the_same_bytes() -> None:
    assert mails.make(seed=1, count=120, size=50, first_at=AT) == made()
    assert mails.make(seed=2, count=120, size=50, first_at=AT)[0] != made()[0]


def test_about_half_are_answers_and_one_in_ten_carries_a_pdf() -> None:
    assert 45 <= sum(mail.answers for mail in made()) <= 75
    carrying = [read(mail.raw) for mail in made() if len(mail.raw) > mails.PDF_BYTES]
    assert 6 <= len(carrying) <= 20
    assert {len(each.attachments[0].content) for each in carrying} == {mails.PDF_BYTES}


def test_every_charset_is_read_to_words_of_the_vocabulary() -> None:
    known = set(words.ENGLISH.split()) | set(words.UKRAINIAN.split())
    for mail in made():
        parsed = read(mail.raw)
        assert parsed.sender.address == mail.sender
        new = parsed.text[: parsed.quote_start].split("\n\n")[1].lower().split()
        assert sum(word.strip(".?!") in known for word in new) > len(new) * 0.9


def test_an_answer_to_a_loaded_ticket_comes_from_its_partner() -> None:
    ours = {message_id(number, 1): number for number in range(1, 51)}
    found = [
        parsed
        for parsed in (read(mail.raw) for mail in made())
        if parsed.in_reply_to[:1] and parsed.in_reply_to[0] in ours
    ]
    assert found
    for parsed in found:
        assert parsed.sender.address == words.person(sample(50, ours[parsed.in_reply_to[0]]).person)[1]
