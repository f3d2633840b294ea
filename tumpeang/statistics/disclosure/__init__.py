"""Publishing figures without exposing anybody: what may not be printed, what must be hidden with it, what can be
worked out already.

Plain Python over numpy, scipy and the HiGHS solver; of ours it imports only the root of the workshop's
refusals and what reads rows in memory. docs/explanation/disclosure.md tells of it. This file is the whole public face.
"""

from tumpeang.statistics.disclosure.anonymity import Anonymity, anonymity, crossed
from tumpeang.statistics.disclosure.audit import Audit, AuditRules, Range, audit
from tumpeang.statistics.disclosure.cells import TOTAL, Cell, Dimension, LinkedTables, Table, cell, words
from tumpeang.statistics.disclosure.differencing import Difference, Release, differences
from tumpeang.statistics.disclosure.loosening import Change, Proposal, propose, reason
from tumpeang.statistics.disclosure.merging import joined
from tumpeang.statistics.disclosure.primary import Primary, PrimaryRules, dominated, p_percent, primary, small
from tumpeang.statistics.disclosure.proof import Bound, Proof
from tumpeang.statistics.disclosure.rounding import Rounded, at_random, controlled, conventional
from tumpeang.statistics.disclosure.statements import Publication, Statement, together
from tumpeang.statistics.disclosure.suppression import Suppressed, suppress
from tumpeang.statistics.disclosure.synthetic import Held, Plan, Synthetic, synthesize
from tumpeang.statistics.disclosure.telling import told_by

__all__ = [
    "TOTAL",
    "Anonymity",
    "Audit",
    "AuditRules",
    "Bound",
    "Cell",
    "Change",
    "Difference",
    "Dimension",
    "Held",
    "LinkedTables",
    "Plan",
    "Primary",
    "PrimaryRules",
    "Proof",
    "Proposal",
    "Publication",
    "Range",
    "Release",
    "Rounded",
    "Statement",
    "Suppressed",
    "Synthetic",
    "Table",
    "anonymity",
    "at_random",
    "audit",
    "cell",
    "controlled",
    "conventional",
    "crossed",
    "differences",
    "dominated",
    "joined",
    "p_percent",
    "primary",
    "propose",
    "reason",
    "small",
    "suppress",
    "synthesize",
    "together",
    "told_by",
    "words",
]
