"""Fill our tables with the sample tickets.

`python -m bench.fill prepare` makes what they refer to, once; `python -m bench.fill SIZE PART PARTS` writes every
PARTS-th batch, so that several processes share the work.
"""

import sys
from itertools import islice

import bench.boot  # noqa: F401
from bench import rows, waits
from bench.copying import Table, write
from bench.tickets import AGENTS, END, QUEUES, YEARS, people, sample
from tickets.models import Queue, User

BATCH = 2000  # tickets in memory at once


def prepare() -> None:
    """The agents, and open queues beside the general one."""
    for number in range(AGENTS):
        User.objects.get_or_create(email=f"agent{number}@secretariat.example", defaults={"name": f"Agent {number}"})
    for number in range(1, QUEUES):
        Queue.objects.get_or_create(code=f"unit-{number}", defaults={"name": f"Unit {number}"})


def fill(size: int, *, part: int = 0, parts: int = 1) -> None:
    """Write the partners and tickets of this part by COPY; memory does not grow with `size`."""
    house = _house()
    for batch in islice(range(0, people(size), BATCH), part, None, parts):
        numbers = range(batch, min(people(size), batch + BATCH))
        write(rows.REQUESTERS, (rows.requester(number, END - YEARS) for number in numbers))
        write(rows.ADDRESSES, (rows.requester_address(number, END - YEARS) for number in numbers))
    for batch in islice(range(1, size + 1, BATCH), part, None, parts):
        _write_tickets(size, range(batch, min(size + 1, batch + BATCH)), house)


def _house() -> rows.House:
    agents = User.objects.filter(email__startswith="agent", email__endswith="@secretariat.example")
    queues = Queue.objects.filter(code__startswith="unit-").order_by("code").values_list("pk", flat=True)
    general = Queue.objects.get(code="general").pk
    return rows.House(list(agents.order_by("email")), [general, *queues], waits.rules())


def _write_tickets(size: int, numbers: range, house: rows.House) -> None:
    """One batch, each table after those that it refers to."""
    samples = [sample(size, number) for number in numbers]
    tables: list[tuple[Table, list[rows.Row]]] = [
        (rows.TICKETS, [rows.ticket(each, house) for each in samples]),
        (rows.PARTICIPANTS, [rows.participant(each) for each in samples]),
        (rows.MAILS, [rows.mail_out(each, house) for each in samples]),
        (rows.MESSAGES, [row for each in samples for row in rows.messages(each, house)]),
        (rows.ATTACHMENTS, [rows.attachment(each) for each in samples if each.has_file]),
        (rows.DOCUMENTS, [rows.document(each, house) for each in samples]),
        (rows.RAW_MAILS, [row for each in samples for row in rows.raw_mails(each)]),
        (rows.EVENTS, [row for each in samples for row in rows.events(each, house)]),
        (waits.CYCLES, [row for each in samples for row in rows.cycles(each, house)]),
        (waits.RESOLUTIONS, [row for each in samples for row in rows.resolutions(each, house)]),
        (waits.DEADLINES, [row for each in samples for row in rows.deadlines(each, house)]),
    ]
    for table, made in tables:
        write(table, made)


if __name__ == "__main__":
    if sys.argv[1:] == ["prepare"]:
        prepare()
    else:
        total, this_part, all_parts = map(int, sys.argv[1:])
        fill(total, part=this_part, parts=all_parts)
