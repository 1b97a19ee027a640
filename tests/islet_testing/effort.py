"""How many generated examples a law gets: the number it says, eight times as many in a search (`ISLET_HYPOTHESIS=search`)."""

import os


def examples(usual: int) -> int:
    """Return the number of examples."""
    return usual * (8 if os.environ.get("ISLET_HYPOTHESIS") == "search" else 1)
