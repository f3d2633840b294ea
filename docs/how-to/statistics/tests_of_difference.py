"""Is the difference more than chance? The test names its variant, and refuses where it would mislead."""

from tumpeang.statistics.intervals import newcombe, wilson
from tumpeang.statistics.paired import gain
from tumpeang.statistics.significance import adjust, chi_square, fisher, residuals
from tumpeang.statistics.wording import Refused

# British among 210 perpetrators and 78 accomplices.
british = [[18, 192], [0, 78]]
print(chi_square(british).words().replace(". ", ".\n"))
# -> Chi-square test without continuity correction, n = 288: χ² = 7.13 (df = 1), p = 0.0076.
# -> First row less second: 8.6 % (95 % interval 3.0 % to 13.1 %, Newcombe).
# -> The smallest expected count is 4.88; below 5, compare with Fisher's exact test.
print(fisher(british).words("km"))
# -> តេស្តជាក់លាក់របស់ Fisher ទ្វេទិស, n = ២៨៨៖ p = ០,០០៤៦។ ផលធៀបឱកាស ∞ (ចន្លោះ ៩៥ % ពី ១,៧៣ ដល់ ∞ បែបជាក់លាក់)។

# Another variant would not give the print "p < 0.01".
print(round(chi_square(british, corrected=True).p, 3))  # -> 0.017

# Which cell departs, and by how many standard errors.
print(residuals(british).values.round(2).tolist())  # -> [[2.67, -2.67], [-2.67, 2.67]]

# How large: the share with its interval, and the difference of two shares.
print(wilson(18, 210).words())  # -> 8.6 % (18 of 210; 95 % interval 5.5 % to 13.1 %, Wilson)
print(newcombe(18, 210, 0, 78).words())  # -> difference 8.6 % (95 % interval 3.0 % to 13.1 %, Newcombe)

# Three nationalities were compared: adjust.
three = [chi_square([[count, 210 - count], [0, 78]]).p for count in (36, 25, 18)]
print([f"{p:.4f}" for p in adjust(three).p])  # -> ['0.0003', '0.0029', '0.0076']

# Too few: it refuses and says what to use.
try:
    chi_square([[3, 1], [40, 0]])
except Refused as refusal:
    print(refusal.instead)  # -> fisher

# Before and after a training: 20 knew at both times, 2 only before, 12 only after, 16 at neither.
print(gain(20, 2, 12, 16).words().replace(". ", ".\n"))
# -> McNemar's exact test of pairs, n = 50: p = 0.013.
# -> After less before: 20.0 % (95 % interval 5.6 % to 32.9 %, Newcombe for pairs).
