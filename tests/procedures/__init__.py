"""The procedures that ship, held against their documents."""

import pytest

pytest.register_assert_rewrite("tests.procedures.branches")
