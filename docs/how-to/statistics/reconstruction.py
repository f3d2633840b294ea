"""Before the next figure is printed: what follows from those that were, and what would have made them safe."""

from pathlib import Path

from tumpeang.statistics.disclosure import Publication, audit, cell, propose, reason, words

# Everything that one study printed: 288 arrested persons, twelve percentages and a sentence, typed off the page.
page = Path(__file__).with_name("offenders-printed.yaml").read_text(encoding="utf-8")
printed = Publication.from_yaml(page)

# The print says nowhere how many were accomplices. It follows, and much more with it.
accomplices = [
    cell(role="perpetrator"),
    cell(role="accomplice"),
    cell(role="accomplice", sex="female"),
    cell(role="accomplice", nationality="USA"),
    cell(role="accomplice", nationality="FRA"),
    cell(role="accomplice", nationality="GBR"),
    cell(role="accomplice", nationality="KHM"),
]
found = audit(printed, cells=accomplices)
for one in found.ranges:
    print(words(one.cell), one.least, one.most)
# -> role: perpetrator 210 210
# -> role: accomplice 78 78
# -> role: accomplice, sex: female 54 54
# -> nationality: USA, role: accomplice 0 0
# -> nationality: FRA, role: accomplice 0 0
# -> nationality: GBR, role: accomplice 0 0
# -> nationality: KHM, role: accomplice 0 78

# Why: the women are those of 288 who are not 81.3 % men.
print(", ".join(reason(printed, cell(sex="female"))))  # -> N, male

# A change after which the split by role cannot be worked out: one decimal less in one share.
roles = [cell(role="perpetrator"), cell(role="accomplice"), cell(role="accomplice", nationality="USA")]
proposal = propose(printed, protect=roles)
print(proposal)  # -> FRA perpetrators: print 12 (to the nearest 1) for 11.9
after = proposal.audit.by_cell[cell(role="accomplice")]
print(after.least, "to", after.most)  # -> 78 to 183
