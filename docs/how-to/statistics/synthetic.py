"""Rows to practise on, or to hand over: nobody's rows, from margins with noise. Needs extra `synthetic` (OpenDP)."""

from tumpeang.statistics.disclosure import Plan, anonymity, crossed, synthesize
from tumpeang.statistics.errors import EngineMissing

columns = {"sex": ("f", "m"), "province": ("PP", "SR", "SHV"), "outcome": ("open", "closed")}
rows = {
    "sex": ["f"] * 124 + ["m"] * 58,
    "province": ["PP"] * 65 + ["SR"] * 35 + ["SHV"] * 24 + ["PP"] * 19 + ["SR"] * 36 + ["SHV"] * 3,
    "outcome": (["open"] * 3 + ["closed"] * 2) * 36 + ["open"] * 2,
}

# How few share what one row tells: three men of one province, so these rows cannot go out as they are.
print(anonymity(rows, ["sex", "province"]).k)

# Two margins are measured, with half of epsilon each.
plan = Plan(columns, (("sex", "province"), ("province", "outcome")), epsilon=1.0)
try:
    made = synthesize(rows, plan)
except EngineMissing as missing:
    print(missing)
else:
    print(f"epsilon {made.spent:g}; 95 in 100 measured counts are nearer than {made.accuracy:.1f}")
    for held in made.utility(crossed(rows, columns)):
        how = "measured" if held.measured else "not measured"
        print(f"{' x '.join(held.margin)} ({how}): {held.misplaced:.1%} of rows misplaced, {held.furthest} at most")
