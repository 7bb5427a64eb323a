"""Only our own server's word about a mail counts."""

import pytest

from intake.reading.mail import read
from intake.reading.trust import Verdict

OWN = "mx.wg.example"
BORDER = "Received: from mail.hromada.example ([192.0.2.7])\n by mx.wg.example (Postfix) with ESMTPS id 1\n"
FOREIGN = "Received: from laptop by mail.hromada.example with ESMTPSA\n"
PASS = f"Authentication-Results: {OWN}; dmarc=pass (p=reject; dis=none) header.from=hromada.example\n"


def verdicts(*fields: str, own: str = OWN) -> list[tuple[str, str, str]]:
    raw = "".join(fields) + "From: o@hromada.example\n\nwords"
    return [(each.method, each.result, each.domain) for each in read(raw.encode(), authserv_id=own).verdicts]


def test_each_method_has_its_verdict_and_domain() -> None:
    field = (
        f"Authentication-Results: {OWN} 1;\n"
        ' spf=pass (a comment; dkim=fail (nested)) smtp.mailfrom="o@Hromada.example";\n'
        ' dkim=pass reason="good" header.i=@hromada.example header.s=s1; dkim=fail header.d=list.example;\n'
        " dmarc=pass action=none header.from=hromada.example; iprev=pass policy.iprev=192.0.2.7\n"
    )
    assert verdicts(field, BORDER) == [
        ("spf", "pass", "hromada.example"),
        ("dkim", "pass", "hromada.example"),
        ("dkim", "fail", "list.example"),
        ("dmarc", "pass", "hromada.example"),
    ]


def test_without_the_name_of_our_server_nothing_counts() -> None:
    assert verdicts(PASS, own="") == []
    assert read(f"{PASS}\nx".encode()).verdicts == ()


@pytest.mark.parametrize(
    "field",
    [
        PASS.replace(OWN, "mx.elsewhere.example"),
        PASS.replace(OWN, "mx.wg.example.elsewhere.example"),
        PASS.replace(OWN, "(mx.wg.example) elsewhere.example"),
        f"Authentication-Results: {OWN}; none\n",
        f"Authentication-Results: {OWN}\n",
        "Authentication-Results:\n",
        f"Authentication-Results: {OWN}; dmarc (= pass) x\n",
    ],
)
def test_what_is_not_our_servers_result_is_none(field: str) -> None:
    assert verdicts(field, BORDER) == []


def test_the_newest_field_speaks_for_a_method() -> None:
    fail = PASS.replace("pass", "fail")
    spf = f"Authentication-Results: {OWN}; spf=none smtp.helo=mail.hromada.example\n"
    assert verdicts(fail, spf, PASS) == [("dmarc", "fail", "hromada.example"), ("spf", "none", "mail.hromada.example")]


def test_a_field_below_a_foreign_received_came_with_the_mail() -> None:
    assert verdicts(BORDER, PASS) == [("dmarc", "pass", "hromada.example")]
    assert verdicts(BORDER, FOREIGN, PASS) == []
    inside = "Received: from mx.wg.example by store (Dovecot) with LMTP\n"
    assert verdicts(inside, BORDER, PASS) == [("dmarc", "pass", "hromada.example")]
    assert verdicts(BORDER, "Received: from a by store with SMTP\n", PASS) == []
    assert verdicts("Received: by somebody who says nothing\n", BORDER, PASS) == [("dmarc", "pass", "hromada.example")]


def test_a_field_without_a_name_is_that_of_the_server_above_it() -> None:
    nameless = (
        "Authentication-Results: spf=pass (sender IP is 192.0.2.7)\n smtp.mailfrom=hromada.example;"
        " dmarc=pass header.from=hromada.example\n"
    )
    cloud = (
        "Received: from mx (192.0.2.1) by AB1.eurprd01.prod.outlook.example (192.0.2.2) with Microsoft SMTP Server\n"
    )
    assert verdicts(cloud, nameless, own="outlook.example")[1] == ("dmarc", "pass", "hromada.example")
    assert verdicts(cloud, FOREIGN, nameless, own="outlook.example") == []
    assert verdicts(nameless, cloud, own="outlook.example") == []


def test_a_verdict_can_be_compared() -> None:
    found = read(f"{PASS}{BORDER}\nx".encode(), authserv_id=" MX.WG.example. ").verdicts
    assert found == (Verdict(method="dmarc", result="pass", domain="hromada.example"),)
