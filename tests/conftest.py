"""Fixtures of every test, and the profile of the generated ones."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

sys.path.insert(0, str(Path(__file__).parent))
pytest_plugins = ("islet_testing.postgres", "islet_testing.markup", "islet_testing.browser")

settings.register_profile(
    "islet",
    deadline=None,
    derandomize=True,
    database=None,
    print_blob=True,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,
    ],
)
settings.register_profile("search", parent=settings.get_profile("islet"), derandomize=False, max_examples=2000)
settings.load_profile(os.environ.get("ISLET_HYPOTHESIS") or "islet")


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory):
    """Keep the compiled rules of the tests apart from those of the person who runs them."""
    os.environ["ISLET_CACHE"] = str(tmp_path_factory.mktemp("rules"))


@pytest.fixture(scope="session")
def mini():
    """The small knowledge of the tests, compiled."""
    from islet_testing.bases import mini_base

    return mini_base()


@pytest.fixture(scope="session")
def base():
    """The knowledge as shipped, compiled; a test that needs it fails when the knowledge is broken."""
    from islet_testing.bases import own_base

    return own_base()
