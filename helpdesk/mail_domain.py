"""What the DNS tells receivers about mail of our domain: SPF, DKIM and DMARC, in plain words."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import dns.exception
import dns.resolver
from django.utils.translation import gettext as _

MAX_LOOKUPS = 10  # RFC 7208, section 4.6.4
SECONDS = 5.0

OK, NOTE, PROBLEM = "ok", "note", "problem"
_LOOKING_UP = ("include", "a", "mx", "ptr", "exists")


class Unanswered(Exception):
    """No DNS server answered; the message says which name was asked for."""


@dataclass(frozen=True)
class Finding:
    """One sentence or two about what was found: `level` is OK, NOTE (nothing is broken) or PROBLEM."""

    level: str
    text: str


@dataclass(frozen=True)
class Signature:
    """Who signed a mail: the domain and selector of a DKIM-Signature (RFC 6376, section 3.5)."""

    domain: str
    selector: str


class Dns:
    """Reads TXT records by the servers of this machine, or by the one at `server` and `port`."""

    def __init__(self, server: str = "", port: int = 53) -> None:
        try:
            self._resolver = dns.resolver.Resolver(configure=not server)
        except dns.resolver.NoResolverConfiguration as error:
            raise Unanswered(_("This machine knows no DNS server.")) from error
        if server:
            self._resolver.nameservers, self._resolver.port = [server], port

    def txt(self, name: str) -> list[str]:
        """The TXT records of a name, each in one piece; none when there is no such name. Unanswered otherwise."""
        try:
            answer = self._resolver.resolve(name, "TXT", lifetime=SECONDS, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except dns.exception.DNSException as error:
            raise Unanswered(_("No DNS server answered for %(name)s.") % {"name": name}) from error
        return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]


def spf(domain: str, dns_: Dns) -> list[Finding]:
    """Which servers may send mail of the domain (RFC 7208)."""
    found = _spf_records(domain, dns_)
    if not found:
        return [
            Finding(
                PROBLEM,
                _(
                    "SPF: %(domain)s does not say which servers send its mail, so receivers cannot tell it from forged "
                    'mail. Publish a TXT record at %(domain)s that names them, such as "v=spf1 include:… -all".'
                )
                % {"domain": domain},
            )
        ]
    if len(found) > 1:
        text = _("SPF: %(domain)s has %(number)d records, so receivers take none of them. Keep one TXT record.")
        return [Finding(PROBLEM, text % {"domain": domain, "number": len(found)})]
    walk = _SpfWalk(dns_)
    ending = walk.read(domain, found[0])
    return [*walk.problems, _spf_ending(domain, ending)]


def dmarc(domain: str, dns_: Dns) -> list[Finding]:
    """What receivers are to do with mail that only claims to be ours (RFC 7489)."""
    for name in _with_parents(domain):
        records = [text for text in dns_.txt(f"_dmarc.{name}") if re.match(r"v\s*=\s*DMARC1\s*(;|$)", text)]
        if len(records) > 1:
            text = _("DMARC: _dmarc.%(name)s has %(number)d records, so receivers take none of them. Keep one.")
            return [Finding(PROBLEM, text % {"name": name, "number": len(records)})]
        if records:
            tags = _tags(records[0])
            policy = (tags.get("sp") if name != domain else None) or tags.get("p", "")
            return [_dmarc_policy(name, policy.lower())]
    text = _(
        "DMARC: %(domain)s does not say what receivers are to do with forged mail, and some hold back mail of such "
        'domains. Publish a TXT record at _dmarc.%(domain)s: "v=DMARC1; p=none; rua=mailto:…" to watch at first.'
    )
    return [Finding(PROBLEM, text % {"domain": domain})]


def dkim(domain: str, signatures: Iterable[Signature], dns_: Dns) -> list[Finding]:
    """Whether the keys of these signatures are published, and one of them speaks for the domain (RFC 6376)."""
    signatures = list(signatures)
    findings = [_dkim_key(each, dns_) for each in signatures]
    if signatures and not any(_aligned(each.domain, domain) for each in signatures):
        text = _(
            "DKIM: our mail is signed by %(signers)s and not by %(domain)s, so the signature does not count for DMARC. "
            "Have your mail server or provider sign with %(domain)s."
        )
        signers = ", ".join(sorted({each.domain for each in signatures}))
        findings.append(Finding(PROBLEM, text % {"signers": signers, "domain": domain}))
    return findings


class _SpfWalk:
    """Follows the records that a record includes, and counts what receivers would have to look up."""

    def __init__(self, dns_: Dns) -> None:
        self.dns, self.lookups, self.problems = dns_, 0, list[Finding]()

    def read(self, domain: str, record: str) -> str:
        """How the record ends: "-", "~", "?" or "+" before `all`, "" when it says nothing of other servers."""
        ending, redirect = "", ""
        for term in record.split()[1:]:
            qualifier, name, value = _spf_term(term.lower())
            if name == "all":
                return qualifier
            if name in _LOOKING_UP and not self._count(domain):
                return ending
            if name == "include":
                self._follow(domain, value)
            if name == "redirect":
                redirect = value
        if redirect and self._count(domain):
            return self._follow(domain, redirect)
        return ending

    def _count(self, domain: str) -> bool:
        self.lookups += 1
        if self.lookups == MAX_LOOKUPS + 1:
            text = _(
                "SPF: the record of %(domain)s makes receivers ask the DNS more than %(number)d times, and then they "
                "give up. Take out what no longer sends mail."
            )
            self.problems.append(Finding(PROBLEM, text % {"domain": domain, "number": MAX_LOOKUPS}))
        return self.lookups <= MAX_LOOKUPS

    def _follow(self, domain: str, target: str) -> str:
        if "%" in target:
            return ""  # a macro, which depends on the mail (RFC 7208, section 7)
        records = _spf_records(target, self.dns)
        if len(records) == 1:
            return self.read(target, records[0])
        text = _("SPF: the record of %(domain)s refers to %(target)s, which has no valid record. Take it out.")
        self.problems.append(Finding(PROBLEM, text % {"domain": domain, "target": target}))
        return ""


def _spf_records(domain: str, dns_: Dns) -> list[str]:
    return [text for text in dns_.txt(domain) if text.lower().split(" ", 1)[0] == "v=spf1"]


def _spf_term(term: str) -> tuple[str, str, str]:
    """Qualifier, name and value of a term: `~include:x.example`, `redirect=x.example`, `-all`."""
    qualifier = term[0] if term[:1] in ("+", "-", "~", "?") else "+"
    name, _sign, value = term.lstrip("+-~?").replace("=", ":", 1).partition(":")
    return qualifier, name.partition("/")[0], value


def _spf_ending(domain: str, ending: str) -> Finding:
    values = {"domain": domain}
    if ending in ("-", "~"):
        return Finding(OK, _("SPF: %(domain)s names its servers; mail from others is suspect.") % values)
    if ending == "+":
        text = _('SPF: the record of %(domain)s lets every server of the world send its mail. End it with "-all".')
        return Finding(PROBLEM, text % values)
    text = _('SPF: %(domain)s names its servers, but says nothing of others. End the record with "~all" or "-all".')
    return Finding(NOTE, text % values)


def _dmarc_policy(name: str, policy: str) -> Finding:
    values = {"name": name, "policy": policy}
    if policy in ("quarantine", "reject"):
        text = _("DMARC: %(name)s asks receivers to hold back or refuse forged mail (%(policy)s).")
        return Finding(OK, text % values)
    if policy == "none":
        text = _(
            "DMARC: %(name)s only watches (none): forged mail in its name is delivered. When its reports show that all "
            'your own mail passes, change the policy to "quarantine", later to "reject".'
        )
        return Finding(NOTE, text % values)
    text = _('DMARC: the record at _dmarc.%(name)s has no valid policy. Give it "p=none", "quarantine" or "reject".')
    return Finding(PROBLEM, text % values)


def _dkim_key(signature: Signature, dns_: Dns) -> Finding:
    name = f"{signature.selector}._domainkey.{signature.domain}"
    keys = [tags for text in dns_.txt(name) if "p" in (tags := _tags(text))]
    values = {"domain": signature.domain, "name": name}
    if not keys:
        text = _(
            "DKIM: our mail is signed for %(domain)s, but no key is published at %(name)s, so the signature is worth "
            "nothing. Publish the key that your mail server or provider shows."
        )
        return Finding(PROBLEM, text % values)
    if not keys[0]["p"]:
        text = _("DKIM: the key at %(name)s was withdrawn. Publish the one that your server signs with now.")
        return Finding(PROBLEM, text % values)
    return Finding(OK, _("DKIM: our mail is signed for %(domain)s, and the key is published.") % values)


def _aligned(signer: str, domain: str) -> bool:
    """Relaxed alignment without a list of public suffixes: one is the other or lies above it."""
    signer, domain = signer.lower(), domain.lower()
    return signer == domain or domain.endswith(f".{signer}") or signer.endswith(f".{domain}")


def _with_parents(domain: str) -> Iterator[str]:
    """The domain and those above it, as long as they have two labels."""
    labels = domain.split(".")
    return (".".join(labels[start:]) for start in range(max(len(labels) - 1, 1)))


def _tags(record: str) -> dict[str, str]:
    """The tags of a DKIM or DMARC record (RFC 6376, section 3.2)."""
    pairs = (each.partition("=") for each in record.split(";"))
    return {name.strip().lower(): "".join(value.split()) for name, _sign, value in pairs if name.strip()}
