"""Give tickets their words in the search that came before it, or all tickets anew; stopped, it goes on where it was."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from tickets.models import Ticket
from tickets.search import index

BATCH = 50  # tickets whose rows are locked at the same time


class Command(BaseCommand):
    help = (
        "Reads tickets that the search does not know yet, a few at a time beside the service. With --all it reads "
        "every ticket anew, as after organisations or people were renamed; --after goes on behind this id."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="every ticket, also those that the search knows")
        parser.add_argument("--after", type=int, default=0, metavar="ID", help="only tickets behind this id")

    def handle(self, *args: Any, **options: Any) -> None:
        last, done = options["after"], 0
        while ids := _next(last, every=options["all"]):
            with transaction.atomic():
                # No act may add words between the reading and the writing.
                locked = Ticket.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
                index.refresh(list(locked.values_list("pk", flat=True)))
            last, done = ids[-1], done + len(ids)
            if done % 1000 == 0:
                self.stdout.write(f"{done} tickets, the last is {last}")
        self.stdout.write(f"{done} tickets read")


def _next(after: int, *, every: bool) -> list[int]:
    if not every:
        return index.missing(after, BATCH)
    return list(Ticket.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH])
