"""The rooms of the site, in one list: those of cases ask for the role of somebody who treats before anything else."""

from __future__ import annotations

from islet.web.about.pages import router as about
from islet.web.aid.pages import router as aid
from islet.web.aid.release import router as release
from islet.web.aid.wishes import router as wishes
from islet.web.api.decided import router as decided
from islet.web.api.quantifying import router as quantifying
from islet.web.api.questions import router as questions
from islet.web.api.reference import router as reference
from islet.web.api.stored import router as stored
from islet.web.board.cases import router as cases
from islet.web.board.decision import router as decision
from islet.web.board.more import router as more
from islet.web.board.numbers import router as numbers
from islet.web.board.pages import router as board
from islet.web.board.what_if import router as what_if
from islet.web.files import router as files
from islet.web.security.accounts import router as accounts
from islet.web.security.openid import router as openid
from islet.web.security.password import router as password
from islet.web.security.people import router as people
from islet.web.security.sharing import router as sharing

OPEN = (files, accounts, openid, people, password, aid, wishes, about, questions, quantifying, reference, stored, decided)
TREATING = (cases, decision, board, more, numbers, what_if, sharing, release)
