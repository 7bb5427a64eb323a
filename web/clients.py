"""Where a request comes from, when reverse proxies stand between."""

import ipaddress

from django.http import HttpRequest


def client_ip(remote: str, forwarded: str, trusted: int) -> str:
    """The address of the client as text; empty when there is none.

    `remote` is the other end of the connection and `forwarded` the X-Forwarded-For header. Each of our `trusted`
    proxies appends the address that it saw, so only the last `trusted` entries are facts; what stands before them is
    whatever the client claims, and is not read.
    """
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()] if trusted else []
    hops.append(remote)
    return _address(hops[max(0, len(hops) - 1 - trusted)]) or _address(remote)


def address_of(request: HttpRequest) -> str:
    """The client's address that CorrelationMiddleware put on the request; empty when it did not run."""
    return str(getattr(request, "client_ip", ""))


def network_of(address: str) -> str:
    """What rate limits count: an IPv4 address, or the /64 network of an IPv6 address, which is one subscriber."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)


def _address(text: str) -> str:
    """One address without port, brackets or zone; empty when it is none."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        parsed = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return str(mapped or parsed)
