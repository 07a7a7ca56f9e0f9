"""The file of a calibration session: read back without loss, without words, and refused whole where anything is odd."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from csat_tui.domain.review.calibration_file import (
    CalibrationExchange,
    calibration_file_text,
    read_calibration_file,
)
from csat_tui.domain.review.checked_json import UnexpectedJson, canonical_json
from csat_tui.domain.review.scorecard import LineAnswer, LineScore
from tests.builders import NOON
from tests.domain.calibrating import KIM, LEE, a_blind_score, a_closing, a_session, an_id

SESSION = a_session()
SCORES = (
    a_blind_score(SESSION, 801, KIM, "summary=yes reply=4"),
    replace(a_blind_score(SESSION, 802, KIM, ""), scores={"summary": LineScore(LineAnswer.NO, "Too vague")}),
)
OPEN = CalibrationExchange("https://desk.example.com", SESSION, SCORES, None, KIM, NOON)
ALL = (*SCORES, a_blind_score(SESSION, 801, LEE, "summary=no"))
CLOSED = replace(OPEN, scores=ALL, closing=a_closing(SESSION, ALL), sender=LEE)


def written(exchange: CalibrationExchange) -> bytes:
    return calibration_file_text(exchange).encode()


def changed(change: Callable[[dict[str, Any]], object], exchange: CalibrationExchange = CLOSED) -> bytes:
    """Return a file whose content somebody changed, hashed anew: well formed, and still not to be believed."""
    whole = json.loads(written(exchange))
    change(whole["content"])
    whole["sha256"] = hashlib.sha256(canonical_json(whole["content"])).hexdigest()
    return json.dumps(whole).encode()


@pytest.mark.parametrize("exchange", [OPEN, CLOSED, replace(OPEN, scores=())])
def test_a_file_is_read_back_without_loss(exchange: CalibrationExchange) -> None:
    assert read_calibration_file(written(exchange)) == exchange


def test_comments_and_marked_messages_stay_behind() -> None:
    worded = LineScore(LineAnswer.NO, "Too vague", "Pat wrote: my box was late", 501)
    text = calibration_file_text(replace(OPEN, scores=(replace(SCORES[0], scores={"summary": worded}),)))
    assert "Pat" not in text
    assert "501" not in text
    (read,) = read_calibration_file(text.encode()).scores
    assert read.scores == {"summary": LineScore(LineAnswer.NO, "Too vague")}


def cut_anywhere() -> list[bytes]:
    whole = written(OPEN)
    return [whole[: len(whole) * share // 20] for share in range(20)]


@pytest.mark.parametrize("raw", cut_anywhere())
def test_a_file_that_was_cut_is_refused(raw: bytes) -> None:
    with pytest.raises(UnexpectedJson, match="It is not complete JSON"):
        read_calibration_file(raw)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"\xff\xfe\x00", "It is not UTF-8 text."),
        (b"[" * 200_000, "It is nested too deeply."),
        (b'{"format": ' + b"9" * 5_000 + b"}", "A number in it has too many digits."),
        (b'{"format": NaN}', "It has NaN, which is no number."),
        (b'{"a": 1, "a": 2}', "It has “a” twice in one place."),
        (b"[]", "It is no calibration file of csat-tui."),
        (b'{"format": "csat-tui survey"}', "It is no calibration file of csat-tui."),
        (b'{"format": "csat-tui calibration"}', "The file has no “version”."),
        (written(OPEN).replace(b'"version": 1}', b'"version": 2}'), "It was written by a newer csat-tui (version 2"),
        (written(OPEN).replace(b'"Kim"', b'"Lee"'), "Its content is not what was exported"),
        (written(OPEN).replace(b'"answer": "yes"', b'"answer": "no"'), "Its content is not what was exported"),
    ],
)
def test_what_is_no_such_file_is_refused_in_one_sentence(raw: bytes, said: str) -> None:
    with pytest.raises(UnexpectedJson) as refused:
        read_calibration_file(raw)
    assert str(refused.value).startswith(said)
    assert "\n" not in str(refused.value)


def first_score(content: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = content["scores"][0]
    return found


LATE = (SESSION.deadline + timedelta(seconds=1)).isoformat()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda all_: all_.update(more=1), "has a key “more”, which is not known here."),
        (lambda all_: all_["session"].pop("deadline"), "has no “deadline”"),
        (lambda all_: all_["session"].update(name="x" * 200), "one line of at most 120 characters"),
        (lambda all_: all_["session"].update(name="\ud800"), "one line of at most 120 characters"),
        (lambda all_: all_["session"].update(name="a\nb"), "one line of at most 120 characters"),
        (lambda all_: all_["session"].update(notes=[1] * 101), "a list of at most 100"),
        (lambda all_: all_["session"].update(notes=[801, 801]), "one of them twice"),
        (lambda all_: all_["session"].update(notes=[-1]), "numbers of the help desk"),
        (lambda all_: all_["session"].update(notes=[2**63]), "numbers of the help desk"),
        (lambda all_: all_["session"].update(reviewers=[]), "has no reviewers"),
        (lambda all_: all_["session"].update(deadline="tomorrow"), "a time with its zone"),
        (lambda all_: all_["session"].update(deadline="2026-03-10T12:00:00"), "a time with its zone"),
        (lambda all_: all_["session"].update(deadline="0001-01-01T00:00:00+14:00"), "a time with its zone"),
        (lambda all_: all_["session"].update(id="1"), "a UUIDv7"),
        (lambda all_: all_["session"].update(scorecard_version="abc"), "is not version abc, which it claims to be"),
        (lambda all_: all_["session"]["scorecard"].update(pass_from=1), "which it claims to be"),
        (lambda all_: all_["session"]["scorecard"].update(sections=[]), "no line that counts"),
        (lambda all_: first_score(all_).update(note=900), "note 900, which is not in its session"),
        (lambda all_: first_score(all_).update(note=True), "a whole number"),
        (lambda all_: first_score(all_).update(session=an_id()), "a score of another session"),
        (lambda all_: first_score(all_).update(by={"id": 99, "name": "Sam"}), "Sam, who is not a reviewer"),
        (lambda all_: first_score(all_).update(at=LATE), "from after the deadline"),
        (lambda all_: first_score(all_)["lines"].update(other={"answer": "yes", "cause": ""}), "has no line “other”"),
        (
            lambda all_: first_score(all_)["lines"]["summary"].update(answer="maybe"),
            "one of 0, 1, 2, 3, 4, na, no, yes",
        ),
        (lambda all_: first_score(all_)["lines"]["summary"].update(answer="4"), "is answered yes/no"),
        (lambda all_: first_score(all_)["lines"]["summary"].update(cause="Pat is angry"), "has no cause"),
        (lambda all_: first_score(all_)["lines"]["summary"].update(comment="Pat"), "has a key “comment”"),
        (lambda all_: all_["scores"].append(first_score(all_)), "one score twice"),
        (lambda all_: all_["scores"].append(first_score(all_) | {"id": an_id()}), "two scores of one note"),
        (lambda all_: all_.update(closing=None), "open session and has scores by others than its sender"),
        (lambda all_: all_["closing"].update(counted=[]), "not those that its closing counts"),
        (lambda all_: all_["closing"].update(session=an_id()), "the closing of another session"),
        (lambda all_: all_["closing"].update(by={"id": 99, "name": "Sam"}), "Sam, who has no part in its session"),
    ],
)
def test_what_contradicts_itself_is_refused_although_its_hash_is_right(
    change: Callable[[dict[str, Any]], object], said: str
) -> None:
    assert read_calibration_file(changed(lambda _: None)) == CLOSED
    with pytest.raises(UnexpectedJson) as refused:
        read_calibration_file(changed(change))
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
