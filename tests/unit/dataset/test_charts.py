from xml.etree import ElementTree

from shared.dataset.charts import bars, draw
from shared.dataset.coverage import Coverage
from shared.dataset.tally import Tally
from tests.builders.outcomes import catalog


def test_a_chart_is_well_formed_and_shows_label_count_and_share():
    svg = bars("Shape & co", [("single", 3), ("a <b>", 1)], 4)
    root = ElementTree.fromstring(svg)
    texts = [node.text for node in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts == ["Shape & co", "single", "3 (75.0%)", "a <b>", "1 (25.0%)"]


def test_bars_are_as_long_as_their_share_of_the_longest():
    root = ElementTree.fromstring(bars("t", [("a", 10), ("b", 5), ("c", 0)], 15))
    widths = [float(node.get("width")) for node in root.iter("{http://www.w3.org/2000/svg}rect")]
    assert widths[1] == widths[0] / 2
    assert widths[2] == 0


def test_a_chart_refers_to_nothing_outside():
    svg = bars("t", [("a", 1)], 1)
    assert b"href" not in svg
    assert b"<script" not in svg


def test_an_empty_dataset_can_be_drawn():
    drawn = draw(Tally(), Coverage(catalog(0)))
    assert len(drawn) == 5
    for svg in drawn.values():
        ElementTree.fromstring(svg)
