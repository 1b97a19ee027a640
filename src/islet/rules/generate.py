"""Generate Python that decides every rule of one patient at once, from the same nodes the evaluator reads.

For each rule two questions are asked: can it still be yes, and can it still be no. From the two follows the answer:
2 yes, 1 unknown, 0 no.
"""

from __future__ import annotations

from islet.rules.form import NodeTuple, variables_of


def generate(nodes: list[NodeTuple], roots: list[int], full: list[int]) -> str:
    """Return the source of `decide(state) -> tuple of 0, 1, 2`, one number for each root.

    >>> scope: dict = {}
    >>> exec(generate([("atom", 0, 0b10)], [0], [0b11]), scope)
    >>> scope["decide"]([0b11]), scope["decide"]([0b10])
    ((1,), (2,))
    """
    used = sorted({variable for root in roots for variable in variables_of(nodes, root)})
    lines = ["def decide(k):"]
    lines += [f" v{variable}=k[{variable}]" for variable in used]
    lines.append(" return (")
    for root in roots:
        can_yes, can_no = _can(nodes, root, True, full, "v{}"), _can(nodes, root, False, full, "v{}")
        lines.append(f"  (1 if {can_no} else 2) if {can_yes} else 0,")
    lines.append(" )")
    return "\n".join(lines) + "\n"


def _can(nodes: list[NodeTuple], root: int, wanted: bool, full: list[int], known: str) -> str:
    node = nodes[root]
    kind = node[0]
    if kind == "atom":
        mask = node[2] if wanted else full[node[1]] & ~node[2]
        return f"{known.format(node[1])}&{mask}"
    if kind == "not":
        return _can(nodes, node[1], not wanted, full, known)
    joint = " and " if (kind == "and") is wanted else " or "
    return "(" + joint.join(_can(nodes, part, wanted, full, known) for part in node[1:]) + ")"


RECOMMENDED, POSSIBLE, NOT_INDICATED, CONTRAINDICATED = 1, 2, 4, 8
VERDICT_CODES = ("contraindicated", "not_indicated", "need_data", "recommended", "possible")


def generate_option(name: str, nodes: list[NodeTuple], roots: dict[str, list[int]], full: list[int]) -> str:
    """Return the source of a function of one option: state -> its verdict (from bit 4) and what it could still be (bits 0-3).

    `roots` names the nodes of contraindication, exclusion, indication, recommends and against. The verdict table of the
    contract is written out as questions of the kind "can this still be yes" and "can it still be no".
    """

    def can(role: str, wanted: bool) -> str:
        if not roots[role]:
            return "False" if wanted else "True"
        joint = " or " if wanted else " and "
        return "(" + joint.join(f"({_can(nodes, root, wanted, full, 'k[{}]')})" for root in roots[role]) + ")"

    return f"""def {name}(k):
 if not {can('contraindication', False)}: return {CONTRAINDICATED}
 could = {CONTRAINDICATED} if {can('contraindication', True)} else 0
 if not {can('exclusion', False)} or not {can('indication', True)}: return could | {NOT_INDICATED} | 16
 recommends_no = {can('recommends', False)}
 against_no = {can('against', False)}
 if against_no and {can('recommends', True)}: could |= {RECOMMENDED}
 if recommends_no or {can('against', True)}: could |= {POSSIBLE}
 open_indication = {can('indication', False)}
 if open_indication or {can('exclusion', True)}: could |= {NOT_INDICATED}
 if open_indication: return could | 32
 return could | (48 if against_no and not recommends_no else 64)
"""
