"""The data of a mail on the wire: it ends with a dot alone on a line, and a line's own first dot is doubled.

RFC 5321, sections 4.1.1.4 and 4.5.2. Pure: bytes in, bytes out, in whatever pieces they come.
"""

END = b"\r\n.\r\n"


class Dotted:
    """Undoes it. Only CR LF ends a line, so nobody can smuggle a second mail in behind a bare line feed."""

    def __init__(self) -> None:
        # The first line begins as if another one had ended before it.
        self.held, self.begun = b"\r\n", False

    def feed(self, piece: bytes) -> tuple[bytes, bytes | None]:
        """The mail's own bytes in what came; and what came behind its end, None while it has not ended."""
        window = self.held + piece
        end = window.find(END)
        ready = end + 2 if end >= 0 else len(window) - _begun_end(window)
        self.held = window[ready:]
        plain = window[:ready].replace(b"\r\n.", b"\r\n")
        if not self.begun and ready >= 2:
            plain, self.begun = plain[2:], True
        return plain, self.held[3:] if end >= 0 else None


def _begun_end(window: bytes) -> int:
    """How many of the last bytes may be the beginning of the end."""
    return next((length for length in range(len(END) - 1, 0, -1) if window.endswith(END[:length])), 0)
