"""matplotlib's SVG made fit for a page: small, the same every time, without inline styles, dates, comments or ids.

A strict content policy forbids style attributes, so every one becomes presentation attributes. Ids of groups would
stand twice on a page with two drawings and are taken off; those of glyphs and clips are named by what they hold.
"""

import io
import re
from xml.etree import ElementTree as Tree

from matplotlib.figure import Figure as Canvas

_SVG, _LINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_NUMBER = re.compile(r"-?\d+\.\d{2,}")
_PLACES = {"d", "transform", "x", "y", "width", "height", "points"}
Tree.register_namespace("", _SVG)
Tree.register_namespace("xlink", _LINK)


def rendered(canvas: Canvas, title: str, description: str) -> str:
    """The canvas as one SVG element with its title and description, for a page, a file or a PDF."""
    with io.StringIO() as out:
        canvas.savefig(out, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
        root = Tree.fromstring(out.getvalue())  # noqa: S314 - written by matplotlib a line above  # nosec
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag.split("}")[-1] in {"metadata", "style"}:
                parent.remove(child)
        _plain(parent)
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    root.set("role", "img")
    for place, (tag, text) in enumerate((("title", title), ("desc", description))):
        element = Tree.Element(f"{{{_SVG}}}{tag}")
        element.text = text
        root.insert(place, element)
    _without_empty(root)
    return Tree.tostring(root, encoding="unicode")


def _plain(element: Tree.Element) -> None:
    """Style as attributes, numbers short, no white space between elements, no ids of groups."""
    for part in element.attrib.pop("style", "").split(";"):
        name, _, value = part.partition(":")
        if value.strip():
            element.set(name.strip(), value.strip())
    for name in _PLACES & set(element.attrib):
        text = re.sub(r"\s+", " ", element.attrib[name].strip())
        element.set(name, _NUMBER.sub(_short, text))
    if element.tag.endswith("}g"):
        element.attrib.pop("id", None)
    element.text = element.tail = None


def _short(found: re.Match[str]) -> str:
    """Two decimals for places; small numbers are scales, which glyphs need whole."""
    value = float(found[0])
    return f"{value:.2f}".rstrip("0").rstrip(".") if abs(value) >= 1 else f"{value:.7g}"


def _without_empty(element: Tree.Element) -> None:
    """Groups that hold nothing, and groups that only hold another, are taken out."""
    for child in list(element):
        _without_empty(child)
        if child.tag.endswith(("}g", "}defs")) and not len(child):
            element.remove(child)
        elif child.tag.endswith("}g") and not child.attrib and len(child) == 1:
            place = list(element).index(child)
            element.remove(child)
            element.insert(place, child[0])
