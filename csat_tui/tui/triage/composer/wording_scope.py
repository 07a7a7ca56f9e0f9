"""Which words of a note the wording rules look at together, and what they need to know of them."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from csat_tui.domain.case import Case
from csat_tui.domain.case_wording import sort_of, wording_of
from csat_tui.domain.playbook import Outcome, Playbook
from csat_tui.domain.wording import Remark
from csat_tui.tui.triage.composer.note_text import NoteText


def rules_on(
    case: Case,
    outcome: Outcome,
    playbook: Playbook,
    texts: Sequence[NoteText],
    typed: Mapping[str, str],
    field_id: str,
    text: str,
    strangers: Sequence[str] = (),
) -> Callable[[], tuple[Remark, ...]]:
    """Return the rules ready to look at a field's words, on any thread; `typed` are the words of all fields.

    What a rule requires of a text may stand in any of the fields that go into it. `strangers` are the customers who
    were written to before this one.
    """
    whole = next((one for one in texts if one.id == field_id), None)
    sort = whole.sort if whole else sort_of(field_id, outcome, playbook)
    if not sort or not playbook.wording:
        return tuple
    others = [words for name, words in typed.items() if name != field_id and sort_of(name, outcome, playbook) == sort]
    return partial(wording_of, case, sort, text, playbook, others=strangers, whole="\n".join([text, *others]))
