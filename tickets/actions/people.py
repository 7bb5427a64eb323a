"""The people and bodies behind a request, found again or made."""

from datetime import datetime

from tickets.models import Hromada, Organisation, Participant, Region, Requester, Ticket
from tickets.questions import Given, Handwritten, Question

BY_ADDRESS = Question(lambda: Requester.objects.filter(addresses__address=Given("address")))
PARTICIPANT = Question(
    lambda: Requester.objects.filter(addresses__address=Given("address"), participant__ticket=Given("ticket"))
)
NEW_REQUESTER = Handwritten(
    Requester,
    """
    WITH claimed AS (
        INSERT INTO tickets_requesteraddress (requester_id, address, created_at)
        VALUES (nextval(pg_get_serial_sequence('tickets_requester', 'id')), %(address)s, %(now)s)
        ON CONFLICT DO NOTHING RETURNING requester_id
    )
    INSERT INTO tickets_requester (id, name, language, phone, created_at)
    SELECT requester_id, %(name)s, %(language)s, '', %(now)s FROM claimed RETURNING {columns}
    """,
)


def find_or_make_requester(*, address: str, name: str, language: str, now: datetime) -> Requester | None:
    """The requester who uses this address, made when nobody does; None without an address."""
    if not address:
        return None
    known = _by_address(address)
    if known is not None:
        return known
    return _make_requester(address.lower(), name[:200], language, now) or _by_address(address)


def participant(*, ticket: Ticket, address: str) -> Requester | None:
    """The requester who uses this address, if taking part in the ticket."""
    return PARTICIPANT.first(address=address.lower(), ticket=ticket.pk) if address else None


def learn(requester: Requester, *, organisation: Organisation | None, phone: str) -> None:
    """Keep what a form tells about a person and was not known; what is known stays, a form can be anybody's."""
    told = {"organisation": organisation, "phone": phone.strip()[:40]}
    new = {name: value for name, value in told.items() if value and not getattr(requester, name)}
    for name, value in new.items():
        setattr(requester, name, value)
    if new:
        requester.save(update_fields=list(new))


def find_or_make_organisation(*, name: str, kind: str, country: str, region: Region | None) -> Organisation | None:
    """The organisation of this name and place, made when it is new; None without a name."""
    if not name.strip():
        return None
    known = (
        Organisation.objects.filter(name__iexact=name.strip(), country=country, region=region).order_by("id").first()
    )
    if known is not None:
        return known
    return Organisation.objects.create(
        name=name.strip()[:300], kind=kind or Organisation.Kind.OTHER, country=country, region=region
    )


def find_or_make_hromada(hromada: Hromada) -> Organisation:
    """The organisation of a hromada, made when it is new. Two people who ask at once get the same one."""
    Hromada.objects.select_for_update().get(pk=hromada.pk)
    known = Organisation.objects.filter(hromada=hromada).order_by("id").first()
    if known is not None:
        return known
    return Organisation.objects.create(
        name=f"{hromada.name_uk} територіальна громада",
        kind=Organisation.Kind.HROMADA,
        country=hromada.region.country,
        region=hromada.region,
        hromada=hromada,
    )


def join(*, ticket: Ticket, requester: Requester, marked: bool, now: datetime) -> bool:
    """Make somebody a participant; False when they are one already."""
    _, joined = Participant.objects.get_or_create(
        ticket=ticket, requester=requester, defaults={"marked": marked, "joined_at": now}
    )
    return joined


def _make_requester(address: str, name: str, language: str, now: datetime) -> Requester | None:
    """A new requester with an address; None when another worker met the same person at the same moment.

    One statement, because the address decides whether there is to be a requester at all: in two, that would take a
    savepoint to go back to. The reference from the address to the requester is checked at the end of the transaction.
    """
    return NEW_REQUESTER.first(address=address, name=name, language=language, now=now)


def _by_address(address: str) -> Requester | None:
    return BY_ADDRESS.first(address=address.lower())
