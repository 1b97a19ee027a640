"""The rooms of the site, in one list: those of cases ask for the role of somebody who treats before anything else."""

from __future__ import annotations

from islet.web.about.pages import router as about
from islet.web.board.cases import router as cases
from islet.web.board.more import router as more
from islet.web.board.pages import router as board
from islet.web.board.what_if import router as what_if
from islet.web.files import router as files
from islet.web.security.accounts import router as accounts
from islet.web.security.openid import router as openid
from islet.web.security.people import router as people
from islet.web.security.sharing import router as sharing

OPEN = (files, accounts, openid, people, about)
TREATING = (cases, board, more, what_if, sharing)
