"""Only our own server's word about a mail counts."""

import pytest

from intake.reading.mail import read
from intake.reading.trust import Verdict

OWN = "mx.wg.example"
BORDER = "Received: from mail.hromada.example ([192.0.2.7])\n by mx.wg.example (Postfix) with ESMTPS id 1\n"
FOREIGN = "Received: from laptop by mail.hromada.example with ESMTPSA\n"
PASS = f"Authentication-Results: {OWN}; dmarc=pass (p=reject; dis=none) header.from=hromada.example\n"


def verdicts(*fields: str, own: str | tuple[str, ...] = OWN) -> list[tuple[str, str, str]]:
    raw = "".join(fields) + "From: o@hromada.example\n\nwords"
    names = (own,) if isinstance(own, str) else own
    return [(each.method, each.result, each.domain) for each in read(raw.encode(), authserv_ids=names).verdicts]


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
    assert verdicts(cloud, nameless, own="*.outlook.example")[1] == ("dmarc", "pass", "hromada.example")
    assert verdicts(cloud, FOREIGN, nameless, own="*.outlook.example") == []
    assert verdicts(nameless, cloud, own="*.outlook.example") == []


EXCHANGE_ONLINE = ("*.outlook.com", "*.office365.com")
HOPS = (
    "Received: from A.eurprd01.prod.outlook.com (2001:db8::1) by B.eurprd02.prod.outlook.com\n"
    " with HTTPS; Mon, 23 Nov 2026 08:00:05 +0000\n"
    "Received: from C.eurprd01.prod.outlook.com (2001:db8::2) by A.outlook.office365.com\n"
    " (2001:db8::1) with Microsoft SMTP Server id 15.20 via Frontend Transport; Mon, 23 Nov 2026 08:00:04 +0000\n"
)
CLOUD_BORDER = (
    "Received: from mail.hromada.example (192.0.2.7) by C.mail.protection.outlook.com\n"
    " (10.0.0.1) with Microsoft SMTP Server id 15.20 via Frontend Transport; Mon, 23 Nov 2026 08:00:03 +0000\n"
)


def nameless(result: str) -> str:
    return (
        "Authentication-Results: spf=pass (sender IP is 192.0.2.7)\n smtp.mailfrom=hromada.example;"
        f" dkim=none (message not signed)\n header.d=none;dmarc={result} action=none\n"
        " header.from=hromada.example;compauth=pass reason=100\n"
    )


def test_what_exchange_online_writes_counts_by_the_domains_of_its_hosts() -> None:
    found = [("spf", "pass", "hromada.example"), ("dkim", "none", ""), ("dmarc", "fail", "hromada.example")]
    assert verdicts(HOPS, nameless("fail"), CLOUD_BORDER, own=EXCHANGE_ONLINE) == found
    # Its hosts bear names of several domains, and all of them must be named.
    assert verdicts(HOPS, nameless("fail"), CLOUD_BORDER, own="*.outlook.com") == []


def test_a_field_without_a_name_that_came_with_the_mail_counts_for_nothing() -> None:
    forged = "Received: from x by Y.mail.protection.outlook.com with SMTP\n" + nameless("pass")
    assert verdicts(HOPS, nameless("fail"), CLOUD_BORDER, forged, own=EXCHANGE_ONLINE)[2][1] == "fail"
    only_spf = "Authentication-Results: spf=fail (sender IP is 192.0.2.7) smtp.mailfrom=hromada.example\n"
    found = verdicts(HOPS, only_spf, CLOUD_BORDER, forged, own=EXCHANGE_ONLINE)
    assert found == [("spf", "fail", "hromada.example")]


@pytest.mark.parametrize("own", [OWN, "wg.example", "*.other.example"])
def test_where_our_server_writes_its_name_a_field_without_one_is_the_senders(own: str) -> None:
    again = BORDER + BORDER  # the second was written by the sender
    assert verdicts(again, nameless("pass"), own=own) == []


def test_where_our_servers_write_no_name_a_field_with_their_name_is_the_senders() -> None:
    named = PASS.replace(OWN, "outlook.com")
    assert verdicts(HOPS, named, CLOUD_BORDER, named, own=EXCHANGE_ONLINE) == []


def test_each_of_several_names_of_ours_counts() -> None:
    second = PASS.replace(OWN, "gate.other.example")
    assert verdicts(second, BORDER, own=(OWN, "gate.other.example")) == [("dmarc", "pass", "hromada.example")]
    assert verdicts(second, BORDER, own=OWN) == []


def test_a_verdict_can_be_compared() -> None:
    found = read(f"{PASS}{BORDER}\nx".encode(), authserv_ids=[" MX.WG.example. "]).verdicts
    assert found == (Verdict(method="dmarc", result="pass", domain="hromada.example"),)
