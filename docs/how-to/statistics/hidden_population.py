"""How many are on no list: six lists of 2013, with the way to the figure, its interval and what it assumes."""

import csv
from pathlib import Path

from tumpeang.statistics import hidden
from tumpeang.statistics.wording import Refused

with Path(__file__).with_name("lists-uk-2013.csv").open(encoding="utf-8") as file:
    lists = hidden.read(csv.DictReader(file))
print(lists.known, lists.shared)  # -> 2744 252

found = hidden.estimate(lists)
print(*found.words().splitlines()[0].split(" ("), sep="\n")
# -> About 12,350 people, of whom 2,744 are known from 6 lists
# -> 95 % interval 10,243 to 14,143). If the lists were independent: 12,214.
for line in found.told("km")[:3]:
    print(line)
# -> គំរូត្រូវបានរកឃើញម្តងមួយទំនាក់ទំនង ដរាបណា BIC កាន់តែល្អ៖
# -> - បញ្ជីមិនទាក់ទងគ្នា៖ ១២.២១៤ នាក់ (៣៤៦,៤)
# -> - បន្ថែម PF × NCA៖ ១៣.៤៤៤ នាក់ (៣០១,១)
print(found.model)
# -> ('LA × NG', 'LA × PF', 'NG × GP', 'PF × GP', 'PF × NCA', 'GO × GP')
print([warning.words() for warning in found.warnings])
# -> ['Models nearly as good (2) put the figure between 11,418 and 13,181; the interval speaks for them too.']

# The same by another criterion, and if the lists were independent.
print(round(hidden.estimate(lists, criterion="aic").total), round(found.main_effects))  # -> 11252 12214

# As a figure that cannot be added to cases or reports.
print(found.figure(unit="victim", place="United Kingdom"))
# -> 12,350 victims [10,243–14,143 (95 %)], United Kingdom

# Two lists tell nothing.
try:
    hidden.of(["police", "shelters"], [((1, 0), 40), ((0, 1), 25), ((1, 1), 9)])
except Refused as refusal:
    print(refusal.words("km")[:56])  # -> ការប៉ាន់ប្រមាណត្រូវការបញ្ជីបី ដែលបញ្ជីនីមួយៗស្គាល់មនុស្ស
