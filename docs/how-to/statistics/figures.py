"""A figure as a value: printed in two languages, carried without loss, and added only where the sum means something."""

from tumpeang.statistics import Figure, Interval, Period, StatisticsError, tabulate
from tumpeang.statistics.studies import study

about = {"place": "Cambodia", "period": Period.of_year(2015), "source": "the organisation's yearly report"}
victims = Figure.count(62, "victim", definition="victims rescued by the police", **about)
cases = Figure.count(192, "case", definition="cases investigated", **about)
print(victims, "|", victims.text("km"))  # -> 62 victims, Cambodia, 2015 | ៦២ ជនរងគ្រោះ

# Victims and cases are not one thing.
try:
    victims + cases
except StatisticsError as refusal:
    print(refusal)  # -> victims and cases cannot be added: they are not one thing.

# Parts of one table are added, shares in their counts: three thirds are 100.0, not 99.9.
outcomes = study("court-outcomes")
closed = tabulate(outcomes.tables["outcomes"].spec, outcomes.rows["cases"])
parts = [closed.share(outcome=outcome) for outcome in closed.axis("outcome").categories]
print([part.text() for part in parts])  # -> ['39.6 %', '22.9 %', '37.5 %']
print(sum(parts[1:], parts[0]))  # -> 100.0 % (293 of 293 cases), Cambodia, 2012–2014

# An estimate carries its interval, and says what it is.
estimate = Figure(12200, "person", interval=Interval(10000, 13000), method="multiple-systems estimation", place="UK")
print(estimate)  # -> 12,200 persons [10,000–13,000 (95 %)], UK

# To YAML and back: no float comes between.
print(Figure.from_yaml(parts[0].to_yaml()) == parts[0])  # -> True
