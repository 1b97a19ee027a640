"""The compiled knowledge bases, each loaded once for a whole run."""

from functools import lru_cache

from islet.knowledge.base import KnowledgeBase
from islet.knowledge.store import load_knowledge
from islet_testing.places import MINI


@lru_cache(maxsize=1)
def mini_base() -> KnowledgeBase:
    """Return the small knowledge of the tests."""
    return load_knowledge(str(MINI))


@lru_cache(maxsize=1)
def own_base() -> KnowledgeBase:
    """Return the knowledge as shipped."""
    return load_knowledge()
