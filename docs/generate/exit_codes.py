"""What the exit codes of the command line mean."""

from csat_tui.cli.exits import Exit

EXIT_CODES = {
    Exit.OK: "Everything went well.",
    Exit.NEEDS_PERSON: "It worked, and something needs you, such as an effect in the outbox or a wrong row in a file.",
    Exit.USAGE: "The command was misspelt, or names something that does not exist.",
    Exit.CONFIGURATION: "The configuration, the playbook or the credential is wrong.",
    Exit.HELP_DESK: "The help desk cannot be reached, or it refuses us.",
    Exit.DATABASE: "The database: full disk, no rights, in use, damaged, or another help desk's.",
    Exit.FAULT: "A fault of csat-tui itself; the log has the details.",
    Exit.HUNG_UP: "The terminal went away, with or without a hang-up signal; what was typed is saved.",
    Exit.INTERRUPTED: "You interrupted it.",
    Exit.TERMINATED: "The workstation was asked to end (SIGTERM); what was typed is saved.",
}
