"""Why a board departs from a plan, coded.

The codes are those of HL7's `non-adherence-reason-codes` (listed in the guide of CDS Hooks 3.0 without a version); the words are ours.
"""

from __future__ import annotations

SYSTEM = "http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes"
GROUPS: tuple[tuple[str, dict[str, str]], ...] = (
    ("The plan does not fit this patient", {
        "patient-ineligible": "The patient does not meet the conditions of what the plan recommends",
        "indication-order-exists": "It is under way already",
        "action-completed": "It was done before",
        "action-unsuccessful": "It was tried before without success",
        "action-performed-no-adverse-effect": "It was done before and well borne",
        "action-not-priority": "It does not matter now in this state of health",
    }),
    ("Something is still missing", {
        "need-more-info": "More information, a result or an opinion is awaited",
        "limited-time": "There was no time to deal with it",
        "wrong-time-workflow": "It is the wrong moment for it",
        "inappropriate-recipient": "It is for another team to decide",
    }),
    ("The board reads the evidence otherwise", {
        "does-not-align-latest-evidence": "Newer evidence says otherwise",
        "expert-contradicts": "An expert advises otherwise",
        "policy-contradicts": "A rule or guideline of the house says otherwise",
        "recipient-does-not-trust": "The board does not agree with the plan, or does not trust it",
    }),
    ("Concern about what comes of it", {
        "risk-benefit-ratio": "Risk and benefit are weighed otherwise",
        "mitigate-risk-negative-outcome": "Something else is done to lower a risk",
        "likely-negative-health-outcomes": "Harm is likely",
        "patient-contraindication": "The patient has a contraindication",
    }),
    ("The patient's wishes", {
        "prefers-alternative": "The patient prefers something else",
        "patient-refuses": "The patient declines",
        "patient-fears-discomfort": "The patient fears the burden",
        "patient-does-not-want-change": "The patient wants no change, or sees no need",
        "cultural-religious-reason": "A reason of culture or faith",
    }),
    ("It cannot be done here, or not for this patient", {
        "service-not-available": "It is not available",
        "implementation-challenges": "It cannot be put into practice",
        "too-costly-uncovered": "It costs too much, or no insurance pays",
        "inadequate-support": "Nobody can care for the patient as it would need",
        "recipient-does-not-understand": "Nobody here knows how to do it",
        "comorbidity-disability": "Another illness or a disability stands in the way",
    }),
)
CODES = {code: words for _, group in GROUPS for code, words in group.items()}
