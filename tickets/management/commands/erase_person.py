"""`manage.py erase_person NUMBER --by ADDRESS`: empty every personal text of a requester, after asking."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from tickets.actions.erasing import Found, erase_person, find_texts
from tickets.actions.record import Actor
from tickets.models import Requester, Ticket, User
from tickets.permissions import Act, may


class Command(BaseCommand):
    help = (
        "Empty the personal text of a requester: name, addresses, messages, files, and the person's place among the "
        "recipients of others' messages. Times and states stay. It tells what it will empty and asks first."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("requester", type=int, metavar="NUMBER", help="The requester's number in the admin.")
        parser.add_argument("--by", required=True, metavar="ADDRESS", help="The manager who decided it.")
        parser.add_argument("--yes", action="store_true", help="Do not ask; for scripts.")

    def handle(self, *args: Any, **options: Any) -> None:
        user, requester = self._user(options["by"]), self._requester(options["requester"])
        self._check(user, requester)
        self._tell(requester, find_texts(requester))
        if not options["yes"] and not self._confirmed(requester):
            raise CommandError(_("Nothing was erased."))
        touched = erase_person(actor=Actor.staff(user), requester_id=requester.pk, now=timezone.now())
        self.stdout.write(_("Erased. Tickets emptied: %(number)d") % {"number": touched})

    def _user(self, address: str) -> User:
        user = User.objects.filter(email=address.lower(), is_active=True).first()
        if user is None:
            raise CommandError(_("No active user has the address “%(address)s”.") % {"address": address})
        return user

    def _requester(self, number: int) -> Requester:
        requester = Requester.objects.filter(pk=number).first()
        if requester is None:
            raise CommandError(_("There is no requester with the number %(number)d.") % {"number": number})
        if requester.erased_at is not None:
            raise CommandError(_("This person is erased already."))
        return requester

    def _check(self, user: User, requester: Requester) -> None:
        """Erasing is for those who may do it on every ticket of the person."""
        tickets = Ticket.objects.select_related("queue").filter(requester=requester)
        manages = user.role in (User.Role.MANAGER, User.Role.ADMINISTRATOR)
        if not manages or not all(may(user, Act.ERASE, ticket) for ticket in tickets):
            raise CommandError(_("This user may not erase this person: managers may, in the queues that they see."))

    def _tell(self, requester: Requester, found: Found) -> None:
        addresses = ", ".join(each.address for each in requester.addresses.all())
        lines = (
            f"{requester.name or '–'}, {addresses or '–'}",
            _("tickets to empty: %(number)d") % {"number": found.tickets},
            _("messages: %(number)d") % {"number": found.messages},
            _("files: %(number)d") % {"number": found.files},
            _("messages of others that name the person as a recipient: %(number)d") % {"number": found.named_in},
            _("name of an organisation: %(name)s") % {"name": found.organisation or "–"},
        )
        for line in lines:
            self.stdout.write(line)

    def _confirmed(self, requester: Requester) -> bool:
        question = _("This cannot be undone. Type the number %(number)d again to erase: ") % {"number": requester.pk}
        try:
            return input(question).strip() == str(requester.pk)
        except EOFError:
            return False
