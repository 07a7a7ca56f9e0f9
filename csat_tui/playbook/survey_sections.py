"""Read the sections about surveys: factors, steps, checks, paths, and the accommodation guide with its issues."""

import re
from collections.abc import Collection, Mapping, Sequence

from csat_tui.domain.case import EITHER, Answer
from csat_tui.domain.evidence import EVALUATORS
from csat_tui.domain.ids import FactorId
from csat_tui.domain.playbook import Allowance, Band, Check, Factor, Issue, Path, RatingRule, Step
from csat_tui.playbook.patterns import compile_words
from csat_tui.playbook.recovery_section import MOST_FIELD_NUMBER
from csat_tui.toml_file import Problems, Table, did_you_mean

_COMMENTS = (True, False)
_IN_ORDER = (Answer.YES.value, Answer.NO.value, Answer.NOT_APPLICABLE.value, EITHER)
_SILENCE = ("open", "in order")
_ADDRESS = re.compile(r"https?://[^\s/]+\S*")


def read_factors(tables: Sequence[Table]) -> tuple[Factor, ...]:
    """Read the rated questions."""
    found: list[Factor] = []
    seen: dict[str, str] = {}
    for table in tables:
        fragments = tuple(" ".join(text.casefold().split()) for text in table.texts("match"))
        for index, fragment in enumerate(fragments):
            if other := seen.get(fragment):
                table.log.add(
                    (*table.place, "match", index), f"{table.name} matches “{fragment}”, which {other} matches already"
                )
            seen.setdefault(fragment, table.name)
        label = table.text("label")
        found.append(
            Factor(
                FactorId(table.identifier()), label, table.text("short", label) or label, tuple(filter(None, fragments))
            )
        )
        table.finish()
    return tuple(found)


def read_rating(table: Table, factors: Sequence[Factor]) -> tuple[RatingRule, FactorId | None]:
    """Read how one rating is taken: a rule's name, or the id of the factor that counts."""
    value = table.text("rating")
    if value in (RatingRule.MEAN, RatingRule.LOWEST):
        return RatingRule(value), None
    known = [factor.id for factor in factors]
    if value in known:
        return RatingRule.FACTOR, FactorId(value)
    if value:
        rules = f"expected “{RatingRule.MEAN}”, “{RatingRule.LOWEST}” or a factor's id"
        table.wrong("rating", f"“rating” of {table.name} is “{value}”, {rules}{did_you_mean(value, known)}")
    return RatingRule.MEAN, None


def _link(table: Table) -> str:
    link = table.text("link", "")
    if link and not _ADDRESS.fullmatch(link):
        table.wrong("link", f"“link” of {table.name} is “{link}”, expected an address that begins with https://")
    return link


def read_steps(tables: Sequence[Table]) -> tuple[Step, ...]:
    """Read the steps in their order; `source` is how the procedure's own document numbers one."""
    found: list[Step] = []
    for table in tables:
        found.append(Step(table.identifier(), table.text("label"), table.text("source", ""), _link(table)))
        table.finish()
    return tuple(found)


def read_checks(tables: Sequence[Table], steps: Collection[str]) -> Mapping[str, Check]:
    """Read the validation checklist."""
    found: dict[str, Check] = {}
    for table in tables:
        check = Check(
            table.identifier(),
            table.text("ask"),
            table.text("suggest", ""),
            table.text("help", ""),
            table.reference("step", steps, "is of step", "[[step]]") if table.has("step") else "",
            _link(table),
            table.choice("in_order", _IN_ORDER, Answer.YES.value),
            table.choice("silence", _SILENCE, _SILENCE[0]) == "in order",
            table.whole_number("link_field", 1, MOST_FIELD_NUMBER) if table.has("link_field") else None,
        )
        if check.silence and check.in_order == EITHER:
            table.wrong(
                "silence",
                f"{table.name} takes silence as in order, but its “in_order” is “{EITHER}”: expected an answer to give",
            )
        if check.suggest and check.suggest not in EVALUATORS:
            table.wrong(
                "suggest",
                f"{table.name} is suggested by “{check.suggest}”, which this version cannot do"
                f"{did_you_mean(check.suggest, EVALUATORS)}",
            )
        table.finish()
        found.setdefault(check.id, check)
    return found


