"""What a role reaches: cases are for those who treat, accounts for those who keep them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from islet.record.model import Person, Session
from islet.web.security.sessions import SignedIn

TREATING, KEEPING = ("board", "clinician"), ("admin",)


class RoleNeeded(Exception):
    """Say that the role of whoever signed in does not reach so far."""

    def __init__(self, person: Person) -> None:
        self.person = person
        super().__init__("the role does not reach so far")


def treating(visitor: SignedIn) -> Session:
    """Return the session of somebody who treats patients; raise RoleNeeded for anybody else."""
    return _one_of(TREATING, visitor)


def keeping(visitor: SignedIn) -> Session:
    """Return the session of somebody who keeps the accounts; raise RoleNeeded for anybody else."""
    return _one_of(KEEPING, visitor)


def home_of(person: Person) -> str:
    """Return the page on which a person begins."""
    return "/people" if person.role in KEEPING else "/cases"


def _one_of(roles: tuple[str, ...], visitor: Session) -> Session:
    if visitor.person.role not in roles:
        raise RoleNeeded(visitor.person)
    return visitor


Treating = Annotated[Session, Depends(treating)]
Keeping = Annotated[Session, Depends(keeping)]
