from dataclasses import replace
from typing import Any

import pytest

from intake import loops
from intake.loops import Verdict, refuses
from intake.reading.mail import Mailbox, ParsedMail, read
from tests.intake.letters import HOUSE, OLENA, letter

PLAIN = read(letter())


def ours(address: str) -> bool:
    return address == HOUSE.lower()


def judge(mail: ParsedMail, **changes: Any) -> Verdict:
    facts = {
        "envelope_from": OLENA,
        "for_us": True,
        "sent_by_us": False,
        "through_list": False,
        "is_ours": ours,
        **changes,
    }
    return loops.judge(mail, **facts)


def test_a_persons_mail_may_be_answered() -> None:
    assert judge(PLAIN) == Verdict(answerable=True)


def test_a_mail_of_unknown_envelope_may_be_answered() -> None:
    assert judge(PLAIN, envelope_from=None).answerable


@pytest.mark.parametrize("code", ["auto-submitted", "precedence", "bounce", "read-receipt"])
def test_automatic_mail_is_taken_in_and_not_answered(code: str) -> None:
    verdict = judge(replace(PLAIN, automatic=code))
    assert verdict == Verdict(automatic=code, code=code)


def test_a_list_is_not_answered_but_its_writer_counts_as_a_person() -> None:
    assert judge(PLAIN, through_list=True) == Verdict(code="list")


def test_a_list_is_known_by_its_header_alone() -> None:
    assert loops.through_list(letter(List_Id="<mayors.example.org>"))
    assert not loops.through_list(letter("List-Id: <mayors.example.org>"))


def test_what_we_sent_ourselves_is_ignored() -> None:
    assert judge(PLAIN, sent_by_us=True).ignored


@pytest.mark.parametrize(
    "address",
    [
        "noreply@portal.example",
        "no-reply+42@portal.example",
        "team.do_not_reply@portal.example",
        "MAILER-DAEMON@mx.example",
        "bounces+x@list.example",
    ],
)
def test_an_address_that_takes_no_answers_gets_none(address: str) -> None:
    assert refuses(address, ours) == "no-reply"


@pytest.mark.parametrize("address", ["olena@hromada.example", "reply@hromada.example", "noreen.ply@hromada.example"])
def test_an_ordinary_address_gets_an_answer(address: str) -> None:
    assert refuses(address, ours) == ""


def test_no_answer_goes_to_ourselves_or_nowhere() -> None:
    assert refuses(HOUSE.lower(), ours) == "own-address"
    assert refuses("", ours) == "no-address"


def test_a_form_mailer_is_answered_at_its_reply_to() -> None:
    mail = replace(PLAIN, sender=Mailbox(name="", address="noreply@form.example"))
    assert not judge(mail).answerable
    mail = replace(mail, reply_to=(Mailbox(name="Olena", address=OLENA),))
    assert judge(mail).answerable
