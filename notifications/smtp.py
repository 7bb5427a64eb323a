"""Mail out by SMTP: sign-in by password or OAuth 2 (XOAUTH2), the null sender, and who was refused."""

import smtplib
from contextlib import suppress

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address

from notifications import limits
from notifications.oauth import Client, forget_token, token_for


class SmtpBackend(EmailBackend):
    """Django's SMTP backend with what Django's leaves out.

    A mail's `return_path` is its envelope sender, empty for the null sender `<>`; without that attribute it is the
    From address. The recipients that the server refuses while it takes others are left in the mail's `refused`.
    """

    connection: smtplib.SMTP | None

    def open(self) -> bool | None:
        """Connect and sign in. SMTPAuthenticationError, or what `oauth.token_for` raises, when we are not let in."""
        try:
            new = super().open()
            if new and settings.SMTP_OAUTH["token_url"]:
                self._sign_in()
        except Exception:
            self.close()  # Django's own leaves a connection behind that was not let in
            raise
        return new

    def _sign_in(self) -> None:
        """Present a kept token; once more with a fresh one, because the server may have revoked it."""
        try:
            self._present_token()
        except smtplib.SMTPAuthenticationError:
            forget_token(_client())
            self._present_token()

    def _present_token(self) -> None:
        answers = iter([f"user={self.username}\1auth=Bearer {token_for(_client())}\1\1"])
        server = self._server()
        server.ehlo_or_helo_if_needed()
        # A refusal comes as a challenge with the reason; the empty answer to it brings the final code.
        server.auth("XOAUTH2", lambda challenge=None: next(answers, ""), initial_response_ok=True)

    def _send(self, email_message: EmailMessage) -> bool:
        """Hand one mail over; raises what smtplib raises when all of it is refused."""
        encoding = email_message.encoding or settings.DEFAULT_CHARSET
        recipients = [sanitize_address(address, encoding) for address in email_message.recipients()]
        content = email_message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # Django's own class
        house = sanitize_address(settings.MAIL_ADDRESS, encoding)
        sender = getattr(email_message, "return_path", house)
        server = self._server()
        server.ehlo_or_helo_if_needed()
        limits.announced(server.esmtp_features.get("size", ""))
        try:
            refused = server.sendmail(sender, recipients, content)
        except smtplib.SMTPSenderRefused as error:
            # Some servers take no null sender from a signed-in client: then bounces come to the house.
            if sender or error.smtp_code == 552:
                raise
            refused = server.sendmail(house, recipients, content)
        email_message.refused = refused  # type: ignore[attr-defined]
        return True

    def _server(self) -> smtplib.SMTP:
        if self.connection is None:
            raise smtplib.SMTPServerDisconnected("not connected")
        return self.connection

    def _close_connection(self, connection: smtplib.SMTP) -> None:
        """Say goodbye; what goes wrong then must not turn a mail that was accepted into a failure."""
        with suppress(OSError):
            connection.quit()
        connection.close()


def _client() -> Client:
    given = settings.SMTP_OAUTH
    return Client(
        token_url=given["token_url"],
        client_id=given["client_id"],
        client_secret=given["client_secret"],
        scope=given["scope"],
    )
