"""The cycles read anew: what is missing is written, what differs is found, and a run that was stopped goes on."""

import io
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from tests.making import NOW, opened, staff
from tickets.actions import phoning, rebuilding, triage
from tickets.actions.record import Actor
from tickets.management.commands import rebuild_cycles
from tickets.models import CyclesRead, ReplyCycle, Resolution, Ticket
from tickets.tasks import read_cycles

HOUR = timedelta(hours=1)
EVERYTHING = (ReplyCycle, Resolution)


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


def run(*options: str) -> tuple[str, str, int]:
    """What a run says, what it says of its progress, and how it ended."""
    out, progress, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command("rebuild_cycles", *options, stdout=out, stderr=progress)
    except SystemExit as ended:
        code = int(ended.code or 0)
    return out.getvalue(), progress.getvalue(), code


def rows() -> list[dict[str, object]]:
    """All of the rows but their own numbers."""
    found = [row for model in EVERYTHING for row in model._default_manager.order_by("ticket_id", "pk").values()]
    return [{name: value for name, value in row.items() if name != "id"} for row in found]


def four() -> list[Ticket]:
    """Tickets that were answered, closed, opened again, and nothing of it."""
    actor, tickets = Actor.staff(staff()), [opened(acknowledge=False) for _ in range(4)]
    phoning.log_call(
        actor=actor, ticket_id=tickets[0].pk, text="Two.", outcome="answered", at=NOW + HOUR, now=NOW + HOUR
    )
    for ticket in tickets[1:3]:
        triage.set_status(
            actor=actor, ticket_id=ticket.pk, status="closed", outcome="withdrawn", reason="-", now=NOW + 2 * HOUR
        )
    triage.reopen(actor=actor, ticket_id=tickets[2].pk, now=NOW + 3 * HOUR)
    return tickets


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.django_db
@pytest.mark.usefixtures("reference_data")
class TestOneProcess:
    def test_rows_that_are_missing_or_wrong_are_as_the_acts_had_written_them(self) -> None:
        tickets = four()
        kept = rows()
        assert len(kept) == 6
        ReplyCycle.objects.filter(ticket=tickets[0]).delete()
        Resolution.objects.filter(ticket=tickets[1]).update(working_seconds=7)
        ReplyCycle.objects.create(ticket=tickets[3], number=2, kind="next", started_at=NOW, ended_at=NOW, end="closed")
        assert run() == ("4 tickets read, 3 written\n", "", 0)
        assert rows() == kept
        assert run() == ("4 tickets read, 0 written\n", "", 0)

    def test_a_check_names_what_differs_writes_nothing_and_ends_with_1(self) -> None:
        tickets = four()
        assert run("--check") == ("4 tickets read, 0 differ\n", "", 0)
        ReplyCycle.objects.filter(ticket=tickets[3]).update(started_at=NOW - HOUR)
        assert run("--check") == (f"ticket {tickets[3].pk}: 1 rows differ\n4 tickets read, 1 differ\n", "", 1)
        assert ReplyCycle.objects.get(ticket=tickets[3]).started_at == NOW - HOUR

    def test_stopped_it_goes_on_behind_the_last_finished_batch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        tickets = four()
        kept = rows()
        for model in EVERYTHING:
            model._default_manager.all().delete()
        monkeypatch.setattr(rebuild_cycles, "BATCH", 1)
        first, real = tickets[0].pk, rebuilding.rebuild

        def killed_at_the_third(begin: int, end: int) -> rebuilding.Outcome:
            if begin == first + 2:
                raise KeyboardInterrupt
            return real(begin, end)

        monkeypatch.setattr(rebuilding, "rebuild", killed_at_the_third)
        with pytest.raises(KeyboardInterrupt):
            run("--after", str(first - 1))
        monkeypatch.setattr(rebuilding, "rebuild", real)
        told, progress, _ = run()
        assert told == "2 tickets read, 2 written\n"
        assert progress == f"going on behind ticket {first + 1}; --after 0 starts anew\n"
        assert rows() == kept

    def test_a_batch_takes_as_many_statements_as_one_ticket(self) -> None:
        tickets = four()

        def statements(last: int) -> int:
            with CaptureQueriesContext(connection) as captured:
                rebuilding.rebuild(tickets[0].pk, last)
            return len([each for each in captured if "SAVEPOINT" not in each["sql"]])

        assert statements(tickets[0].pk) == statements(tickets[3].pk) == 8

    def test_progress_is_a_bar_on_a_terminal_and_lines_elsewhere(self, monkeypatch: pytest.MonkeyPatch) -> None:
        ticket = four()[3]
        monkeypatch.setattr(rebuild_cycles, "LINE_SECONDS", 0.0)
        assert f"100%, up to ticket {ticket.pk}, " in run()[1]
        screen = Terminal()
        call_command("rebuild_cycles", stdout=io.StringIO(), stderr=screen)
        assert f"\r[{'#' * 40}] 100%, " in screen.getvalue()
        assert screen.getvalue().endswith(" a second\n")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("reference_data")
class TestBesideOthers:
    def test_two_processes_write_what_one_writes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(rebuild_cycles, "BATCH", 1)
        tickets = four()
        kept = rows()
        for model in EVERYTHING:
            model._default_manager.all().delete()
        told, _, code = run("--processes", "2", "--after", str(tickets[0].pk - 1))
        assert (told, code) == ("4 tickets read, 4 written\n", 0)
        assert rows() == kept
        assert run("--check", "--processes", "2", "--after", str(tickets[0].pk - 1))[2] == 0

    def test_a_ticket_that_an_act_holds_keeps_none_of_the_others_waiting(self) -> None:
        tickets = four()
        ReplyCycle.objects.all().delete()
        others = ReplyCycle.objects.exclude(ticket=tickets[1])
        with ThreadPoolExecutor(1) as pool:
            with transaction.atomic():
                Ticket.objects.select_for_update().get(pk=tickets[1].pk)
                rebuilt = pool.submit(rebuild_and_leave, tickets[0].pk, tickets[3].pk)
                until(lambda: others.count() == 3)
                assert not rebuilt.done()
            assert sorted(rebuilt.result(10).differing) == [ticket.pk for ticket in tickets]
        assert ReplyCycle.objects.filter(ticket=tickets[1]).count() == 1


def rebuild_and_leave(first: int, last: int) -> rebuilding.Outcome:
    try:
        return rebuilding.rebuild(first, last)
    finally:
        connection.close()


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.django_db
@pytest.mark.usefixtures("reference_data")
def test_after_an_update_the_worker_reads_all_tickets_once_and_goes_on_where_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tickets = four()
    before = rows()
    for model in EVERYTHING:
        model._default_manager.all().delete()
    monkeypatch.setattr(rebuilding, "BATCH", 3)
    assert rebuilding.go_on(now=NOW) == 3  # and it is stopped
    assert CyclesRead.objects.get().after == tickets[2].pk
    assert read_cycles() == 1
    assert rows() == before
    assert CyclesRead.objects.get().finished_at is not None
    ReplyCycle.objects.all().delete()
    assert read_cycles() == 0  # once: from now on the acts keep them
    assert not ReplyCycle.objects.exists()
    monkeypatch.setattr(rebuilding, "RULES", rebuilding.RULES + 1)
    assert read_cycles() == 4
    assert rows() == before
