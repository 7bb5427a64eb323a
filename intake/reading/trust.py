"""What servers say about the origin of a mail (RFC 8601). Anybody can write it, so only our server's word counts."""

import re
from collections.abc import Collection, Iterator
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


def own_verdicts(headers: Headers, authserv_ids: Collection[str]) -> tuple[Verdict, ...]:
    """The verdicts of our own servers, newest first; () when `authserv_ids` names none.

    Fields of other servers count for nothing, nor does any field below the first Received of another server: what
    stands there was in the mail when it came. For a method the newest field that names it speaks alone. Our server
    must remove fields in its own name from mail that comes in, as RFC 8601, 5 demands; most do so unasked.

    Servers that write no name into the field (Exchange Online) are given as "*." and their domain. Such a field is that
    of the server in the Received above it. Nobody removes such fields, so the newest alone speaks, for all methods.
    """
    own = _Own.of(authserv_ids)
    found: list[Verdict] = []
    for value in _own_fields(headers, own) if own.names or own.domains else ():
        told = list(_verdicts(value))
        known = {verdict.method for verdict in found}
        found.extend(verdict for verdict in told if verdict.method not in known)
    return tuple(found)


@dataclass(frozen=True)
class _Own:
    """Names that our servers write, and domains of those that write none."""

    names: tuple[str, ...]
    domains: tuple[str, ...]

    @classmethod
    def of(cls, authserv_ids: Collection[str]) -> "_Own":
        plain = [name for each in authserv_ids if (name := each.strip().strip(".").lower())]
        return cls(
            tuple(each for each in plain if not each.startswith("*.")),
            tuple(each.removeprefix("*.") for each in plain if each.startswith("*.")),
        )

    def nameless(self, host: str) -> bool:
        """True for a host that writes no name."""
        return any(_is_below(host, each) for each in self.domains)

    def passes(self, host: str) -> bool:
        """True for each of our hosts; those beside a named one in its domain too."""
        return self.nameless(host) or any(
            _is_below(host, each) or ("." in (domain := each.partition(".")[2]) and host.endswith("." + domain))
            for each in self.names
        )


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


def _own_fields(headers: Headers, own: _Own) -> Iterator[str]:
    """The results of our servers, without their name, down to the first Received of another server."""
    above = ""
    inside = False  # past a Received of ours: what only has a short name below it is no hop of ours
    for name, value in headers.sequence("received", "authentication-results"):
        plain = _without_comments(one_line(value)[:MAX_RESULT])
        if name == "received":
            match = _BY.search(plain)
            above = match[1].strip("[].").lower() if match else ""
            ours = own.passes(above)
            if not ours and (inside or "." in above):
                return
            inside = inside or ours
            continue
        server, _, results = plain.partition(";")
        if _RESULT.match(server):
            if own.nameless(above):
                yield plain
                return
        elif next(iter(server.strip().strip('"').lower().split()), "") in own.names:
            yield results


def _is_below(host: str, own: str) -> bool:
    return host == own or host.endswith("." + own)


def _verdicts(results: str) -> Iterator[Verdict]:
    for piece in results.split(";")[:50]:
        match = _RESULT.match(piece)
        method = match[1].lower() if match else ""
        if match is None or method not in METHODS:
            continue
        named = {f"{kind}.{key}".lower(): quoted or bare for kind, key, quoted, bare in _PROPERTY.findall(piece)}
        value = next((named[key] for key in _DOMAINS[method] if named.get(key)), "")
        domain = value.rpartition("@")[2].strip("<>.").lower()[:255]
        # Exchange Online writes "header.d=none" where there is no signature.
        yield Verdict(method=method, result=match[2].lower(), domain="" if domain == "none" else domain)


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
