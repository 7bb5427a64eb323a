"""The quick way to read an address says what aiosmtpd's own says."""

from aiosmtpd import smtp
from hypothesis import example, given
from hypothesis import strategies as st

from intake.sources.smtp import Server

WORDS = st.text('aZ0.+-_=~<>@ ()"\\', max_size=12)
OPTIONS = st.sampled_from(["", " SIZE=10", "  BODY=8BITMIME SMTPUTF8", "(x)", " (x) SIZE=1", "\t", "x"])


@given(WORDS, WORDS, OPTIONS)
@example("olena", "hromada.example", " SIZE=10")
@example("SupportUkraine+p1.a", "cor.europa.eu", "")
@example("a..b", "hromada.example", "")
def test_an_address_is_read_as_the_library_reads_it(local: str, domain: str, options: str) -> None:
    command, server = f"<{local}@{domain}>{options}", object.__new__(Server)
    assert server._getaddr(command) == smtp.SMTP._getaddr(server, command)
