"""The one error of an act that may not be done."""

from django.utils.functional import Promise


class IllegalMove(Exception):
    """The ticket does not allow this act now. `code` is for machines, `message` tells a person what to do."""

    def __init__(self, code: str, message: str | Promise) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


class AlreadyKnown(Exception):
    """The message of this key came before, by this door or another. What the transaction wrote is taken back."""

    def __init__(self, key: str) -> None:
        super().__init__(f"message {key}")
        self.key = key
