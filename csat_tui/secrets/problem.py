"""What is said where a credential cannot be had."""


class NoCredential(Exception):
    """There is no usable credential; its text is a sentence with what to do, `reason` what is wrong in a few words."""

    def __init__(self, sentence: str, reason: str = "") -> None:
        self.reason = reason
        super().__init__(sentence)


def usable(token: str, origin: str) -> str:
    """Return a token that can stand in a request header; NoCredential for one that cannot."""
    if not token:
        raise NoCredential(f"{origin} gives an empty credential")
    if not (token.isascii() and token.isprintable()):
        raise NoCredential(f"the credential from {origin} has characters that no token has; copy it again")
    return token
