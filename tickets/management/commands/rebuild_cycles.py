"""Read the reply cycles and resolutions of all tickets anew; stopped, it goes on where it was."""

import json
import multiprocessing
import signal
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connections
from django.db.models import Max

from tickets.actions import rebuilding
from tickets.actions.rebuilding import BATCH
from tickets.models import Ticket

SHOWN = 20  # tickets that are named
LINE_SECONDS = 10.0  # between two lines where there is no terminal
WIDTH = 40
Span = tuple[int, int]


class Command(BaseCommand):
    help = (
        "Reads who waited from when to when from the messages and events of each ticket, and writes it where the kept "
        "rows differ. It may run beside the service. Stopped, the next run goes on behind the last finished batch."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="write nothing, name what differs, and end with 1 then"
        )
        parser.add_argument("--processes", type=int, default=1, metavar="N", help="work in so many processes")
        parser.add_argument("--after", type=int, metavar="ID", help="only tickets behind this id; 0: from the start")

    def handle(self, *args: Any, **options: Any) -> None:
        check = bool(options["check"])
        position = Position(settings.DATA_DIR / f"rebuild_cycles{'.check' if check else ''}.json")
        after = position.read() if options["after"] is None else options["after"]
        if after and options["after"] is None:
            self.stderr.write(f"going on behind ticket {after}; --after 0 starts anew", style_func=str)
        last = Ticket.objects.aggregate(last=Max("pk"))["last"] or 0
        spans = [(first + 1, min(first + BATCH, last)) for first in range(after, last, BATCH)]
        progress, differing, tickets = Progress(self.stderr, last), 0, 0
        work = partial(_work, check)
        for span, outcome in zip(spans, _outcomes(work, spans, options["processes"]), strict=True):
            tickets += outcome.tickets
            for number, rows in outcome.differing.items():
                differing += 1
                if check and differing <= SHOWN:
                    self.stdout.write(f"ticket {number}: {rows} rows differ")
            position.write(span[1])
            progress.show(span[1], tickets)
        progress.end()
        position.forget()
        self.stdout.write(f"{tickets} tickets read, {differing} {'differ' if check else 'written'}")
        if check and differing:
            sys.exit(1)


def _outcomes(work: Any, spans: list[Span], processes: int) -> Iterator[rebuilding.Outcome]:
    """What became of the spans, in their order."""
    if processes < 2 or len(spans) < 2:
        yield from map(work, spans)
        return
    connections.close_all()  # a connection that two processes share serves neither
    with multiprocessing.get_context("fork").Pool(processes, _begin) as pool:
        yield from pool.imap(work, spans)


def _begin() -> None:
    """Of what a new process was born with, it takes neither Ctrl-C, which is for the process that shares out the work,
    nor a connection that another thread of that process still uses.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for inherited in connections.all(initialized_only=True):
        inherited.connection = None


def _work(check: bool, span: Span) -> rebuilding.Outcome:
    return (rebuilding.check if check else rebuilding.rebuild)(*span)


class Position:
    """The last ticket of the last finished batch, in a file of the service's own folder."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> int:
        """0 where nothing was left unfinished."""
        return int(json.loads(self.path.read_text())["after"]) if self.path.exists() else 0

    def write(self, after: int) -> None:
        aside = self.path.with_suffix(".new")
        aside.write_text(json.dumps({"after": after}))
        aside.replace(self.path)

    def forget(self) -> None:
        self.path.unlink(missing_ok=True)


class Progress:
    """A bar on a terminal, else a line every few seconds."""

    def __init__(self, stream: Any, last: int) -> None:
        self.stream, self.last, self.begun = stream, last, time.monotonic()
        self.told, self.is_terminal = self.begun, stream.isatty()

    def show(self, reached: int, tickets: int) -> None:
        now = time.monotonic()
        if not self.is_terminal and now - self.told < LINE_SECONDS:
            return
        self.told = now
        share, rate = reached / self.last, tickets / max(now - self.begun, 0.001)
        text = f"{share:4.0%}, up to ticket {reached}, {rate:.0f} a second"
        if self.is_terminal:
            bar = "#" * int(share * WIDTH)
            self.stream.write(f"\r[{bar:<{WIDTH}}] {text}", style_func=str, ending="")
            self.stream.flush()
        else:
            self.stream.write(text, style_func=str)

    def end(self) -> None:
        if self.is_terminal:
            self.stream.write("")
