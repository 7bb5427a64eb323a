"""What servers say about the origin of a mail (RFC 8601). Anybody can write it, so only our server's word counts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from intake.reading.charsets import one_line
from intake.reading.headers import Headers

MAX_RESULTS = 20
MAX_RESULT = 4_000  # characters
METHODS = ("spf", "dkim", "dmarc")


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What our server found: `method` is spf, dkim or dmarc, `result` a word such as pass, fail, softfail, none, and
    `domain` the one it speaks of, "" when it names none. One mail may bear several DKIM signatures."""

    method: str
    result: str
    domain: str


def authentication_results(headers: Headers) -> tuple[str, ...]:
    """The Authentication-Results fields (RFC 8601) as they stand, newest first, untrusted."""
    values = (one_line(value)[:MAX_RESULT] for value in headers.all("authentication-results")[:MAX_RESULTS])
    return tuple(value for value in values if value)


def own_verdicts(headers: Headers, authserv_id: str) -> tuple[Verdict, ...]:
    """The verdicts of the server that calls itself `authserv_id`, newest first; () when that is "".

    Fields of other servers count for nothing, nor does any field below the first Received of another server: what
    stands there was in the mail when it came. For a method the newest field that names it speaks alone. Our server
    must remove fields in its own name from mail that comes in, as RFC 8601, 5 demands; most do so unasked. A field
    without a name (Exchange Online writes it so) is that of the server in the Received above it.
    """
    own = authserv_id.strip().strip(".").lower()
    found: list[Verdict] = []
    for value in _own_fields(headers, own) if own else ():
        told = list(_verdicts(value))
        known = {verdict.method for verdict in found}
        found.extend(verdict for verdict in told if verdict.method not in known)
    return tuple(found)


_BY = re.compile(r"\bby\s+([^\s;()<>]{1,255})", re.I)
_RESULT = re.compile(r"\s*([a-z][a-z0-9-]{0,30})\s*(?:/\s*\d{1,3}\s*)?=\s*([a-z]{1,30})\b", re.I)
_PROPERTY = re.compile(
    r"\b(smtp|header)\s?\.\s?([a-z][a-z0-9-]{0,30})\s?=\s?(?:\"([^\"]{0,400})\"|([^\s;\"]{1,400}))", re.I
)
# Where each method writes the domain it speaks of, best first (RFC 8601, 2.7).
_DOMAINS = {
    "spf": ("smtp.mailfrom", "smtp.mfrom", "smtp.helo"),
    "dkim": ("header.d", "header.i"),
    "dmarc": ("header.from",),
}


def _own_fields(headers: Headers, own: str) -> Iterator[str]:
    """The results in our server's name, without that name, down to the first Received of another server."""
    above = ""
    inside = False  # past a Received of ours: what only has a short name below it is no hop of ours
    for name, value in headers.sequence("received", "authentication-results"):
        plain = _without_comments(one_line(value)[:MAX_RESULT])
        if name == "received":
            match = _BY.search(plain)
            above = match[1].strip("[].").lower() if match else ""
            ours = _is_ours(above, own)
            if not ours and (inside or "." in above):
                return
            inside = inside or ours
            continue
        server, _, results = plain.partition(";")
        if _RESULT.match(server):
            server, results = above, plain
        words = server.strip().strip('"').lower().split()
        if words and (words[0] == own or (server == above and _is_ours(above, own))):
            yield results


def _is_ours(host: str, own: str) -> bool:
    """True for our server itself, and for hosts below it or beside it in the same domain."""
    domain = own.partition(".")[2]
    return host == own or host.endswith("." + own) or ("." in domain and host.endswith("." + domain))


def _verdicts(results: str) -> Iterator[Verdict]:
    for piece in results.split(";")[:50]:
        match = _RESULT.match(piece)
        method = match[1].lower() if match else ""
        if match is None or method not in METHODS:
            continue
        named = {f"{kind}.{key}".lower(): quoted or bare for kind, key, quoted, bare in _PROPERTY.findall(piece)}
        value = next((named[key] for key in _DOMAINS[method] if named.get(key)), "")
        yield Verdict(
            method=method, result=match[2].lower(), domain=value.rpartition("@")[2].strip("<>.").lower()[:255]
        )


def _without_comments(text: str) -> str:
    """`text` without what stands in parentheses, nested or never closed. Quoted text is no comment."""
    out: list[str] = []
    depth, quoted = 0, False
    for piece in re.split(r'([()"])', text):
        if piece == '"' and not depth:
            quoted = not quoted
        elif piece == "(" and not quoted:
            depth += 1
            continue
        elif piece == ")" and not quoted:
            depth = max(0, depth - 1)
            continue
        if not depth:
            out.append(piece)
    return "".join(out)
