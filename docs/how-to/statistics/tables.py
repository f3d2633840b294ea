"""From rows to a table that may be printed: the offender study, declared, counted, shared out and protected."""

from tumpeang.statistics import Denominator, Dimension, Period, TableSpec, protect, tabulate
from tumpeang.statistics.studies import study

# Rows: one for each arrested person. Here they are generated from a published study; yours are a file or a frame.
rows = study("offenders").rows["offenders"]
print(rows.num_rows)  # -> 288

# How the Cambodians, Vietnamese and others among them divide by role was chosen for these rows: it teaches here, and
# is not to be quoted.

# The declaration: who is counted, along what, and as a share of whom.
spec = TableSpec(
    name="nationality-within-role",
    unit="offender",
    unit_id="offender_id",
    definition="persons arrested after investigations of the organisation",
    rows=(Dimension("nationality", values=("KHM", "USA", "VNM", "FRA", "GBR"), rest="other"),),
    columns=(Dimension("role", values=("perpetrator", "accomplice")),),
    period=Period.of_year(2003, 2013),
    period_column="arrested_on",
    denominator=Denominator("arrested persons in the same role", within=("role",)),
    place="Cambodia",
    source=study("offenders").source,
)
table = tabulate(spec, rows)

# A cell is a figure: it says of whom, when and where.
print(table.share(role="perpetrator", nationality="USA"))
# -> 17.1 % (36 of 210 arrested persons), Cambodia, 2003–2013
print(table.share(role="perpetrator", nationality="USA").sentence("km"))
# -> ១៧,១ % (៣៦ ក្នុងចំណោមជនត្រូវចាប់ខ្លួន ២១០), Cambodia, ២០០៣–២០១៣
print(table.share(role="perpetrator", nationality="USA").method)
# -> count of distinct offender_id (nationality-within-role); rounded half_up to 1 decimals

# Whole arrays, for whoever goes on: counts, margins, shares in tenths of a percent.
print(table.margin("role").tolist())  # -> [210, 78]
print(table.shares()[1].tolist())  # -> [171, 0]

# The declaration is the method section: save it with the report, and count it again next year.
print(TableSpec.from_yaml(spec.to_yaml()) == spec)  # -> True

# Before anything is printed: small cells go, and those that would give them away. Two accomplices of other
# nationalities are too few; what is left tells no reader how many they are.
safe = protect(table)
print(table.cell(role="accomplice", nationality="other").value)  # -> 2
print(safe.cell(role="accomplice", nationality="other"))  # -> –, Cambodia, 2003–2013
print(sum(bool(figure.withheld) for _, figure in safe.figures()))  # -> 4
