"""The report in a browser. Skips without one; GATEWATT_BROWSER=needed makes that a failure."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from characterize import tables
from characterize.models.file import write_models
from characterize.report.build import write_report
from sim import packages

RESULTS = Path(__file__).parents[2] / "results"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
OUTSIDE = """() => [...document.querySelectorAll("svg")].flatMap((svg) => {
  const frame = svg.getBoundingClientRect();
  return [...svg.querySelectorAll("text")].filter((text) => {
    const box = text.getBoundingClientRect();
    return box.left < frame.left - 3 || box.right > frame.right + 3
      || box.top < frame.top - 3 || box.bottom > frame.bottom + 3;
  }).map((text) => svg.getAttribute("aria-label") + ": " + text.textContent);
})"""


def _lacking(reason: str) -> None:
    if os.environ.get("GATEWATT_BROWSER"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    try:
        from playwright.sync_api import Error, sync_playwright  # noqa: PLC0415
    except ImportError:
        _lacking("playwright is not installed: `nox -s report` brings it")
        return
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as driver:
        try:
            # No sandbox: root in a container has none; the page is our own.
            opened = driver.chromium.launch(executable_path=found, args=["--no-sandbox"])
        except Error:
            _lacking("no browser: install chromium, or run `playwright install chromium`")
            return
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def page_file(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the committed table, with the closed forms fitted to it."""
    assert browser.is_connected()
    folder = tmp_path_factory.mktemp("results")
    for name in ("units.csv", packages.PACKAGE_FILE):
        shutil.copy(RESULTS / name, folder / name)
    package = json.loads((folder / packages.PACKAGE_FILE).read_text())
    write_models(tables.read_units(folder), [], folder, {"units": package["resources"][0]["hash"]})
    page, _ = write_report(folder)
    return page


def opened(browser: Any, path: Path, width: int, scheme: str) -> tuple[Any, list[str]]:
    """The page, and what went wrong in it."""
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text))
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(path.as_uri())
    wrong += [url for url in requests if not url.startswith(("file:", "data:"))]
    return page, wrong


def test_it_is_small(page_file: Path) -> None:
    assert page_file.stat().st_size < 4_000_000


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 400, 1280])
def test_no_error_no_sideways_scroll_and_whole_labels(
    browser: Any, page_file: Path, width: int, scheme: str
) -> None:
    page, wrong = opened(browser, page_file, width, scheme)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.querySelectorAll('svg').length") > 50
    assert page.evaluate(OUTSIDE) == []
    ink, text, paper = page.evaluate(
        "[document.body, document.querySelector('svg text')].map((e) => getComputedStyle(e))"
        ".map((s, i) => i ? s.fill : s.color)"
        ".concat(getComputedStyle(document.body).backgroundColor)"
    )
    assert ink == text
    levels = [sum(map(int, colour[4:-1].split(","))) for colour in (ink, paper)]
    assert abs(levels[0] - levels[1]) > 500
    assert (levels[1] < levels[0]) == (scheme == "dark")
    assert wrong == []
    page.close()


def test_tables_sort_and_filter_and_links_find_their_row(browser: Any, page_file: Path) -> None:
    page, wrong = opened(browser, page_file, 1280, "light")
    column = """(name) => {
      const table = document.getElementById("units-table");
      const heads = [...table.tHead.rows[0].cells];
      const at = heads.findIndex((head) => head.textContent.startsWith(name));
      return [...table.tBodies[0].rows].filter((row) => !row.hidden)
        .map((row) => row.cells[at].textContent.trim());
    }"""
    before = page.evaluate(column, "energy_fj")
    button = page.locator("#units-table th button", has_text="energy_fjfJ")
    button.click()
    upwards = page.evaluate(column, "energy_fj")
    assert [float(t) for t in upwards] == sorted(float(t) for t in before)
    assert upwards != before
    button.click()
    assert page.evaluate(column, "energy_fj") == upwards[::-1]
    # Empty cells are last, whichever way.
    formula = page.locator("#units-table th button", has_text="paper_bit_flips")
    for _ in "ud":
        formula.click()
        texts = page.evaluate(column, "paper_bit_flips")
        filled = [bool(text) for text in texts]
        assert filled == sorted(filled, reverse=True)
        assert not all(filled)
    page.fill("#search", "sky130hd mac_array relu")
    left = page.evaluate(column, "library")
    assert set(left) == {"sky130hd"}
    assert f"{len(left)} rows" == page.inner_text("#shown")
    link = page.locator("#observation-2 ~ .scroll td a").first
    link.click()
    target = link.get_attribute("href")
    assert page.input_value("#search") == ""
    assert page.locator(target).is_visible()
    assert wrong == []
    page.close()


def test_in_print_it_is_dark_on_white_without_the_long_table(browser: Any, page_file: Path) -> None:
    page, _ = opened(browser, page_file, 800, "dark")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert not page.locator("#units-table").is_visible()
    assert not page.locator("nav").is_visible()
    page.close()
