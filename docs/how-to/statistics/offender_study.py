"""A published study from its rows: every printed number, with the base and the variant that the print left out."""

from tumpeang.statistics import tabulate
from tumpeang.statistics.significance import chi_square, fisher, one_share
from tumpeang.statistics.studies import study


def said(table: list[list[int]]) -> list[str]:
    """Both tests, each with its variant."""
    return [f"{test.__name__} ({test(table).variant}) p = {test(table).p:.5f}" for test in (chi_square, fisher)]


offenders = study("offenders")
rows = offenders.rows["offenders"]
counted = {name: tabulate(declared.spec, rows) for name, declared in offenders.tables.items()}
print(rows.num_rows, "rows. Chosen, because the page does not say it:", offenders.chosen.split(",")[0])
# -> 288 rows. Chosen, because the page does not say it: the split of KHM

# "Males (81.3%) ... If the analysis is limited to perpetrators, males account for 100 percent of the offenders."
print(counted["role-by-sex"].share(sex="male"))
# -> 81.3 % (234 of 288 arrested persons), Cambodia, 2003–2013
print(counted["sex-within-role"].share(role="perpetrator", sex="male"))
# -> 100.0 % (210 of 210 arrested persons), Cambodia, 2003–2013

# "More than forty percent of the offenders are Cambodians (41.0%) ..."
for country in ("KHM", "USA", "VNM", "FRA", "GBR"):
    print(country, counted["nationality"].share(nationality=country))
# -> KHM 41.0 % (118 of 288 arrested persons), Cambodia, 2003–2013
# -> USA 12.5 % (36 of 288 arrested persons), Cambodia, 2003–2013
# -> VNM 9.0 % (26 of 288 arrested persons), Cambodia, 2003–2013
# -> FRA 8.7 % (25 of 288 arrested persons), Cambodia, 2003–2013
# -> GBR 6.3 % (18 of 288 arrested persons), Cambodia, 2003–2013

# "Americans (17.1%), French (11.9%), and British (8.6%) account for a significantly higher proportion of perpetrators."
by_role = counted["nationality-within-role"]
for country in ("USA", "FRA", "GBR"):
    print(country, by_role.share(role="perpetrator", nationality=country))
# -> USA 17.1 % (36 of 210 arrested persons), Cambodia, 2003–2013
# -> FRA 11.9 % (25 of 210 arrested persons), Cambodia, 2003–2013
# -> GBR 8.6 % (18 of 210 arrested persons), Cambodia, 2003–2013

# "p < 0.01": for males against females (half and half) ...
males = int(counted["role-by-sex"].cell(sex="male").value)
half = one_share(males, counted["role-by-sex"].total, against=0.5)
print("males", half.variant, "n =", half.n, "p < 0.01:", half.below(0.01))  # -> males exact n = 288 p < 0.01: True

# ... and for each of the three by role. The print names no variant; these two agree with it:
print(counted["nationalities"].cell())  # -> 26 nationalities, Cambodia, 2003–2013
roles = by_role.margin("role")
for country in ("USA", "FRA", "GBR"):
    there = by_role.margin("nationality", "role")[by_role.axis("nationality").at(country)]
    two_by_two = [[int(n), int(of - n)] for n, of in zip(there, roles, strict=True)]
    print(country, two_by_two, *said(two_by_two))
# -> USA [[36, 174], [0, 78]] chi_square (uncorrected) p = 0.00009 fisher (two-by-two) p = 0.00001
# -> FRA [[25, 185], [0, 78]] chi_square (uncorrected) p = 0.00143 fisher (two-by-two) p = 0.00054
# -> GBR [[18, 192], [0, 78]] chi_square (uncorrected) p = 0.00757 fisher (two-by-two) p = 0.00458

# With the continuity correction of Yates the British would not have been printed so:
yates = chi_square(two_by_two, corrected=True)
print("GBR", yates.variant, f"{yates.p:.3f}", yates.below(0.01))  # -> GBR yates 0.017 False