def read_paths(tables: Sequence[Table], checks: Mapping[str, Check], log: Problems) -> tuple[Path, ...]:
    """Read the paths, and see that every survey finds exactly one."""
    found: list[Path] = []
    taken: set[tuple[Band, bool]] = set()
    for table in tables:
        path = _read_path(table, checks)
        if path is None:
            continue
        own = {(path.band, comment) for comment in _COMMENTS if path.comment in (None, comment)}
        if own <= taken:
            log.add(table.place, f"no survey takes {table.name}: the paths above it take them all")
        taken |= own
        found.append(path)
    if found and len(found) == len(tables):
        for band in Band:
            left = [comment for comment in _COMMENTS if (band, comment) not in taken]
            told = "" if len(left) > 1 else " with a comment" if True in left else " without a comment"
            if left:
                log.add(("path",), f"no [[path]] takes surveys of rating “{band}”{told}")
    return tuple(found)


def _read_path(table: Table, checks: Mapping[str, Check]) -> Path | None:
    path_id, label = table.identifier(), table.text("label")
    when = table.table("when")
    band = when.choice("rating", [band.value for band in Band])
    comment = when.flag("comment", False) if when.has("comment") else None
    when.finish()
    wanted = table.texts("checks", optional=True)
    for index, check_id in enumerate(wanted):
        table.must_know(("checks", index), check_id, checks, "lists check", "[[check]]")
        if check_id in wanted[:index]:
            table.log.add((*table.place, "checks", index), f"{table.name} lists check “{check_id}” twice")
    table.finish()
    if band not in list(Band):
        return None
    return Path(path_id, label, Band(band), comment, tuple(dict.fromkeys(wanted)))


_LANGUAGE = re.compile(r"[a-z]{2}")


def read_language(head: Table) -> str:
    """Read the language that patterns are written for where they name none."""
    if not head.has("language"):
        return "en"
    code = head.text("language")
    if code and not _LANGUAGE.fullmatch(code):
        head.wrong("language", f"“language” of {head.name} is “{code}”, {_EXPECTED}")
    return code


_EXPECTED = "expected the two letters of its ISO 639 code, such as “en” or “de”"


def read_issues(tables: Sequence[Table], kinds: Sequence[str], language: str) -> tuple[Issue, ...]:
    """Read the guide's entries; `kinds` are the accommodations that the playbook knows, `language` is its own."""
    found: list[Issue] = []
    for table in tables:
        label = table.text("label")
        by_language = _read_patterns(table, language)
        allows = tuple(_read_allowance(one, kinds) for one in table.tables("allows", "allowance"))
        issue = Issue(
            table.identifier(),
            label,
            table.text("category", label) or label,
            by_language.pop(language, ()),
            allows,
            by_language,
            _patterns(table, "in_notes", ("in_notes",)) if table.has("in_notes") else (),
        )
        table.finish()
        found.append(issue)
    return tuple(found)


def _read_patterns(table: Table, language: str) -> dict[str, tuple[re.Pattern[str], ...]]:
    """Read the patterns by language: a list is in the playbook's own, a table has a list for each."""
    if not isinstance(table.data.get("match"), dict):
        return {language: _patterns(table, "match", ("match",))}
    within = table.table("match")
    found = {}
    for code in within.data:
        if _LANGUAGE.fullmatch(code):
            found[code] = _patterns(within, code, (code,), f"{table.name} matches")
        else:
            within.has(code)
            within.wrong(code, f"{table.name} has patterns for “{code}”, {_EXPECTED}")
    within.finish()
    if not within.data:
        table.wrong("match", f"“match” of {table.name} is empty, expected at least one language")
    return found


def _patterns(table: Table, key: str, way: tuple[str, ...], told: str = "") -> tuple[re.Pattern[str], ...]:
    said = told or f"{table.name} matches"
    found = [
        compile_words(table, (*table.place, *way, index), f"{said} “{text}”", text, _matches_nothing)
        for index, text in enumerate(table.texts(key))
    ]
    return tuple(pattern for pattern in found if pattern)


def _read_allowance(table: Table, kinds: Sequence[str]) -> Allowance:
    allowance = Allowance(
        table.choice("kind", kinds),
        table.money("up_to") if table.has("up_to") else None,
        table.duration("once_per") if table.has("once_per") else None,
    )
    table.finish()
    return allowance


def _matches_nothing(pattern: re.Pattern[str]) -> str:
    return ", which also matches no words at all" if pattern.match("") else ""
