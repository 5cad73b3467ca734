"""Every search that a test runs is watched for bounds that cannot be true."""

import math

import pytest

from dongxun_planner.protocol import Search

NEAR = 1e-6
"""Parts of a cost that arithmetic may be off."""


@pytest.fixture(autouse=True)
def _bounds_hold(monkeypatch):
    """Refuse a bound above the cost of the plan beside it, which the outcome would hide."""
    end = Search._outcome

    def watched(search, status):
        if search.plan is not None and math.isfinite(search.bound):
            most = search.cost + NEAR * max(1.0, abs(search.cost))
            assert search.bound <= most, f"no plan costs less than {search.bound}: {search.cost}"
        return end(search, status)

    monkeypatch.setattr(Search, "_outcome", watched)
