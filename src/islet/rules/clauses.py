"""Turn links and logical definitions into clauses over cells."""

from __future__ import annotations

from islet.rules.form import NodeTuple

Clause = tuple[tuple[int, int], ...]

MAX_CLAUSES = 4000


def clauses_of_implication(nodes: list[NodeTuple], if_root: int, then_root: int, full: list[int]) -> list[Clause]:
    """Return the clauses of "whenever the first node holds, the second holds"."""
    return _tidy(_distribute(_cnf(nodes, if_root, False, full), _cnf(nodes, then_root, True, full)), full)


def clauses_of_definition(nodes: list[NodeTuple], variable: int, mask: int, root: int, full: list[int]) -> list[Clause]:
    """Return the clauses of "the variable lies in these cells exactly when the node holds"."""
    inside: list[dict[int, int]] = [{variable: mask}]
    outside: list[dict[int, int]] = [{variable: full[variable] & ~mask}]
    forward = _distribute(_cnf(nodes, root, False, full), inside)
    backward = _distribute(outside, _cnf(nodes, root, True, full))
    return _tidy(forward, full) + _tidy(backward, full)


def _cnf(nodes: list[NodeTuple], root: int, wanted: bool, full: list[int]) -> list[dict[int, int]]:
    node = nodes[root]
    kind = node[0]
    if kind == "atom":
        variable, mask = node[1], node[2]
        return [{variable: mask if wanted else full[variable] & ~mask}]
    if kind == "not":
        return _cnf(nodes, node[1], not wanted, full)
    parts = [_cnf(nodes, part, wanted, full) for part in node[1:]]
    if (kind == "and") is wanted:
        return [clause for part in parts for clause in part]
    result = parts[0]
    for part in parts[1:]:
        result = _distribute(result, part)
    return result


def _distribute(left: list[dict[int, int]], right: list[dict[int, int]]) -> list[dict[int, int]]:
    if len(left) * len(right) > MAX_CLAUSES:
        raise ValueError("a definition is too large to be written as clauses: split it into named facts")
    joined = []
    for one in left:
        for other in right:
            clause = dict(one)
            for variable, mask in other.items():
                clause[variable] = clause.get(variable, 0) | mask
            joined.append(clause)
    return joined


def _tidy(clauses: list[dict[int, int]], full: list[int]) -> list[Clause]:
    kept: list[Clause] = []
    for clause in clauses:
        if any(mask & full[variable] == full[variable] for variable, mask in clause.items()):
            continue
        pairs = tuple(sorted((variable, mask) for variable, mask in clause.items() if mask))
        if pairs not in kept:
            kept.append(pairs)
    return kept
