"""The desk's pages in one process: `python -m bench.pages`, with DATABASE_URL of a loaded database. Prints JSON.

With `addresses` it prints where they are and the cookie to ask for them with, for who asks a server.

Each page goes through the service's own WSGI handler with all its middleware, signed in as an agent; no socket and no
second process take part, so that the figures are those of the page.
"""

import copy
import hashlib
import io
import json
import os
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from statistics import median
from typing import Any

from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.utils import timezone

import bench.boot  # noqa: F401
from bench import words
from bench.measure import Statements, buffers_touched
from bench.memory import pss
from bench.session import cookie_of
from tickets.actions import saved_views
from tickets.actions.record import Actor
from tickets.models import Message, SavedView, Ticket, User

WARM_UP, TIMES = 5, 40
LONG = 500  # messages of a ticket that has gone on for years
SAVED = "Energy, oldest first"


def agent() -> User:
    """Who looks at the pages: always the same one."""
    return User.objects.filter(role=User.Role.AGENT, is_active=True).order_by("pk")[0]


def pages(user: User) -> dict[str, str]:
    """What is measured, and where it is."""
    view = SavedView.objects.filter(owner=user, name=SAVED, deleted_at=None).first() or saved_views.save_view(
        actor=Actor.staff(user), name=SAVED, query="is:todo topic:energy", order="waiting", now=timezone.now()
    )
    return {
        "list": "/desk/",
        "list, waiting longest first": "/desk/?view=us",
        "list, last message first": "/desk/?order=message",
        "list, due first": "/desk/?order=due",
        "list, everything": "/desk/?q=",
        "list, closed": "/desk/?q=status:closed",
        "unassigned": "/desk/?view=unassigned",
        "mine": "/desk/?view=mine",
        "saved view": f"/desk/?view={view.pk}",
        "lines alone": "/desk/rows/",
        "counts": "/desk/counts/",
        "ticket": f"/desk/tickets/{Ticket.objects.filter(status='open').latest('pk').reference}/",
        f"ticket of {LONG} messages": f"/desk/tickets/{long_ticket().reference}/",
        "triage": "/desk/triage/",
        "search, rare word": f"/desk/find/?q={words.RARE}",
        "search, common word": f"/desk/find/?q={words.COMMON}",
        "search, operators": "/desk/find/?q=generator+is:todo+-is:overdue+lang:uk",
    }


def long_ticket() -> Ticket:
    """The oldest ticket, written on until it has LONG messages; those of an earlier measurement are there already."""
    ticket = Ticket.objects.earliest("pk")
    last, count = ticket.messages.latest("pk"), ticket.messages.count()
    more = [copy.copy(last) for _ in range(LONG - count)]
    for number, message in enumerate(more, start=count):
        message.pk, message._state.adding, message.outgoing = None, True, None
        message.key = hashlib.sha256(f"{ticket.pk}/{number}".encode()).hexdigest()
        message.message_id, message.message_id_hash = "", ""
        message.received_at = last.received_at + timedelta(minutes=number)
    Message.objects.bulk_create(more)
    return ticket


class Visitor:
    """A signed-in agent who asks the handler as a server would."""

    def __init__(self, user: User) -> None:
        self.cookie, self.handler = cookie_of(user), WSGIHandler()

    def get(self, address: str) -> bytes:
        """The page; an error if it is none."""
        path, _, query = address.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "localhost",
            "HTTP_COOKIE": self.cookie,
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
            "wsgi.url_scheme": "http",
        }
        heard: list[str] = []
        answer = self.handler(environ, lambda status, headers, *rest: heard.append(status))  # type: ignore[arg-type]
        body = b"".join(answer)
        if not heard[0].startswith("200"):
            sys.exit(f"{address}: {heard[0]}")
        return body


def measure(ask: Callable[[], bytes]) -> dict[str, Any]:
    """How long one page takes, and what it asks of the database; nothing that is kept for some seconds is there."""
    for _ in range(WARM_UP):
        body = ask()
    statements, seconds, processor, touched = Statements(), [], 0.0, buffers_touched()
    for _ in range(TIMES):
        cache.clear()
        with connection.execute_wrapper(statements):
            started, before = time.perf_counter(), time.process_time()
            body = ask()
            seconds.append(time.perf_counter() - started)
            processor += time.process_time() - before
    return {
        "ms_median": round(median(seconds) * 1000, 1),
        "ms_max": round(max(seconds) * 1000, 1),
        "processor_ms": round(processor * 1000 / TIMES, 1),
        "statements": statements.number / TIMES,
        "bytes": len(body),
        "buffers": round((buffers_touched() - touched) / TIMES),
        "slowest_statements": statements.slowest(2),
    }


def main() -> None:
    user = agent()
    if sys.argv[1:] == ["addresses"]:
        print(json.dumps({"cookie": cookie_of(user), "pages": pages(user)}))
        return
    visitor, found = Visitor(user), {}
    for name, address in pages(user).items():
        found[name] = measure(partial(visitor.get, address))
    print(json.dumps({"pages": found, "pss_mib": pss(os.getpid())}))


if __name__ == "__main__":
    main()
