"""Where the links of a mail lead, said beside each that does not say it itself.

A link shows what its writer likes and leads where its writer likes. An address is read as browsers read it (WHATWG URL
standard, 4.4), not as Python does: the two differ in backslashes, missing slashes and letters that look like others.
"""

import html as html_text
import re
from urllib.parse import unquote

import idna

LONGEST = 60  # characters of a host; its end tells whose it is

_BLANK = "".join(map(chr, range(33)))
_SCHEME = re.compile(r"(https?|mailto|tel):", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\]")
_PHONE = re.compile(r"[+\d][\d ().-]*(?:;[\w=;+-]*)?")
_MAILBOX = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+")
# The tags of what the sanitiser leaves: it writes every < that is text as &lt;, and every " in a value as &quot;.
_TAG = re.compile(r"""<(/?)([a-z][a-z0-9]*)((?:[^">]|"[^"]*")*+)>""")
_TITLE = re.compile(r' title="([^"]*)"')
_ADDRESS = re.compile(r"(?:https?://|mailto:)?([^/?#]+)(?:[/?#].*)?", re.IGNORECASE)
_PORT = re.compile(r":\d+$")


def target(address: str) -> str:
    """Where a link leads: a host as the network sees it, so that a look-alike in other letters shows as xn--, a mail
    address, or "tel:" and a number. Empty when it is none of these, or cannot be told.
    """
    address = re.sub(r"[\t\n\r]", "", address.strip(_BLANK))
    scheme = _SCHEME.match(address)
    if scheme is None:
        return ""
    rest = address[scheme.end() :]
    if scheme[1].lower() == "tel":
        return f"tel:{rest}" if _PHONE.fullmatch(rest) else ""
    if scheme[1].lower() == "mailto":
        return _mailbox(rest)
    return _host(re.split(r"[/\\?#]", rest.lstrip("/\\"), maxsplit=1)[0])


def with_targets(html: str) -> str:
    """A sanitised fragment with the target in text behind each link, but for one whose whole text is its address.

    Whoever calls a number sees it before it is dialled.
    """
    done, open_links, plain = list[str](), list[tuple[str, int, int]](), 0
    begun = 0
    for tag in _TAG.finditer(html):
        plain += 1  # tags so far: a link around none has nothing but text
        if tag[2] != "a":
            continue
        if not tag[1]:
            title = _TITLE.search(tag[3])
            open_links.append((title[1] if title else "", tag.end(), plain))
            continue
        leads_to, start, at = open_links.pop() if open_links else ("", 0, 0)
        done.append(html[begun : tag.end()])
        begun = tag.end()
        if (
            leads_to
            and not leads_to.startswith("tel:")
            and not (plain == at + 1 and _says(html[start : tag.start()], leads_to))
        ):
            done.append(_beside(leads_to))
    return "".join([*done, html[begun:]])


def _host(authority: str) -> str:
    host = _PORT.sub("", unquote(authority.rpartition("@")[2]))
    try:
        host = (host if host.isascii() else idna.encode(host, uts46=True).decode()).lower()
    except idna.IDNAError:
        return ""
    return host if _HOST.fullmatch(host) else ""


def _mailbox(rest: str) -> str:
    mailbox = unquote(rest.partition("?")[0])
    return mailbox if _MAILBOX.fullmatch(mailbox) else ""


def _says(text: str, leads_to: str) -> bool:
    """Whether the text of a link is the address that it leads to, from its first letter on and in plain letters."""
    text, leads_to = html_text.unescape(text).strip(), html_text.unescape(leads_to)
    if not text.isascii() or not text.isprintable():
        return False
    address = _ADDRESS.fullmatch(text)
    return address is not None and _PORT.sub("", address[1]).lower() == leads_to.lower()


def _beside(leads_to: str) -> str:
    """No mail can write this: no class of an element passes the sanitiser."""
    whole = html_text.unescape(leads_to)
    shown = whole if len(whole) <= LONGEST else "…" + whole[-LONGEST:]
    return f'<span class="target" title="{leads_to}">{html_text.escape(shown)}</span>'
