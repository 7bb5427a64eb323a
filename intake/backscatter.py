"""Bounces of mail that was never ours: somebody sent in our name, and the servers of others tell us.

Each would be a ticket about nothing, and they come by the hundred. They are kept and listed, but only where nobody can
have written them: a mail server's report to the null sender, about addresses that this house never wrote to.
"""

from intake.models import RawMail
from intake.reading.mail import ParsedMail
from intake.threads import Place
from tickets.addresses import is_ours
from tickets.threads import bears_our_id, ever_wrote_to, messages_named

CODE = "backscatter"


def is_backscatter(raw: RawMail, mail: ParsedMail, place: Place) -> bool:
    """Whether a mail is surely the bounce of a mail that was not ours. Reads only; a doubt is False, and a ticket.

    Bounces have the null sender (RFC 5321, section 4.5.5); where no envelope is known, only a report in the form of
    RFC 3464 is sure. What is imported comes from a house whose mails we do not know.
    """
    bounce = mail.bounce
    if bounce is None or not bounce.recipients or raw.source == RawMail.Source.IMPORT:
        return False
    certain = bounce.report if raw.envelope_from is None else raw.envelope_from == ""
    if not certain or not bounce.by_server or place.clues or place.from_staff or any(map(is_ours, bounce.recipients)):
        return False
    named = bounce.original_message_id
    if named and (bears_our_id(named) or messages_named([named])):
        return False
    return not ever_wrote_to(bounce.recipients)
