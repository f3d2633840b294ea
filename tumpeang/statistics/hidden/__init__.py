"""How many people are on no list: multiple-systems estimation (docs/explanation/hidden-population.md).

figure = estimate(read(csv.DictReader(file)))
figure.total, figure.interval, figure.path
print(figure.words("km"))
"""

from tumpeang.statistics.hidden.estimate import Hidden, estimate
from tumpeang.statistics.hidden.lists import Lists, identified, of, people, read
from tumpeang.statistics.hidden.ranges import Range

__all__ = ["Hidden", "Lists", "Range", "estimate", "identified", "of", "people", "read"]
