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
"""One decision in the local store."""

OpId = NewType("OpId", str)
"""One effect's operation id (UUIDv7), which travels with the write and is read back."""
