"""Where a link of a mail leads, read as a browser reads it, and said beside it."""

import time

import pytest
from playwright.sync_api import Page

from web.targets import LONGEST, target, with_targets

ADDRESSES = {
    "https://hromada.example/plan?a=b": "hromada.example",
    "HTTPS://HROMADA.Example:8443": "hromada.example",
    "https://еріс.com/": "xn--e1awd7f.com",
    "https://straße.example/": "xn--strae-oqa.example",
    "https://ｅvil。example/": "evil.example",
    "https://%65vil.example/": "evil.example",
    "https://bank.example@evil.example/": "evil.example",
    "https://bank.example:443@evil.example:8080/": "evil.example",
    "https://evil.example\\@bank.example/": "evil.example",
    "https:\\\\evil.example\\bank.example": "evil.example",
    "https:evil.example": "evil.example",
    "https:///evil.example/": "evil.example",
    "https://evil.example#@bank.example/": "evil.example",
    "https://evil.example?@bank.example/": "evil.example",
    " \x01ht\ntps://ev\til.example/": "evil.example",
    "https://[::1]:80/": "[::1]",
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_host_is_told_as_the_network_sees_it(address: str) -> None:
    assert target(address) == ADDRESSES[address]


@pytest.mark.browser
def test_a_browser_goes_to_the_same_hosts(page: Page) -> None:
    read = page.evaluate("list => list.map(each => new URL(each).hostname)", list(ADDRESSES))
    assert dict(zip(ADDRESSES, read, strict=True)) == ADDRESSES


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)//https://bank.example",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "/desk/logout",
        "//evil.example",
        "https://",
        "https://[::1",
        "https://bank.example evil.example/",
        "https://" + "я" * 300 + ".example",
        "https://\u3002/",
        "mailto:",
        'tel:1"onclick=',
    ],
)
def test_an_address_whose_end_cannot_be_told_is_none(address: str) -> None:
    assert target(address) == ""


def link(leads_to: str, text: str) -> str:
    return f'<a href="https://{leads_to}/" title="{leads_to}">{text}</a>'


def label(leads_to: str, shown: str = "") -> str:
    return f'<span class="target" title="{leads_to}">{shown or leads_to}</span>'


@pytest.mark.parametrize(
    "text",
    [
        "the plan",
        "bank.example",
        "https://bank.example",
        "https://bank.example@evil.example/",
        "https://evil.example.bank.example/",
        "bank.example/evil.example",
        "See evil.example",
        "еvil.example",
        "evil.example/\u202emoc",
        '<span style="font-size:0">evil.example</span>',
        'evil.example<img src="/files/1" alt="Sign in">',
        '<img src="/files/1" alt="evil.example">',
        "",
    ],
)
def test_a_link_that_does_not_say_where_it_leads_is_followed_by_it(text: str) -> None:
    html = link("evil.example", text)
    assert with_targets(f"<p>{html}.</p>") == f"<p>{html}{label('evil.example')}.</p>"


@pytest.mark.parametrize(
    "text", ["hromada.example", " https://Hromada.example:443/letters/112?a=b#c ", "http://hromada.example"]
)
def test_a_link_that_is_its_own_address_stands_alone(text: str) -> None:
    html = f"<p>{link('hromada.example', text)}, {link('hromada.example', text)}</p>"
    assert with_targets(html) == html


def test_of_a_very_long_host_the_end_is_shown_which_tells_whose_it_is() -> None:
    host = "www.bank.example." + "a." * 100 + "evil.example"
    shown = with_targets(link(host, "x"))
    assert shown.endswith(label(host, "…" + host[-LONGEST:]))


def test_a_mail_address_stands_beside_a_name_and_not_twice() -> None:
    texts = ("Olena", "olena@hromada.example")
    named, said = (f'<a href="mailto:x" title="olena@hromada.example">{text}</a>' for text in texts)
    assert target("mailto:olena@hromada.example?subject=Hello") == "olena@hromada.example"
    assert with_targets(named) == named + label("olena@hromada.example")
    assert with_targets(said) == said


def test_a_link_within_a_link_and_one_without_an_address_each_have_their_own() -> None:
    inner = link("two.example", "2")
    html = f'<a href="https://one.example/" title="one.example">1<table><tr><td>{inner}</td></tr></table></a><a>3</a>'
    shown = with_targets(html)
    assert shown.count('class="target"') == 2
    assert f"{inner}{label('two.example')}</td>" in shown
    assert f"</table></a>{label('one.example')}<a>3</a>" in shown


def test_what_looks_like_a_tag_within_a_value_is_none() -> None:
    html = f'<img alt="<a title=&quot;x.example&quot;>">{link("one.example", "1")}'
    assert with_targets(html) == html + label("one.example")


def test_many_links_take_no_longer_each() -> None:
    html = link("evil.example", "x") * 20_000 + '<img alt="' + "<a " * 100_000 + '">'
    started = time.process_time()
    assert with_targets(html).count('class="target"') == 20_000
    assert time.process_time() - started < 4  # a tenth of a second on a quiet machine
