"""Full-text search over comments, names and transcripts, in the words that a person types."""

from typing import Any

from sqlalchemy import Select, TextClause, text


def as_query(words: str) -> str:
    """Return the typed words as an FTS5 query: each must occur, the last may be unfinished; no operators."""
    whole = words.replace("\x00", " ").encode("utf-8", "replace").decode()
    terms = ['"' + word.replace('"', '""') + '"' for word in whole.split()]
    return " ".join(terms) + "*" if terms else ""


def matching(words: str, limit: int) -> Select[Any] | TextClause:
    """Return a selection of the ids of surveys in which the words occur, at most `limit` from either source."""
    number = words.strip().removeprefix("#")
    if number.isascii() and number.isdigit() and len(number) <= 18:
        return text(
            "SELECT id FROM survey WHERE survey_ticket_id = :number OR source_ticket_id = :number OR id = :number"
        ).bindparams(number=int(number))
    return text(
        "SELECT rowid FROM (SELECT rowid FROM survey_text WHERE survey_text MATCH :words ORDER BY rank LIMIT :most) "
        "UNION SELECT id FROM survey WHERE source_ticket_id IN (SELECT ticket_id FROM message WHERE id IN "
        "(SELECT rowid FROM message_text WHERE message_text MATCH :words ORDER BY rank LIMIT :most))"
    ).bindparams(words=as_query(words) or '""', most=limit)
