"""SPF, DKIM and DMARC as a real DNS server on loopback tells them."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Any

import pytest

from helpdesk import mail_domain
from helpdesk.mail_domain import NOTE, OK, PROBLEM, Dns, Signature, Unanswered
from tests.environment import free_port
from tests.services import DnsServer

DOMAIN = "help.house.example"


@pytest.fixture
def dns_of() -> Iterator[Any]:
    """Gives what asks a server with these records."""
    with ExitStack() as stack:

        def serve(records: dict[str, Sequence[str]]) -> Dns:
            server = DnsServer(records)
            server.start()
            stack.callback(server.stop)
            return Dns("127.0.0.1", server.port)

        yield serve


def levels(findings: list[mail_domain.Finding]) -> list[str]:
    return [finding.level for finding in findings]


@pytest.mark.parametrize(
    ("records", "level"),
    [
        ({}, PROBLEM),
        ({DOMAIN: []}, PROBLEM),
        ({DOMAIN: ["some other text"]}, PROBLEM),
        ({DOMAIN: ["v=spf10 -all"]}, PROBLEM),
        ({DOMAIN: ["v=spf1 ip4:192.0.2.1 -all"]}, OK),
        ({DOMAIN: ["some other text", "v=spf1 mx ~all"]}, OK),
        ({DOMAIN: ["V=SPF1 MX -ALL"]}, OK),
        ({DOMAIN: ["v=spf1 mx ?all"]}, NOTE),
        ({DOMAIN: ["v=spf1 mx"]}, NOTE),
        ({DOMAIN: ["v=spf1 mx all"]}, PROBLEM),
        ({DOMAIN: ["v=spf1 mx +all"]}, PROBLEM),
        ({DOMAIN: ["v=spf1 mx -all", "v=spf1 a -all"]}, PROBLEM),
        ({DOMAIN: ["v=spf1 redirect=spf.house.example"], "spf.house.example": ["v=spf1 mx -all"]}, OK),
        ({DOMAIN: ["v=spf1 include:spf.house.example -all"], "spf.house.example": ["v=spf1 mx ~all"]}, OK),
        ({DOMAIN: ["v=spf1 include:%{i}.house.example -all"]}, OK),
        ({DOMAIN: ["v=spf1 " + "ip4:192.0.2.1 " * 40 + "-all"]}, OK),
    ],
)
def test_an_spf_record_is_told_in_one_sentence(dns_of: Any, records: dict[str, list[str]], level: str) -> None:
    findings = mail_domain.spf(DOMAIN, dns_of(records))
    assert levels(findings) == [level]
    assert DOMAIN in findings[0].text


def test_an_spf_record_that_refers_to_nothing_is_a_problem(dns_of: Any) -> None:
    findings = mail_domain.spf(DOMAIN, dns_of({DOMAIN: ["v=spf1 include:gone.example -all"]}))
    assert levels(findings) == [PROBLEM, OK]
    assert "gone.example" in findings[0].text


def test_an_spf_record_that_asks_too_much_is_a_problem_and_a_circle_ends(dns_of: Any) -> None:
    many = {DOMAIN: ["v=spf1 " + " ".join(f"a:{number}.example" for number in range(11)) + " -all"]}
    assert PROBLEM in levels(mail_domain.spf(DOMAIN, dns_of(many)))
    circle = {DOMAIN: ["v=spf1 include:b.example -all"], "b.example": [f"v=spf1 include:{DOMAIN} -all"]}
    assert PROBLEM in levels(mail_domain.spf(DOMAIN, dns_of(circle)))
    enough = {DOMAIN: ["v=spf1 " + " ".join(f"a:{number}.example" for number in range(10)) + " -all"]}
    assert levels(mail_domain.spf(DOMAIN, dns_of(enough))) == [OK]


@pytest.mark.parametrize(
    ("records", "level"),
    [
        ({}, PROBLEM),
        ({f"_dmarc.{DOMAIN}": ["v=DMARC1; p=reject; rua=mailto:d@house.example"]}, OK),
        ({f"_dmarc.{DOMAIN}": ["v=DMARC1;p=quarantine"]}, OK),
        ({f"_dmarc.{DOMAIN}": ["v=DMARC1; p=none"]}, NOTE),
        ({f"_dmarc.{DOMAIN}": ["v=DMARC1; p=maybe"]}, PROBLEM),
        ({f"_dmarc.{DOMAIN}": ["v=DMARC1; p=none", "v=DMARC1; p=reject"]}, PROBLEM),
        ({f"_dmarc.{DOMAIN}": ["another text"]}, PROBLEM),
        ({"_dmarc.house.example": ["v=DMARC1; p=reject"]}, OK),
        ({"_dmarc.house.example": ["v=DMARC1; p=reject; sp=none"]}, NOTE),
        ({"_dmarc.example": ["v=DMARC1; p=reject"]}, PROBLEM),
    ],
)
def test_a_dmarc_record_is_told_in_one_sentence(dns_of: Any, records: dict[str, list[str]], level: str) -> None:
    assert levels(mail_domain.dmarc(DOMAIN, dns_of(records))) == [level]


KEY = f"s1._domainkey.{DOMAIN}"


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ({KEY: ["v=DKIM1; k=rsa; p=" + "MIIBIjANBgkqhkiG9w0B" * 18]}, [OK]),
        ({KEY: ["p=MIIB"]}, [OK]),
        ({KEY: ["v=DKIM1; p="]}, [PROBLEM]),
        ({KEY: ["no key"]}, [PROBLEM]),
        ({}, [PROBLEM]),
    ],
)
def test_a_dkim_key_is_told_in_one_sentence(dns_of: Any, records: dict[str, list[str]], expected: list[str]) -> None:
    assert levels(mail_domain.dkim(DOMAIN, [Signature(DOMAIN, "s1")], dns_of(records))) == expected


def test_a_signature_of_another_domain_does_not_speak_for_ours(dns_of: Any) -> None:
    dns_ = dns_of({"s1._domainkey.provider.example": ["p=MIIB"], "s2._domainkey.house.example": ["p=MIIB"]})
    alone = mail_domain.dkim(DOMAIN, [Signature("provider.example", "s1")], dns_)
    assert levels(alone) == [OK, PROBLEM]
    both = [Signature("provider.example", "s1"), Signature("house.example", "s2")]
    assert levels(mail_domain.dkim(DOMAIN, both, dns_)) == [OK, OK]


def test_a_silent_server_is_said_to_be_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_domain, "SECONDS", 0.5)
    with pytest.raises(Unanswered, match=DOMAIN):
        mail_domain.spf(DOMAIN, Dns("127.0.0.1", free_port()))
