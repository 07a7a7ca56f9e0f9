"""`csat-tui wording check`: what the playbook's rules say about a text, for scripts and screen readers."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from csat_tui.cli.case import find_cases
from csat_tui.cli.console import say, say_json, single_line
from csat_tui.cli.exits import Exit, Failure
from csat_tui.cli.installation import find_installation, opened_workplace
from csat_tui.file_access import expanded, read_file, read_stream

if TYPE_CHECKING:
    from csat_tui.domain.wording import Remark, WordingFacts
    from csat_tui.workflow.opening import Workplace

wording = typer.Typer(
    rich_markup_mode=None, help="Check texts against the playbook's wording rules.", no_args_is_help=True
)


@wording.callback()
def of_words() -> None:
    """Check texts against the playbook's wording rules."""


@wording.command("check")
def check(
    file: Annotated[
        str, typer.Argument(metavar="[FILE|-]", help="The file with the text; - or nothing reads standard input.")
    ] = "-",
    on: Annotated[str, typer.Option("--on", help="What the text is: reply, mail or note.")] = "reply",
    case: Annotated[str, typer.Option("--case", metavar="ID", help="The case that it is about.")] = "",
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check a text against the wording rules, errors first; ends with 1 if it could not be sent as it is.

    The rules about the customer's name and orders only work with --case.
    """
    from csat_tui.domain.wording import TEXT_SORTS, Level, WordingFacts, remarks

    if on not in TEXT_SORTS:
        raise Failure(Exit.USAGE, f"“{on}” is not a kind of text; choose one of {', '.join(TEXT_SORTS)}.")
    text = _text(file)
    if not text.strip():
        raise Failure(Exit.USAGE, "There is no text to check; name a file, or send the text to standard input.")
    with opened_workplace(find_installation()) as workplace:
        playbook = workplace.desk.playbook
        facts = _facts(workplace, case) if case else WordingFacts()
        found = remarks(text, on, facts, playbook.wording, playbook.saved_replies)
    documents = [_document(text, remark) for remark in found]
    errors = sum(remark.level is Level.ERROR for remark in found)
    if json:
        say_json({"on": on, "errors": errors, "warnings": len(found) - errors, "remarks": documents})
    else:
        for document in documents:
            say(_line(document))
        if not documents:
            say("The rules have nothing to say about this text.")
    if errors:
        raise typer.Exit(Exit.NEEDS_PERSON)


def _text(file: str) -> str:
    try:
        raw = read_stream(sys.stdin.buffer) if file == "-" else read_file(expanded(file))
        return raw.decode("utf-8-sig")
    except OSError as error:
        raise Failure(Exit.USAGE, f"{file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise Failure(Exit.USAGE, f"{file} is not UTF-8 text; save it as UTF-8.") from None


def _facts(workplace: "Workplace", number: str) -> "WordingFacts":
    from csat_tui.domain.case_wording import wording_facts

    found = workplace.desk.case(find_cases(workplace, number)[0])
    if found is None:
        raise Failure(Exit.USAGE, f"Case {number} is not here any more.")
    return wording_facts(found)


def _document(text: str, remark: "Remark") -> dict[str, Any]:
    before = text[: remark.start]
    return {
        "rule": remark.rule_id,
        "level": str(remark.level),
        "sentence": remark.sentence,
        "start": remark.start,
        "end": remark.end,
        "line": before.count("\n") + 1,
        "column": len(before) - before.rfind("\n"),
        "found": text[remark.start : remark.end],
        "fixes": list(remark.fixes),
    }


def _line(document: dict[str, Any]) -> str:
    where = f"line {document['line']}, column {document['column']}: " if document["found"] else ""
    fixes = f" Instead: {' | '.join(map(single_line, document['fixes']))}" if document["fixes"] else ""
    return f"{document['level']}: {where}{single_line(document['sentence'])}{fixes} [{document['rule']}]"
