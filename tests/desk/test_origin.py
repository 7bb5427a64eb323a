"""The origin of a mail in plain words: information, never a promise."""

import pytest

from desk.origin import METHODS, Origin, origin
from tickets.claims import Verdict, keep_verdicts
from tickets.models import Message


def found(*verdicts: tuple[str, str], domain: str = "hromada.example", **fields: str) -> Origin | None:
    kept = keep_verdicts(Verdict(method=method, result=result, domain=domain) for method, result in verdicts)
    return origin(Message(**{"kind": "inbound", "raw_path": "raw", **fields}, verdicts=kept))


@pytest.mark.parametrize(
    ("verdicts", "look", "summary"),
    [
        ((), "unknown", "Origin not checked"),
        ((("spf", "fail"), ("dmarc", "pass")), "good", "Origin: hromada.example, as the domain itself prescribes"),
        ((("spf", "pass"), ("dmarc", "fail")), "bad", "Origin doubtful: perhaps not from hromada.example"),
        ((("spf", "softfail"), ("dmarc", "none")), "bad", "Origin doubtful"),
        ((("dkim", "pass"), ("dmarc", "none")), "open", "Origin confirmed in part"),
        ((("spf", "none"), ("dkim", "none")), "open", "Origin not confirmed"),
        ((("spf", "temperror"),), "open", "Origin not confirmed"),
        ((("dmarc", "bestguesspass"),), "open", "Origin not confirmed"),
    ],
)
def test_the_summary_follows_dmarc_and_without_it_the_others(
    verdicts: tuple[tuple[str, str], ...], look: str, summary: str
) -> None:
    told = found(*verdicts)
    assert told is not None
    assert (told.look, told.summary) == (look, summary)


def test_each_method_has_a_line_and_what_is_not_said_is_not_checked() -> None:
    told = found(("spf", "pass"), ("dmarc", "permerror"))
    assert told is not None
    assert list(told.lines) == [
        ("Server (SPF)", "passed: hromada.example allows the server that sent it"),
        ("Signature (DKIM)", "not checked"),
        ("Domain in From (DMARC)", "could not be checked"),
    ]


def test_no_word_promises_that_a_sender_is_who_they_say() -> None:
    texts = [str(text) for _name, told in METHODS.values() for text in told.values()]
    assert not [text for text in texts if "verified" in text or "genuine" in text]


def test_a_domain_of_any_length_is_cut_and_none_is_named_as_such() -> None:
    long = found(("dmarc", "fail"), domain="x" * 255)
    none = found(("spf", "pass"), domain="")
    assert long is not None
    assert none is not None
    assert len(long.summary) < 120
    assert none.lines[0][1] == "passed: the domain of the sender allows the server that sent it"


@pytest.mark.parametrize(
    "fields",
    [{"kind": "outbound"}, {"automatic": "acknowledgement"}, {"raw_path": ""}],
    ids=lambda each: next(iter(each)),
)
def test_what_came_by_no_mail_of_others_has_no_origin(fields: dict[str, str]) -> None:
    assert found(("dmarc", "fail"), **fields) is None
