"""Settings of the whole suite: what --long adds, and how hypothesis looks for counter-examples."""

from __future__ import annotations

import gc
import os

import pytest
from hypothesis import HealthCheck, settings

LONG = os.environ.get("LONG") == "1"

# Correctness never depends on a clock: slow machines are no failures.
settings.register_profile(
    "short", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.register_profile("long", settings.get_profile("short"), max_examples=2000)
settings.load_profile("long" if LONG else "short")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves the tests marked `long` out unless LONG=1 (bin/test --long)."""
    if LONG:
        return
    left_out = [item for item in items if item.get_closest_marker("long")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("long")]


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What is there from now on stays there: the collector need not walk through ten thousand tests again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
