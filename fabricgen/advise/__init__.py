"""Is Cilium worth it for this cluster? Reasons with sources and sums, and the verdict that they add up to.

Fed by the resolved cluster; read by `fabricgen advise` and by the README of a cluster that considers Cilium.
"""

from fabricgen.advise.advice import Advice, Described, advise
from fabricgen.advise.figures import Part, mib
from fabricgen.advise.memory import NodeMemory
from fabricgen.advise.reason import WEIGHTS, Reason
from fabricgen.advise.record import record_of
from fabricgen.advise.spare import Spare
from fabricgen.advise.supposed import supposed_version
from fabricgen.advise.text import change_title, described, situation, text_of
from fabricgen.advise.triggers import Trigger
from fabricgen.advise.verdict import RULE, Verdict
from fabricgen.advise.wants import policies_source, policies_today

__all__ = [
    "RULE",
    "WEIGHTS",
    "Advice",
    "Described",
    "NodeMemory",
    "Part",
    "Reason",
    "Spare",
    "Trigger",
    "Verdict",
    "advise",
    "change_title",
    "described",
    "mib",
    "policies_source",
    "policies_today",
    "record_of",
    "situation",
    "supposed_version",
    "text_of",
]
