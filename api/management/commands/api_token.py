"""`manage.py api_token`: tokens of programs that no person holds, and an end for any token."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from api import tokens
from api.models import Token
from tickets.models import User

REFUSED = {
    "scopes": f"Give scopes out of {', '.join(Token.Scope.values)}.",
    "expiry": f"Give between 1 and {tokens.LONGEST_LIFE.days} days.",
    "too-many": f"The owner has {tokens.MOST_LIVING} living tokens, which is the most: revoke one first.",
}


class Command(BaseCommand):
    help = "Makes, lists and revokes API tokens. A service account is an account without password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        make = verbs.add_parser("make", help="make a token and print it, this once")
        make.add_argument("owner", help="e-mail address of the account it acts as")
        make.add_argument("name", help="what it is for")
        make.add_argument("--scopes", default="read", help="with commas between: read, create, write, admin")
        make.add_argument("--days", type=int, default=365, help="how long it lives")
        make.add_argument("--new-account", metavar="NAME", help="make the account first, without a password")
        make.add_argument("--role", choices=User.Role.values, default=User.Role.AGENT, help="of the new account")
        listed = verbs.add_parser("list", help="list the tokens that live")
        listed.add_argument("--owner", help="of this e-mail address alone")
        revoke = verbs.add_parser("revoke", help="end a token at once")
        revoke.add_argument("id", type=int, help="its number in the list")

    def handle(self, *args: Any, **options: Any) -> None:
        verb = {"make": self._make, "list": self._list, "revoke": self._revoke}[options["verb"]]
        verb(options)

    @transaction.atomic
    def _make(self, options: dict[str, Any]) -> None:
        owner = self._account(options)
        now = timezone.now()
        try:
            token, secret = tokens.make(
                owner=owner,
                name=options["name"],
                scopes=[scope.strip() for scope in options["scopes"].split(",") if scope.strip()],
                expires_at=now + timedelta(days=options["days"]),
                now=now,
            )
        except (tokens.TokenRefused, OverflowError) as refused:
            raise CommandError(REFUSED.get(str(refused), REFUSED["expiry"])) from refused
        self.stderr.write(f"Token {token.pk}, until {token.expires_at:%Y-%m-%d}, may {', '.join(token.scopes)}.")
        self.stdout.write(secret)

    def _account(self, options: dict[str, Any]) -> User:
        address = options["owner"].strip().lower()
        known = User.objects.filter(email=address).first()
        if known is not None and options["new_account"]:
            raise CommandError("There is an account with this address already: leave --new-account out.")
        if known is not None:
            return known
        if not options["new_account"]:
            raise CommandError("There is no account with this address. Add --new-account and its name to make one.")
        return User.objects.create_user(address, None, name=options["new_account"], role=options["role"])

    def _list(self, options: dict[str, Any]) -> None:
        rows = Token.objects.filter(revoked_at=None, expires_at__gt=timezone.now()).select_related("owner")
        if options["owner"]:
            rows = rows.filter(owner__email=options["owner"].strip().lower())
        for token in rows.order_by("owner__email", "pk"):
            used = f"{token.last_used_at:%Y-%m-%d}" if token.last_used_at else "never"
            facts = (token.pk, token.owner.email, f"…{token.ending}", ",".join(token.scopes))
            until = f"until {token.expires_at:%Y-%m-%d}"
            self.stdout.write("\t".join(map(str, (*facts, until, f"used {used}", token.name))))

    def _revoke(self, options: dict[str, Any]) -> None:
        if not tokens.revoke(token_id=options["id"], now=timezone.now()):
            raise CommandError("There is no such token that is not revoked.")
        self.stdout.write("The token is revoked.")
