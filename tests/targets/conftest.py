"""Clocks that stand still, operation ids, and an authority that this process trusts."""

from datetime import datetime
from pathlib import Path

import pytest
import trustme

from csat_tui.domain.ids import OpId
from tests.builders import NOON

OP = OpId("019e0000-0000-7000-8000-00000000abcd")
OTHER_OP = OpId("019e0000-0000-7000-8000-00000000ef01")


class Still:
    """A clock that stands still."""

    def now(self) -> datetime:
        return NOON


@pytest.fixture
def clock() -> Still:
    return Still()


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """An authority that is named in SSL_CERT_FILE, as a company's own is."""
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return authority
