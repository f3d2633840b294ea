"""How long does it take, with open cases counted in; and where do cases leave?"""

from datetime import date

from tumpeang.statistics.durations import exits, from_dates, log_rank, median, restricted_mean, still_open
from tumpeang.statistics.funnel import COMPLETED, Way, funnel

# (began, ended or None, way out or None), as seen on 30 June 2016.
cases = [
    (date(2015, 1, 5), date(2015, 3, 6), "withdrawn"),
    (date(2015, 2, 2), date(2016, 2, 1), "sentence"),
    (date(2015, 3, 1), date(2015, 12, 1), "sentence"),
    (date(2015, 5, 4), None, None),
    (date(2015, 6, 9), date(2015, 8, 8), "withdrawn"),
    (date(2015, 9, 1), date(2016, 6, 1), "acquittal"),
    (date(2015, 11, 3), None, None),
    (date(2016, 1, 4), None, None),
]
found = from_dates(cases, until=date(2016, 6, 30))
print(found.n, found.open)  # -> 8 3

# The mean of the closed ones would say 207 days.
print(median(found).words())
# -> Half had ended by day 275 (95 % interval 60 to not reached); 8 in all, 3 still open.
print(restricted_mean(found, until=365).words("km"))
# -> ជាមធ្យម ២៥៥ ថ្ងៃ ក្នុង ៣៦៥ ថ្ងៃដំបូង (ចន្លោះ ៩៥ % ពី ១៧០ ដល់ ៣៣៩)។ សរុប ៨ នៅបើក ៣។

# What became of them within a year: ways out and the open make a whole.
shares = {way: round(curve.at(364), 3) for way, curve in exits(found).items()}
print(shares, round(still_open(found).at(364), 3))
# -> {'acquittal': 0.188, 'sentence': 0.375, 'withdrawn': 0.25} 0.188

# Do two groups differ in speed? (Far too few here to say.)
print(log_rank(["town"] * 4 + ["country"] * 4, found).words())
# -> Log-rank test of durations, unweighted, n = 8: χ² = 0.91 (df = 1), p = 0.339.

# The funnel: one unit all the way, the open shown as open.
ways = [Way(f"w{i}", "enquiry", "withdrawn") for i in range(12)] + [Way(f"o{i}", "enquiry") for i in range(8)]
ways += [Way(f"a{i}", "trial", "acquittal") for i in range(5)] + [Way(f"s{i}", "trial", COMPLETED) for i in range(15)]
justice = funnel(["enquiry", "trial"], ways, unit="case")
for stage in justice.stages:
    print(stage.slug, stage.entered, stage.passed, stage.open, stage.left)
# -> enquiry 40 20 8 (('withdrawn', 12),)
# -> trial 20 15 0 (('acquittal', 5),)
print(justice.figures(place="Cambodia")[3].sentence())  # -> 62.5 % (20 of 32 cases), Cambodia
