"""`manage.py check_mail` as a process, with the real listener and worker, a mail server between, and a DNS server."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from smtplib import SMTP

import pytest
from aiosmtpd import smtp

from intake.models import RawMail
from tests import services
from tests.flows.conftest import HOUSE, House, mail_out
from tests.flows.test_mail_way import letter
from tickets.models import Ticket

pytestmark = [pytest.mark.flow, pytest.mark.django_db(transaction=True)]
DOMAIN = "cor.europa.eu"
RECORDS = {
    DOMAIN: ["v=spf1 ip4:192.0.2.1 -all"],
    f"_dmarc.{DOMAIN}": ["v=DMARC1; p=reject"],
    f"s1._domainkey.{DOMAIN}": ["v=DKIM1; p=MIIB"],
}


class Relay(services.SmtpSink):
    """The mail server of the house: signs what it is given, and hands it to the listener unless it loses it."""

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self.listener = 0
        self.refuses_plus = self.loses_plus = self.loses_all = False
        self.signs = b"DKIM-Signature: v=1; a=rsa-sha256; d=cor.europa.eu; s=s1;\r\n\th=from; bh=aa=; b=bb=\r\n"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: smtp.SMTP, session: smtp.Session, envelope: smtp.Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuses_plus and "+" in address:
            return "550 5.1.1 No such user"
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(  # noqa: N802
        self, server: smtp.SMTP, session: smtp.Session, envelope: smtp.Envelope
    ) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        kept = [each for each in envelope.rcpt_tos if not (self.loses_all or (self.loses_plus and "+" in each))]
        if kept and self.reply_to_data is None:
            with SMTP("127.0.0.1", self.listener, timeout=20) as client:
                client.sendmail(envelope.mail_from or "", kept, self.signs + self.mails[-1].content)
        return answer


@pytest.fixture
def smtp_sink(free_port: int) -> Iterator[Relay]:
    """The way out of the house in this file."""
    server = Relay(free_port)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def way_out(reference_data: None, smtp_sink: Relay, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of the house alone, where nothing has to come in."""
    mail_out(monkeypatch, smtp_sink, timeout=3)


@pytest.fixture
def relay(house: House, smtp_sink: Relay) -> Relay:
    smtp_sink.listener = house.smtp_port
    return smtp_sink


@pytest.fixture
def dns_port() -> Iterator[int]:
    with ExitStack() as stack:
        server = services.DnsServer(RECORDS)
        server.start()
        stack.callback(server.stop)
        yield server.port


def check(dns_port: int, *words: str, seconds: int = 30, **settings: str) -> tuple[int, str]:
    """Exit code and all that was said."""
    command = [sys.executable, str(services.ROOT / "manage.py"), "check_mail", "--timeout", str(seconds)]
    done = subprocess.run(
        [*command, "--resolver", f"127.0.0.1:{dns_port}", *words],
        env={**os.environ, "DATABASE_URL": services.own_database_url(), **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_where_all_is_well_it_says_so_and_nothing_becomes_a_ticket(relay: Relay, dns_port: int) -> None:
    code, said = check(dns_port)
    assert code == 0, said
    assert f"Mail to {HOUSE} leaves, and comes in by SMTP" in said
    assert "Plus-addressing works" in said
    for name in ("SPF", "DKIM", "DMARC"):
        assert f"[ok] {name}: " in said
    assert "No problem was found." in said
    assert not Ticket.objects.exists()
    assert set(RawMail.objects.values_list("state", "reason")) == {("ignored", "probe")}
    assert RawMail.objects.count() == len(relay.mails) == 2


@pytest.mark.parametrize("how", ["refuses", "loses"])
def test_where_plus_addressing_does_not_work_it_says_what_to_do(relay: Relay, dns_port: int, how: str) -> None:
    relay.refuses_plus, relay.loses_plus = how == "refuses", how == "loses"
    code, said = check(dns_port, seconds=12)
    assert code == 1, said
    assert f"Mail to {HOUSE} leaves, and comes in" in said
    assert "[problem] Plus-addressing does not work" in said
    assert "set MAIL_PLUS_ADDRESSING to off" in said
    assert ("No such user" in said) == (how == "refuses")
    assert "1 problem was found." in said

    code, said = check(dns_port, seconds=12, MAIL_PLUS_ADDRESSING="off")
    assert code == 0, said
    assert "[ok] Plus-addressing does not work, and MAIL_PLUS_ADDRESSING is off" in said


@pytest.mark.usefixtures("way_out")
def test_mail_that_is_lost_ends_the_waiting_and_is_told(smtp_sink: Relay, dns_port: int) -> None:
    smtp_sink.loses_all, smtp_sink.signs = True, b""
    code, said = check(dns_port, seconds=7)
    assert code == 1
    assert "Waiting: 5 s of 7 s." in said
    assert f"[problem] Mail to {HOUSE} leaves, but does not come in." in said


@pytest.mark.usefixtures("way_out")
def test_a_mail_server_that_is_away_is_told(smtp_sink: Relay, dns_port: int) -> None:
    smtp_sink.reply_to_data = "554 5.7.1 You may not"
    code, said = check(dns_port, seconds=7)
    assert code == 1
    assert f"[problem] Mail to {HOUSE} does not leave" in said
    assert "You may not" in said


@pytest.mark.usefixtures("way_out")
def test_the_domain_alone_can_be_checked(smtp_sink: Relay, dns_port: int) -> None:
    code, said = check(dns_port, "--dns-only", "--selector", "s1")
    assert code == 0, said
    assert "[ok] DKIM" in said
    code, said = check(dns_port, "--dns-only", MAIL_ADDRESS="help@nothing.example")
    assert code == 1
    assert "2 problems were found." in said
    assert smtp_sink.mails == []


@pytest.mark.usefixtures("way_out")
def test_mail_as_files_goes_nowhere_and_that_is_told(dns_port: int) -> None:
    code, said = check(dns_port, MAIL_OUT="files")
    assert code == 1
    assert "[problem] MAIL_OUT is files" in said


def test_a_forged_probe_is_a_mail_like_any(house: House) -> None:
    house.send(letter("Mail check xaaaaaaaaaaaaaaaaaaaaaaaa", "We need help.", "1@hromada.example"))
    services.wait_until(Ticket.objects.exists, "the mail is a ticket")
