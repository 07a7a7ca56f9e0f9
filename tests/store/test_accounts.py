"""An account as it is kept: nothing is lost, and one that an earlier version kept is still read."""

import json

from csat_tui.store.tickets import read_account, write_account
from tests.builders import an_account, an_order


def test_everything_that_the_admin_system_said_is_kept() -> None:
    account = an_account(orders=(an_order(skus=("LS-1", "BT-2"), store="North"),), next_delivery="2026-03-12")
    assert read_account(json.loads(json.dumps(write_account(account)))) == account


def test_an_account_from_before_articles_were_kept_is_read() -> None:
    stored = write_account(an_account())
    for order in stored["orders"]:
        del order["skus"], order["store"]
    assert read_account(stored) == an_account()
