"""SVG of Matplotlib made fit to stand in a page, several of them together."""

import re
from contextlib import AbstractContextManager
from xml.etree import ElementTree as Xml

import matplotlib as mpl
from matplotlib.figure import Figure

from characterize.figures.panels import GRID_INK, INK, STYLE_OF_PANELS
from characterize.figures.style import svg

_DROPPED = ("metadata", "style")
_REFERENCE = re.compile(r"url\(#([^)]+)\)|^#(.+)$")
_LONG_NUMBER = re.compile(r"(\d\.\d{2})\d+")
_FONT = re.compile(r"font(?:-family)?: [^;]*?(\d[\d.]*px)?[^;]*(?:;|$)")
# Its mark is a line of the same ink.
_TICK = f"fill: {INK}; stroke: {INK};"
# They hold numbers of the drawing and nothing else.
_NUMBERS = ("d", "x", "y", "transform", "points", "width", "height")


def inline(figure: Figure, name: str, label: str) -> str:
    """A figure as an `svg` element of a page.

    Its text stays text, in the page's font and ink; its ids begin with `name`, so that those
    of several figures differ; it is as wide as it is let.

    Parameters
    ----------
    name
        Unlike that of any other figure of the page.
    label
        What the figure shows, for readers who cannot see it.
    """
    root = Xml.fromstring(svg(figure, transparent=True))
    _plain(root)
    _share_styles(root)
    used = {one or other for value in _values(root) for one, other in _REFERENCE.findall(value)}
    for element in root.iter():
        if element.get("id") not in used:
            element.attrib.pop("id", None)
    _shorten(root)
    for element in root.iter():
        for key, value in list(element.attrib.items()):
            if key == "transform" and value.startswith("rotate(-0 "):
                del element.attrib[key]  # not turned at all
            elif key == "id":
                element.set(key, f"{name}-{value}")
            else:
                element.set(key, _of_the_page(key, value, name))
    root.attrib.pop("width")
    root.attrib.pop("height")
    root.set("role", "img")
    root.set("aria-label", label)
    text = Xml.tostring(root, encoding="unicode", short_empty_elements=True)
    return re.sub(r">\s+<", "><", text).strip()


def drawing() -> AbstractContextManager[None]:
    """The context in which panels are drawn and made inline."""
    return mpl.rc_context(STYLE_OF_PANELS)


def _plain(element: Xml.Element) -> None:
    """Without namespaces, which HTML does not have, and without what the page sets itself."""
    element.tag = element.tag.rpartition("}")[2]
    for key in list(element.attrib):
        if "}" in key:
            element.set(key.rpartition("}")[2], element.attrib.pop(key))
    for child in list(element):
        _plain(child)
        if child.tag in _DROPPED:
            element.remove(child)


def _share_styles(root: Xml.Element) -> None:
    """A style that all points of a curve have is their group's: a third of the bytes."""
    for group in root.iter("g"):
        styles = {child.get("style", "") for child in group}
        if len(group) > 1 and len(styles) == 1 and all(child.tag == "use" for child in group):
            group.set("style", styles.pop())
            for child in group:
                child.attrib.pop("style", None)


def _shorten(element: Xml.Element) -> None:
    """Without groups that say nothing, and without what marks and the page say already."""
    for child in list(element):
        _shorten(child)
        if child.tag == "g" and not child.attrib:
            place = list(element).index(child)
            element.remove(child)
            for offset, inner in enumerate(child):
                element.insert(place + offset, inner)
        elif child.tag == "use" and child.get("style", "").startswith(_TICK):
            del child.attrib["style"]
        elif child.tag == "text":
            child.set("style", child.get("style", "").replace(f"; fill: {INK}", ""))


def _values(root: Xml.Element) -> list[str]:
    return [value for e in root.iter() for key, value in e.attrib.items() if key != "id"]


def _of_the_page(key: str, value: str, name: str) -> str:
    value = value.replace(INK, "currentColor").replace(GRID_INK, "var(--line)")
    if key in _NUMBERS:
        value = _LONG_NUMBER.sub(r"\1", value)
    if key == "style":
        value = _FONT.sub(lambda m: f"font-size: {m[1]};" if m[1] else "", value)
    if key in ("d", "style"):
        value = re.sub(r"\s+", " ", value).strip()
    return re.sub(r"url\(#|^#(?=[A-Za-z])", lambda m: f"{m[0]}{name}-", value)
