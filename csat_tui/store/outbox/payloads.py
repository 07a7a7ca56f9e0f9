"""The hash of an effect's words, by which delivery notices that the disk has altered them."""

import hashlib
from collections.abc import Mapping
from typing import Any

from csat_tui.store.types import as_json


def payload_hash(op_id: str, kind: str, ticket_id: int | None, payload: Mapping[str, Any]) -> str:
    """Return what tells an effect that was altered on the disk from the one that was decided."""
    return hashlib.sha256(as_json([op_id, kind, ticket_id, payload]).encode()).hexdigest()
