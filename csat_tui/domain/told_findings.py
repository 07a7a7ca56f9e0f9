"""Which findings of a decision are told to whom (source document 001, step 6)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from csat_tui.domain.addressee import AddressedBy, Addressee, addressee_named
from csat_tui.domain.playbook import Field, Finding, Playbook


@dataclass(frozen=True, slots=True)
class ToldFinding:
    """A finding, and one of those to whom it is told."""

    finding: Finding
    addressee: Addressee


@dataclass(frozen=True, slots=True)
class UnfitAddressee:
    """Why a finding cannot be told to whom a person typed, and the field where they typed it."""

    sentence: str
    field_id: str


def told_findings(findings: Sequence[str], typed: Mapping[str, str], playbook: Playbook) -> tuple[ToldFinding, ...]:
    """Return whom the picked findings are told to, in the playbook's order, each addressee of a finding once.

    An addressee that is not typed yet, or is none, is left out.
    """
    told = [
        ToldFinding(finding, addressee)
        for finding in _addressed(findings, playbook)
        for addressee in (*finding.to, *_typed(finding, typed, playbook))
    ]
    return tuple({(one.finding.id, one.addressee.by, one.addressee.address): one for one in told}.values())


def unfit_addressees(
    findings: Sequence[str], typed: Mapping[str, str], playbook: Playbook, customer: str
) -> Iterator[UnfitAddressee]:
    """Yield a sentence for each addressee that a person has typed and nothing can be sent to.

    The customer is none: wording rules look at what a customer reads, and at no finding.
    """
    for finding in _addressed(findings, playbook):
        said = typed.get(finding.to_field, "")
        if not finding.to_field or not said:
            continue
        label = _label(finding.fields, finding.to_field).lower()
        found = addressee_named(said, playbook.addressees.values())
        if found is None:
            known = ", ".join(one.label for one in playbook.addressees.values())
            yield UnfitAddressee(
                f"“{said}” in “{label}” is no mail address{f', and none of {known}' if known else ''}", finding.to_field
            )
        elif found.by is AddressedBy.MAIL and customer and found.address.casefold() == customer.casefold():
            yield UnfitAddressee(
                f"“{said}” in “{label}” is the customer, who is asked in a conversation or a reply, not in a finding",
                finding.to_field,
            )


def finding_text(finding: Finding, with_fields: Sequence[Field], typed: Mapping[str, str], ticket: str, by: str) -> str:
    """Return what an addressee reads: the finding, its own fields, and those that the playbook lets go with it.

    Nothing else of the case is in it: no note, no message, and no field of another finding.
    """
    fields = {field.id: field for field in (*with_fields, *finding.fields)}
    lines = [finding.label]
    lines += [f"{field.label}: {typed[field.id]}" for field in fields.values() if typed.get(field.id)]
    lines += [f"Ticket: {ticket}"] if ticket else []
    return "\n".join([*lines, f"From: {by}"] if by else lines)


def _addressed(findings: Sequence[str], playbook: Playbook) -> Iterator[Finding]:
    return (one for name, one in playbook.findings.items() if name in findings and one.addressed)


def _typed(finding: Finding, typed: Mapping[str, str], playbook: Playbook) -> Iterator[Addressee]:
    found = addressee_named(typed.get(finding.to_field, ""), playbook.addressees.values()) if finding.to_field else None
    if found is not None:
        yield found


def _label(fields: Iterable[Field], field_id: str) -> str:
    return next((field.label for field in fields if field.id == field_id), field_id)
