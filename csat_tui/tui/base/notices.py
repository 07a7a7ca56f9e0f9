"""What is wrong but keeps nobody from working; the banner says it until it is mended."""


class Notices:
    """Sentences by subject, empty where all is well; the app writes them, the banner reads them."""

    def __init__(self) -> None:
        self.keys: tuple[str, ...] = ()
        """What is wrong with the person's own keys."""
        self.retention = ""
        """Why the store does not remove what is old."""

    @property
    def standing(self) -> tuple[str, ...]:
        """The sentences about the configuration and the store."""
        return (*self.keys, self.retention)
