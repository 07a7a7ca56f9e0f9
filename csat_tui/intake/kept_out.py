"""Which responses of an export are no customer's answer: previews, tests, spam and what was never finished.

An export tells them by a code, or by a text in the language of whoever exported it. Codes are sums of marks, so that
9 is a preview that was marked as spam; a text that is not known here is told, never taken for a real response.
"""

import re
from collections.abc import Mapping

from csat_tui.intake.questions import words_of

_MARKS = ((1, "a survey preview"), (2, "a survey test"), (8, "marked as spam"))
"""Marks of a status code that keep a response out."""
_OTHER_MARKS = 4 + 16 + 32
"""Marks that do not: imported, answered offline, a survey of employees."""

_REAL = frozenset({"imported", "offline", "offlineresponse", "ipaddress", "uploaded", "ex", "exresponse"})
_NAMED = {
    "surveypreview": "a survey preview",
    "preview": "a survey preview",
    "surveytest": "a survey test",
    "test": "a survey test",
    "spam": "marked as spam",
    "possiblespam": "marked as spam",
    "spamsurveypreview": "a preview marked as spam",
    "offlinesurveypreview": "a survey preview",
    "importedspam": "marked as spam",
    "offlinespam": "marked as spam",
}
_ADDRESS = re.compile(r"(?<![A-Za-z])IP(?![A-Za-z])")
"""Every language writes the usual status with these letters: “IP Address”, “IP-Adresse”, “Dirección IP”."""

_CHANNELS = {"preview": "a survey preview", "test": "a survey test"}
"""Ways by which a survey reached somebody; an export names them in no language."""

_YES = frozenset(words_of("true 1 yes wahr ja vrai oui verdadero sí si vero waar verdadeiro sim sant sand prawda"))
_NO = frozenset(words_of("false 0 no falsch nein faux non falso onwaar nee não falskt falsk fałsz"))
_WHOLE = 100


class Unreadable(Exception):
    """A response that should have come in and cannot; its text is the sentence for the person."""


def reason_to_leave_out(known: Mapping[str, str]) -> str:
    """Return why a response is left out, as the end of a sentence; empty where it is a customer's.

    Raises Unreadable where its type or whether it was finished cannot be known.
    """
    channel = _CHANNELS.get(known.get("channel", "").strip().casefold(), "")
    return channel or _by_status(known.get("status", "").strip()) or _unfinished(known)


def _by_status(status: str) -> str:
    if not status:
        return ""
    if re.fullmatch(r"\d{1,4}(?:\.0)?", status):
        code = int(float(status))
        reasons = [why for mark, why in _MARKS if code & mark]
        if reasons or not code & ~(_OTHER_MARKS | sum(mark for mark, _ in _MARKS)):
            return "a preview marked as spam" if code & 9 == 9 else (reasons or [""])[0]
    named = re.sub(r"[^a-z0-9]", "", status.casefold())
    if named in _NAMED:
        return _NAMED[named]
    if named in _REAL or _ADDRESS.search(status):
        return ""
    shown = status if len(status) <= 40 else status[:39] + "…"
    raise Unreadable(
        f"the response type is “{shown}”, and whether that is a preview is not known here;"
        " export the responses with numeric values"
    )


def _unfinished(known: Mapping[str, str]) -> str:
    said, progress = known.get("finished", "").strip().casefold(), known.get("progress", "").strip()
    if said in _YES:
        return ""
    if said in _NO:
        return "the response is not finished"
    if match := re.fullmatch(r"(\d{1,3})(?:[.,]0+)?\s?%?", progress):
        return "" if int(match[1]) >= _WHOLE else "the response is not finished"
    if not said:
        return ""
    raise Unreadable(
        f"the response's “finished” value is “{said[:40]}”, which csat-tui does not know;"
        " export the responses with numeric values"
    )
