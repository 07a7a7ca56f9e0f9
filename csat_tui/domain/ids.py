"""Types of the identifiers that all floors use."""

from typing import NewType

TicketId = NewType("TicketId", int)
"""A help-desk ticket; wider than 32 bits."""

ViewId = NewType("ViewId", int)
"""A help-desk view: the saved search that survey tickets arrive in."""

UserId = NewType("UserId", int)
"""A person known to the help desk."""

SurveyId = NewType("SurveyId", int)
"""A survey in the local store; the case about it carries the same number."""

DecisionId = NewType("DecisionId", int)
"""A decision in the local store."""

OpId = NewType("OpId", str)
"""The operation id of an effect (UUIDv7); it is sent with the write and read back."""

FactorId = NewType("FactorId", str)
"""A rated question, by its id in the playbook."""
