"""How many different people: exact where identities link, else what can be known, and no more."""

from tumpeang.statistics import StatisticsError, unique_in_lists, unique_in_rows
from tumpeang.statistics.studies import study

# Every row names its client, so those with both kinds of support are counted once.
services = study("programme-2015").rows["services"]
print(unique_in_rows(services, person="client_id", within="support", unit="client"))  # -> 467 clients

# The page prints only the two sizes. Then this is all that is known:
print(unique_in_lists({"legal": 211, "social": 406}, unit="client"))  # -> 406–617 clients

# An overlap that somebody counted narrows it; here, to the number.
both = unique_in_lists({"legal": 211, "social": 406}, overlaps={("legal", "social"): 150}, unit="client")
print(both, "|", both.method)
# -> 467 clients | sharp bounds: integer programming over 2 lists and 1 known overlap; both ends meet

# Numbers that cannot all be true are refused.
try:
    unique_in_lists({"club": 20, "school": 30}, overlaps={("club", "school"): 25})
except StatisticsError as refusal:
    print(refusal.words("en"))  # -> No way of overlapping gives these numbers together: one of them is wrong.
