"""Read the wording rules and the saved replies."""

from collections.abc import Collection, Mapping, Sequence

from csat_tui.domain.wording import (
    TEXT_SORTS,
    Level,
    SavedReply,
    WordingKind,
    WordingRule,
    failed_examples,
    token_pattern,
)
from csat_tui.playbook.field_sections import report_duplicates, report_places
from csat_tui.playbook.patterns import flaw_of, word_pattern
from csat_tui.toml_file import Table, joined

_KINDS = [kind.value for kind in WordingKind]
_LEVELS = [level.value for level in Level]
_NEEDS_TOKENS = (WordingKind.EXISTENCE, WordingKind.REQUIRED, WordingKind.OCCURRENCE)
_TAKES_TOKENS = (WordingKind.PLACEHOLDER, WordingKind.STRANGER)
_TAKES_EXCEPTIONS = (
    WordingKind.EXISTENCE,
    WordingKind.SUBSTITUTION,
    WordingKind.OCCURRENCE,
    WordingKind.PLACEHOLDER,
    WordingKind.ADMISSION,
)


def read_saved_replies(tables: Sequence[Table], known: Collection[str]) -> tuple[SavedReply, ...]:
    """Read the texts that replies begin with; their places are facts, and they suit issues and findings (`known`)."""
    report_duplicates(tables)
    found = []
    for table in tables:
        suits = table.texts("suits", optional=True)
        for index, name in enumerate(suits):
            table.must_know(("suits", index), name, known, "suits", "[[issue]] and no [[finding]]")
        saved = SavedReply(table.identifier(), table.text("label"), table.text("text").strip(), suits)
        report_places(table, ("text",), saved.text, ())
        table.finish()
        found.append(saved)
    return tuple(found)


def read_wording(tables: Sequence[Table], saved: Sequence[SavedReply]) -> tuple[WordingRule, ...]:
    """Read the rules; where examples are tried out, each rule is held to its own."""
    report_duplicates(tables)
    found = []
    for table in tables:
        rule = _read_rule(table)
        table.finish()
        if rule is not None:
            found.append(rule)
            if table.log.examples:
                _report_examples(table, rule, saved)
    return tuple(found)


def _read_rule(table: Table) -> WordingRule | None:
    """Read one rule; None where it is too broken for its examples to mean anything."""
    before = table.log.count
    kind = table.choice("kind", _KINDS)
    level = table.choice("level", _LEVELS)
    if kind not in _KINDS:
        table.forgive()
        return None
    swap = _swap(table) if kind == WordingKind.SUBSTITUTION else {}
    rule = WordingRule(
        id=table.identifier(),
        kind=WordingKind(kind),
        level=Level(level) if level in _LEVELS else Level.WARNING,
        on=_sorts(table),
        message=_message(table),
        tokens=tuple(swap) if kind == WordingKind.SUBSTITUTION else _tokens(table, WordingKind(kind)),
        swap=swap,
        exceptions=_patterns(table, "exceptions", optional=True) if kind in _TAKES_EXCEPTIONS else (),
        offer=_offer(table) if kind == WordingKind.REQUIRED else (),
        channels=table.texts("channels", optional=True),
        most=int(table.number("most", 1, 100)) if kind == WordingKind.OCCURRENCE else 0,
        share=table.number("share", 0.5, 1) if kind == WordingKind.SIMILARITY else 1.0,
        source=table.text("source", ""),
        bad=table.texts("bad"),
        good=table.texts("good"),
    )
    if not table.log.proven:
        _report_patterns(table, rule)
    return rule if table.log.count == before else None


def _sorts(table: Table) -> tuple[str, ...]:
    sorts = table.texts("on")
    for index, sort in enumerate(sorts):
        if sort not in TEXT_SORTS:
            table.log.add(
                (*table.place, "on", index), f"{table.name} is on “{sort}”, expected {joined(TEXT_SORTS, 'or')}"
            )
    return sorts


def _message(table: Table) -> str:
    message = table.text("message")
    rest = message.replace("{found}", "")
    if "{" in rest or "}" in rest:
        table.wrong("message", f"“message” of {table.name} may have no other place than “{{found}}”, the words found")
    return message


def _offer(table: Table) -> tuple[str, ...]:
    offers = table.texts("offer", optional=True)
    for index, offer in enumerate(offers):
        report_places(table, ("offer", index), offer, ())
    return offers


def _tokens(table: Table, kind: WordingKind) -> tuple[str, ...]:
    if kind in _NEEDS_TOKENS:
        return _patterns(table, "tokens")
    return _patterns(table, "tokens", optional=True) if kind in _TAKES_TOKENS else ()


def _patterns(table: Table, key: str, *, optional: bool = False) -> tuple[str, ...]:
    texts = table.texts(key, optional=optional)
    return tuple(
        pattern for index, text in enumerate(texts) if (pattern := _pattern(table, (key, index), text)) is not None
    )


def _pattern(table: Table, way: tuple[str | int, ...], text: str) -> str | None:
    try:
        pattern = word_pattern(text)
    except ValueError as error:
        table.log.add((*table.place, *way), f"{table.name} looks for “{text}”, {error}")
        return None
    flaw = "" if table.log.proven else flaw_of(pattern)
    if flaw:
        table.log.add((*table.place, *way), f"{table.name} looks for “{text}”, {flaw}")
        return None
    return pattern


def _swap(table: Table) -> Mapping[str, str]:
    if not table.has("swap"):
        table.log.add(table.place, f"{table.name} lacks “swap”, a table of words and what to write instead")
    swap = table.words("swap")
    found = {}
    for text, better in swap.items():
        pattern = _pattern(table, ("swap", text), text)
        if pattern is not None:
            found[pattern] = better
    return found


def _report_patterns(table: Table, rule: WordingRule) -> None:
    """Note words that are swapped for words that the rule does not allow either."""
    if rule.kind is not WordingKind.SUBSTITUTION or not rule.tokens or len(rule.tokens) != len(table.words("swap")):
        return
    caught = token_pattern(rule.tokens)
    for (token, better), text in zip(rule.swap.items(), table.words("swap"), strict=True):
        for words in filter(None, map(str.strip, better.split("|"))):
            if token_pattern((token,)).fullmatch(words):
                table.log.add((*table.place, "swap", text), f"{table.name} swaps “{words}” for itself")
            elif found := caught.search(words):
                table.log.add(
                    (*table.place, "swap", text),
                    f"{table.name} swaps “{text}” for “{words}”, in which it catches “{found[0]}” again",
                )


def _report_examples(table: Table, rule: WordingRule, saved: Sequence[SavedReply]) -> None:
    for failed in failed_examples(rule, saved):
        table.log.add((*table.place, "bad" if failed.bad else "good", failed.index), failed.sentence)
