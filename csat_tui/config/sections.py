"""Every section of `config.toml` and its keys, as docs/configuration.md lists them.

A test holds them against what the reader asks for.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from csat_tui.config.help_desks import DEFAULT_HELP_DESK, HELP_DESKS

TEXT = "a text"
COMMAND = "a command, as one text or as a list of words"
ADDRESS = "an address that begins with `https://`"
PATH = "a path from `/` or `~`"


@dataclass(frozen=True, slots=True)
class ConfigKey:
    """One key: what may be written there, and what it does."""

    name: str
    value: str
    meaning: str
    default: str = ""
    """The value that counts where the key is left out, as TOML; empty where there is none."""
    required: bool = False


@dataclass(frozen=True, slots=True)
class ConfigSection:
    """One section and its keys; `name` is how its header is written, with a word in capitals where a person chooses."""

    name: str
    keys: tuple[ConfigKey, ...]


HELPDESK = ConfigSection(
    "helpdesk",
    (
        ConfigKey(
            "kind",
            " or ".join(f'`"{name}"`' for name in HELP_DESKS),
            "Which help desk it is.",
            f'"{DEFAULT_HELP_DESK.name}"',
        ),
        ConfigKey(
            "url", ADDRESS, "The help desk's address. Plain http is allowed for this machine only.", required=True
        ),
        ConfigKey("view", "a number, or a title", "The view in which the surveys arrive.", required=True),
        ConfigKey(
            "user", TEXT, "Whose API token the credential is. With a sign-in or an OAuth token, leave it out.", '""'
        ),
        ConfigKey("token_command", COMMAND, "Prints the credential; see [The credential](#the-credential).", '""'),
        ConfigKey("client_id", TEXT, "The OAuth client that an administrator has registered.", '"csat-tui"'),
    ),
)
ADMIN = ConfigSection(
    "admin",
    (
        ConfigKey(
            "url", ADDRESS, "The admin system's address. `{email}` in it stands for the customer's.", required=True
        ),
        ConfigKey("user", TEXT, "Whose API token the credential is, if it is one.", '""'),
        ConfigKey("token_command", COMMAND, "Prints the credential for the admin system.", '""'),
        ConfigKey(
            "map", "a section", "Which part of the answer means what; see [The admin system](#the-admin-system)."
        ),
    ),
)
PLAYBOOK = ConfigSection(
    "playbook",
    (
        ConfigKey(
            "use",
            "a name, or a path",
            "A playbook that ships (`strike-team`, `retail`, `service-desk`), or the path of your own.",
            '"strike-team"',
        ),
    ),
)
FORM = ConfigSection(
    "forms.NAME",
    (
        ConfigKey(
            "url", ADDRESS, "Where the form is submitted. Plain http is allowed for this machine only.", required=True
        ),
        ConfigKey(
            "encoding", '`"form"` or `"json"`', "How the entry is written; `form` is what a browser does.", '"form"'
        ),
        ConfigKey(
            "fields",
            "a table of texts",
            "The form's field names and their values. In a value, `{B}` stands for a tracker's column, `{Agent}` for a "
            "record's heading and `{op}` for the operation's id. Without `fields`, every cell goes under its own name.",
        ),
        ConfigKey("confirms", TEXT, "A text that the form's answer contains only if it took the entry.", '""'),
        ConfigKey(
            "token_command",
            COMMAND,
            "Prints a token, which is sent as a bearer token. `CSAT_TUI_FORM_TRACKER_TOKEN` and so on do the same.",
            '""',
        ),
    ),
)
CHANNEL = ConfigSection(
    "channels.NAME",
    (
        ConfigKey("url", "an address on this machine", "The channel's address, where it is no secret.", '""'),
        ConfigKey("url_command", COMMAND, "Prints the channel's address.", '""'),
    ),
)
MAIL = ConfigSection(
    "mail",
    (
        ConfigKey("host", TEXT, "The mail server's name. Without it, mails are saved as files.", '""'),
        ConfigKey("port", "a number from 1 to 65535", "The server's port; without it 587, 465 or 25, by `security`."),
        ConfigKey(
            "security",
            '`"starttls"`, `"tls"` or `"none"`',
            "How the connection is encrypted. Over `none` no password is sent.",
            '"starttls"',
        ),
        ConfigKey("user", TEXT, "Who signs in at the server. Without it, nobody does.", '""'),
        ConfigKey(
            "from", "a mail address", "The address that mail comes from; without it `user`, if that is an address."
        ),
        ConfigKey(
            "password_command",
            COMMAND,
            "Prints the password. `CSAT_TUI_MAIL_PASSWORD` does the same, and so does `csat-tui mail set-password`.",
            '""',
        ),
        ConfigKey("folder", TEXT, "Where mails are saved without a `host`; usually `mails` in the data folder.", '""'),
    ),
)
SYNC = ConfigSection(
    "sync",
    (
        ConfigKey(
            "poll_seconds",
            "a number from 5 to 3600",
            "How many seconds pass between two questions for new surveys.",
            "30",
        ),
    ),
)
STORE = ConfigSection(
    "store",
    (
        ConfigKey(
            "keep_days",
            "0, or a number from 1 to 36500",
            "How many days a settled case stays after the last thing that happened to it; 0 keeps it for ever.",
            "180",
        ),
    ),
)
SHIFT = ConfigSection(
    "shift",
    (
        ConfigKey("watch_folder", PATH, "A folder in which lists of low scores arrive.", '""'),
        ConfigKey("watch_mailbox", PATH, "A mailbox in which they arrive: one file (mbox), or a Maildir.", '""'),
    ),
)
REVIEW = ConfigSection(
    "review",
    (
        ConfigKey(
            "view",
            "a number, or a title",
            "The view of finished survey tickets whose notes are reviewed.",
            required=True,
        ),
        ConfigKey(
            "reviewers",
            "a list of mail addresses or numbers of the help desk, each in quotes",
            "Who may review beside the help desk's administrators and those whom the playbook names.",
            "[]",
        ),
    ),
)
UI = ConfigSection(
    "ui",
    (
        ConfigKey("theme", TEXT, "`dark`, `light`, `contrast`, or `ansi` for the terminal's own colours.", '"dark"'),
        ConfigKey("mouse", "`true` or `false`", "Whether the mouse works. It never does inside GNU screen.", "true"),
        ConfigKey("animation", "`true` or `false`", "Whether panes move smoothly.", "true"),
        ConfigKey("composer", '`"form"` or `"text"`', "How notes are written; `ctrl+t` changes it for good.", '"form"'),
    ),
)
KEYS = ConfigSection(
    "keys",
    (
        ConfigKey(
            "COMMAND",
            "a key, or a list of keys",
            'A key for a command, by its id in [keys.md](keys.md); `""` takes its key away.',
        ),
    ),
)

SECTIONS: Sequence[ConfigSection] = (
    HELPDESK,
    ADMIN,
    PLAYBOOK,
    FORM,
    CHANNEL,
    MAIL,
    SYNC,
    STORE,
    SHIFT,
    REVIEW,
    UI,
    KEYS,
)
"""In the order of the documentation."""
