"""The two forms of the first start: connect a help desk, and import a survey file."""

from csat_tui.config.help_desks import DEFAULT_HELP_DESK
from csat_tui.tui.start.answer_checks import wrong_file, wrong_path, wrong_token, wrong_url, wrong_user, wrong_view
from csat_tui.tui.start.doors import Connect, Import
from csat_tui.tui.windows.form import FormScreen, Question


class ConnectForm(FormScreen[Connect]):
    """Asks for the help desk."""

    NAME = "Connect a help desk"
    TITLE = "Connect a help desk"
    SAY = "Nothing is saved until the help desk has answered. The token goes into your keyring, not into a file."
    DEED = "connects"
    QUESTIONS = (
        Question("url", "Address", DEFAULT_HELP_DESK.example, wrong_url),
        Question("view", "View", "the view with the surveys: its number or its title", wrong_view),
        Question("user", "User", "you@example.com; empty with an OAuth access token", wrong_user),
        Question("token", "Token", "an API token; it is not shown", wrong_token, secret=True),
    )

    def result(self) -> Connect:
        """Return the connection."""
        texts = self.texts
        return Connect("connect", texts["url"], texts["view"], texts["user"], texts["token"])


class ImportForm(FormScreen[Import]):
    """Asks for the survey file."""

    NAME = "Import a survey file"
    TITLE = "Import a survey file"
    SAY = "A Qualtrics export, CSV or JSON. You see what would be imported before anything is saved."
    DEED = "goes on"
    QUESTIONS = (Question("path", "File", "~/Downloads/export.csv", wrong_path, missing=wrong_file),)

    def result(self) -> Import:
        """Return the file."""
        return Import("import", self.texts["path"])
