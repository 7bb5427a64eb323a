"""A real IMAP server for tests: Dovecot on loopback, with an authority of its own, and the stub that knows tokens."""

import json
import os
import pwd
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from imapclient import IMAPClient

from helpdesk import processes
from tests.environment import free_port
from tests.services import accepts, program, wait_until

PASSWORD = "the-password-of-the-mailbox"

# One setting a line. Everything runs as the one user that owns the folder.
CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/run
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.key
ssl_min_protocol = TLSv1.2
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2 oauthbearer
auth_failure_delay = 0
auth_cache_size = 0
first_valid_uid = 1
mail_uid = {user}
mail_gid = {group}
mail_home = {folder}/mail/%u
mail_location = maildir:{folder}/mail/%u/Maildir
mailbox_idle_check_interval = 1 secs
mail_fsync = never
imap_capability = {capability}
imap_hibernate_timeout = 0
passdb {{
  driver = static
  args = password={password}
  mechanisms = plain login
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox "Sent Items" {{
    special_use = \\Sent
    auto = create
  }}
}}
service imap-login {{
  chroot =
  process_min_avail = 1
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""
OAUTH = """
introspection_mode = post
introspection_url = {url}
username_attribute = username
active_attribute = active
active_value = true
"""


class Tokens:
    """Gives tokens for the client credentials (RFC 6749, section 4.4) and tells Dovecot which are good (RFC 7662)."""

    def __init__(self) -> None:
        self.user = ""  # whom the tokens let in
        self.valid: set[str] = set()
        self.given: list[dict[str, str]] = []
        self.presented: list[str] = []
        tokens = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = {name: values[0] for name, values in parse_qs(sent).items()}
                body = json.dumps(tokens.answer(self.path, form)).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    def answer(self, path: str, form: dict[str, str]) -> dict[str, Any]:
        if path == "/token":
            self.given.append(form)
            self.valid.add(token := f"token-{len(self.given)}")
            return {"access_token": token, "expires_in": 3600}
        self.presented.append(form["token"])
        good = form["token"] in self.valid
        return {"active": True, "username": self.user} if good else {"active": False}

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class Dovecot:
    """One server for many tests: each takes a `user` of its own, whose mailbox is empty. `capability` replaces what the
    server says that it can."""

    def __init__(self, tokens: Tokens, *, capability: str = "") -> None:
        self.user = "house@support.example"
        self.port, self.tls_port = free_port(), free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="dovecot-", dir="/tmp"))
        # Dovecot gives mail to nobody who is root.
        account = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
        self._owner = (account.pw_uid, account.pw_gid)
        self._tokens, self._capability = tokens, capability
        self._process: subprocess.Popen[bytes] | None = None
        self.ca_file = self.folder / "ca.pem"

    def start(self) -> None:
        """The server answers when this returns."""
        if not self.ca_file.exists():
            self._prepare()
        command = [program("dovecot", "dovecot-imapd"), "-F", "-c", str(self.folder / "dovecot.conf")]
        owner = self._owner if os.getuid() == 0 else None
        self._process = processes.spawn(command, log=self.folder / "output.log", owner=owner, folder=self.folder)
        wait_until(lambda: accepts(self.tls_port), f"Dovecot answers; see {self.folder}")

    def stop(self) -> None:
        """Every connection is lost; the mail stays."""
        if self._process is not None:
            processes.kill_group(self._process)
            self._process = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @contextmanager
    def client(self) -> Iterator[IMAPClient]:
        """Somebody else who uses the mailbox: a mail server that delivers, a colleague with Outlook."""
        client = IMAPClient("127.0.0.1", self.port, ssl=False, timeout=20)
        client.login(self.user, PASSWORD)
        yield client
        client.logout()

    def deliver(self, *mails: bytes, folder: str = "INBOX", at: datetime | None = None) -> list[int]:
        """Put mails into a folder; returns their UIDs."""
        with self.client() as client:
            for mail in mails:
                client.append(folder, mail, msg_time=at)
            client.select_folder(folder, readonly=True)
            return sorted(client.search())[-len(mails) :]

    def count(self, folder: str = "INBOX") -> int:
        """How many mails lie in a folder."""
        with self.client() as client:
            return int(client.folder_status(folder, ["MESSAGES"])[b"MESSAGES"])

    def flags(self, folder: str = "INBOX") -> set[bytes]:
        """All flags of all mails of a folder."""
        with self.client() as client:
            client.select_folder(folder, readonly=True)
            told = client.get_flags(client.search()) if client.search() else {}
            return {flag for flags in told.values() for flag in flags} - {b"\\Recent"}

    def number_anew(self, folder: str = "INBOX") -> None:
        """Make the folder again with the same mails, as a restored server does: another UIDVALIDITY, other UIDs."""
        with self.client() as client:
            client.select_folder(folder, readonly=True)
            told = client.fetch(client.search(), ["BODY.PEEK[]", "INTERNALDATE"]) if client.search() else {}
            before = client.folder_status(folder, ["UIDVALIDITY"])[b"UIDVALIDITY"]
        maildir = self.folder / "mail" / self.user / "Maildir"
        uids = (maildir if folder == "INBOX" else maildir / f".{folder}") / "dovecot-uidlist"
        first, _, rest = uids.read_text().partition("\n")
        uids.write_text(first.replace(f"V{before}", f"V{before + 1}") + "\n" + rest)
        for index in uids.parent.glob("dovecot.index*"):
            index.unlink()
        with self.client() as client:
            assert client.folder_status(folder, ["UIDVALIDITY", "MESSAGES"]) == {
                b"UIDVALIDITY": before + 1,
                b"MESSAGES": len(told),
            }

    def _prepare(self) -> None:
        user = pwd.getpwuid(self._owner[0]).pw_name
        group = subprocess.run(
            ["getent", "group", str(self._owner[1])], capture_output=True, text=True, check=True
        ).stdout.partition(":")[0]
        values = {"folder": self.folder, "user": user, "group": group, "port": self.port, "tls_port": self.tls_port}
        text = CONFIGURATION.format(**values, password=PASSWORD, capability=self._capability)
        (self.folder / "dovecot.conf").write_text(text)
        (self.folder / "oauth2.conf").write_text(OAUTH.format(url=f"{self._tokens.url}/introspect"))
        for name in ("run", "mail"):
            (self.folder / name).mkdir()
        _certificates(self.folder)
        for path in (self.folder, *self.folder.rglob("*")):
            os.chown(path, *self._owner)


def _certificates(folder: Path) -> None:
    """An authority, and a certificate of it for loopback."""

    def openssl(*words: str) -> None:
        subprocess.run([program("openssl", "openssl"), *words], cwd=folder, check=True, capture_output=True)

    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl(
        "req", "-x509", *new_key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "30", "-subj", "/CN=Test authority"
    )
    openssl("req", *new_key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=imap.example")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1")
    signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "names"]
    openssl("x509", "-req", "-in", "server.csr", *signed, "-days", "30", "-out", "server.pem")
