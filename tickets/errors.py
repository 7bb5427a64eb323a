"""The one error of an act that may not be done."""

from django.utils.functional import Promise


class IllegalMove(Exception):
    """The ticket does not allow this act now. `code` is for machines, `message` tells a person what to do."""

    def __init__(self, code: str, message: str | Promise) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


class AlreadyKnown(Exception):
    """The same message came before, by this door or another. Nothing was written."""

    def __init__(self, message_id: int) -> None:
        super().__init__(f"message {message_id}")
        self.message_id = message_id
