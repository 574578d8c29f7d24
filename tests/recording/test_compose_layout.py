"""Where tiles stand in the picture of a derived video, and how a picture fits into its own."""

import pytest

from recording.compose.layout import Layout, fitted


@pytest.mark.parametrize(
    ("tiles", "columns", "rows"), [(0, 1, 1), (1, 1, 1), (2, 2, 1), (3, 2, 2), (4, 2, 2), (5, 3, 2)]
)
def test_tiles_share_the_picture(tiles, columns, rows):
    layout = Layout.of(tiles)
    assert (layout.columns, layout.rows) == (columns, rows)
    assert layout.width % 2 == layout.height % 2 == 0


@pytest.mark.parametrize(
    ("size", "expected"),
    [((640, 360), (640, 360)), ((480, 640), (270, 360)), ((1, 4000), (2, 360))],
)
def test_a_picture_keeps_its_proportions(size, expected):
    inner = fitted(*size, Layout.of(1).tile(0))
    assert (inner.width, inner.height) == expected
