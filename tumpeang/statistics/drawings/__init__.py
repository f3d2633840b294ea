"""Drawings as SVG outlines, each with the same in words and its numbers in a table (docs/explanation/drawings.md).

drawing = bars(About("Reports by channel", "reports", language="km"), [Bar("ទូរសព្ទ", 12), Bar("សារ", 30)])
drawing.svg, drawing.text, drawing.table
"""

from tumpeang.statistics.drawings.charts import Bar, Series, bars, lines, small_multiples
from tumpeang.statistics.drawings.drawing import About, Drawing
from tumpeang.statistics.drawings.maps import provinces, provinces_map
from tumpeang.statistics.drawings.stages import funnel, waterfall
from tumpeang.statistics.drawings.survival import survival

__all__ = [
    "About",
    "Bar",
    "Drawing",
    "Series",
    "bars",
    "funnel",
    "lines",
    "provinces",
    "provinces_map",
    "small_multiples",
    "survival",
    "waterfall",
]
