"""Tokens to sign in to a mail server, for the doors.

The client lives with mail out, which needed it first and may import nothing of ours; a door may not reach past this
room. So the room between hands it on, and there is one client and one memory of tokens.
"""

from notifications.oauth import Client, TokenRefused, forget_token, token_for

__all__ = ["Client", "TokenRefused", "forget_token", "token_for"]
