"""The commands of the triage screen, in whichever pane; each calls its controller.

The order here is the order in the line of keys and in the help.
"""

from csat_tui.tui.base.commands import Command
from csat_tui.tui.triage.composer.commands import cannot_send

COMMANDS: tuple[Command, ...] = (
    Command("case.decide", ("e",), "decide", "Choose the outcome of this case and write its note.",
            lambda s: s.decisions.choose_outcome(), lambda s: s.decisions.undecidable(), footer=True),
    Command("case.missing", ("m", "f6"), "what is missing",
            "List what the decision still needs, and go there.",
            lambda s: s.missing.show(), lambda s: s.missing.nothing_missing(), footer=True, hint="missing"),
    Command("case.accept", ("a",), "accept suggested", "Answer the open checks that the records answer, then go there.",
            lambda s: s.answers.accept(), lambda s: s.answers.nothing_to_accept()),
    Command("case.send", ("ctrl+s", "f12"), "send", "Send the decision with the words in the note.",
            lambda s: s.decisions.send_from_here(), lambda s: cannot_send(s.composer), commits=True),
    Command("case.undo", ("u",), "undo", "Take back the last decision while nothing has been sent.",
            lambda s: s.undo.undo(), lambda s: s.undo.nothing_to_undo()),
    Command("case.answer", ("A",), "answer",
            "Answer the review of your note, or enter the answer to the question about this case.",
            lambda s: s.answer(), lambda s: s.nothing_to_answer(), footer=True),
    Command("case.fix", ("F",), "fix the survey",
            "Enter what could not be read in a survey: its ticket, ratings or comment.",
            lambda s: s.mending.mend(), lambda s: s.mending.nothing_to_fix(), footer=True, hint="fix survey"),
    Command("case.correct", ("C",), "correct the survey",
            "Correct a survey's ticket, ratings or comment.",
            lambda s: s.mending.mend(), lambda s: s.mending.nothing_to_correct()),
    Command("case.news", ("ctrl+r",), "read what is new", "Go to what the customer wrote after you opened it.",
            lambda s: s.news.read_news(), lambda s: s.news.no_news(), footer=True),
    Command("case.history", ("H",), "ticket history", "List this customer's other tickets, and whether to merge them.",
            lambda s: s.history.open(), lambda s: s.history.no_case(), footer=True, hint="history"),
    Command("case.conversation", ("T",), "record a conversation",
            "Record a conversation with the client or the employee about this case.",
            lambda s: s.conversations.record(), lambda s: s.conversations.no_case()),
    Command("case.open", ("o",), "open in browser", "Open this case's ticket at the help desk.",
            lambda s: s.case_actions.open_ticket(), lambda s: s.case_actions.no_ticket()),
    Command("case.copy", ("Y",), "copy ticket id", "Copy the number of this case's ticket.",
            lambda s: s.case_actions.copy_ticket(), lambda s: s.case_actions.no_ticket()),
    Command("search.open", ("slash",), "search", "Search the queue, or find words in the transcript.",
            lambda s: s.search(), footer=True),
    Command("case.rest", ("r",), "rest in order",
            "Mark as in order what the records support; the rest stays open.",
            lambda s: s.answers.rest_in_order(), lambda s: s.answers.nothing_left(), footer=True, hint="rest"),
    Command("pane.queue", ("1",), "queue", "Go to the queue.", lambda s: s.go_to(s.queue)),
    Command("pane.transcript", ("2",), "transcript", "Go to the transcript.", lambda s: s.go_to(s.transcript)),
    Command("pane.validation", ("3",), "validation", "Go to the checks.", lambda s: s.go_to(s.checklist)),
    Command("pane.note", ("4",), "note", "Go to the note.", lambda s: s.go_to(s.composer)),
    Command("sync.now", ("R",), "sync now", "Ask the help desk now what is new.",
            lambda s: s.queue_actions.sync_now(), lambda s: s.queue_actions.no_sync()),
)  # fmt: skip
