"""Charts of a report: bars across the page, drawn by reportlab.graphics into PDFs and as a picture into Word and workbooks."""

from __future__ import annotations

import io
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from reportlab.graphics.charts.barcharts import HorizontalBarChart
from reportlab.graphics.charts.legends import Legend
from reportlab.graphics.shapes import STATE_DEFAULTS, Drawing, String
from reportlab.lib.colors import HexColor

from app.documents import fonts
from kpi.quantities import percent, show
from kpi.reports.model import Chart

COLOURS = ("#2F6DB5", "#C9D3DF", "#D98A2B", "#5B9E6F")
INK, PALE = "#333333", "#DDDDDD"
#: Points: width of the drawing, room for the labels, of a row, above and below.
WIDTH, LABELS, ROW, HEAD, FOOT, BARE = 500, 150, 20, 30, 22, 6
SIZE = 8
#: Points that a page has room for.
TALLEST = 640
#: Bars of shares end here.
FULL = Fraction(200)
#: Dots to a point in the picture.
SHARP = 3
LONGEST = 16


def short(label: str) -> str:
    return label if len(label) <= LONGEST else f"{label[: LONGEST - 1]}…"


def height(chart: Chart) -> int:
    """Points."""
    return HEAD + foot(chart) + ROW * len(chart.labels)


def foot(chart: Chart) -> int:
    """Points below the bars: room for a legend where there is one."""
    return FOOT if len(chart.series) > 1 else BARE


def values(chart: Chart) -> list[tuple[str, list[Fraction]]]:
    """The series as numbers; what has no data is nought, and says so beside its bar."""
    return [(name, [Fraction(one) if one is not None else Fraction(0) for one in row]) for name, row in chart.series]


def said(value: str | None, unit: str) -> str:
    """What stands at the end of a bar: cut, never rounded up."""
    if value is None:
        return "无数据"
    number = Fraction(value)
    return (percent(number / 100, 1) if unit == "%" else show(number, 2)).replace("…", "")


def drawing(chart: Chart, room: float = WIDTH) -> Drawing:
    """The chart as a drawing of reportlab, no wider than the room in points."""
    fonts.ready(fonts.SANS)
    STATE_DEFAULTS["fontName"] = fonts.SANS  # else every drawing begins in a font that is not embedded
    scale = min(1.0, room / WIDTH, TALLEST / height(chart))
    made = Drawing(WIDTH * scale, height(chart) * scale, transform=(scale, 0, 0, scale, 0, 0))
    made.add(String(0, height(chart) - 14, chart.title, fontName=fonts.SANS, fontSize=SIZE + 2, fillColor=HexColor(INK)))
    made.add(_bars(chart))
    if len(chart.series) > 1:
        made.add(_legend(chart))
    for text in _ends(chart):
        made.add(text)
    return made


def _bars(chart: Chart) -> HorizontalBarChart:
    bars = HorizontalBarChart()
    bars.x, bars.y, bars.width, bars.height = LABELS, foot(chart), WIDTH - LABELS - 60, height(chart) - HEAD - foot(chart)
    series = values(chart)
    # The first label stands on top: reportlab begins at the bottom.
    bars.data = [[float(min(one, top(chart))) for one in reversed(row)] for _, row in reversed(series)]
    bars.categoryAxis.categoryNames = [short(one) for one in reversed(chart.labels)]
    bars.categoryAxis.labels.fontName, bars.categoryAxis.labels.fontSize = fonts.SANS, SIZE
    bars.categoryAxis.labels.fillColor = HexColor(INK)
    bars.categoryAxis.strokeColor, bars.categoryAxis.visibleTicks = HexColor(PALE), 0
    bars.valueAxis.valueMin, bars.valueAxis.valueMax = 0, float(top(chart))
    bars.valueAxis.visible = 0
    bars.bars.strokeWidth, bars.groupSpacing, bars.barSpacing = 0, 6, 0
    for place in range(len(series)):
        bars.bars[place].fillColor = HexColor(COLOURS[(len(series) - 1 - place) % len(COLOURS)])
        bars.bars[place].strokeColor = None
    return bars


def top(chart: Chart) -> Fraction:
    """What the longest bar stands for: shares far beyond the whole are cut, their figure beside them is not."""
    most = max((one for _, row in values(chart) for one in row), default=Fraction(0)) or Fraction(1)
    return min(most, FULL) if chart.unit == "%" else most


def _ends(chart: Chart) -> list[String]:
    """The figures of the first series beside its bars."""
    width, most = WIDTH - LABELS - 60, top(chart)
    found = []
    for place, (label, number) in enumerate(zip(chart.series[0][1], values(chart)[0][1], strict=True)):
        y = height(chart) - HEAD - ROW * place - ROW / 2 - SIZE / 2 + 1
        x = LABELS + float(min(number, most) / most) * width + 4
        found.append(String(x, y, said(label, chart.unit), fontName=fonts.SANS, fontSize=SIZE, fillColor=HexColor(INK)))
    return found


def _legend(chart: Chart) -> Legend:
    legend = Legend()
    legend.x, legend.y, legend.alignment, legend.fontName, legend.fontSize = LABELS, 12, "right", fonts.SANS, SIZE
    legend.columnMaximum, legend.boxAnchor, legend.dx, legend.dy, legend.deltax = 1, "w", 8, 6, 70
    legend.strokeWidth = 0
    legend.colorNamePairs = [(HexColor(COLOURS[n % len(COLOURS)]), name) for n, (name, _) in enumerate(chart.series)]
    return legend


# -- as a picture ---------------------------------------------------------------------------------


def picture(chart: Chart) -> bytes:
    """The same chart as PNG: for files that hold no drawing of ours. The same chart gives the same bytes."""
    image = Image.new("RGB", (WIDTH * SHARP, height(chart) * SHARP), "white")
    pen = ImageDraw.Draw(image)
    letters, larger = _letters(SIZE), _letters(SIZE + 2)
    pen.text((0, 6 * SHARP), chart.title, fill=INK, font=larger)
    width, most, series = WIDTH - LABELS - 60, top(chart), values(chart)
    thick = (ROW - 6) / len(series)
    for place, label in enumerate(chart.labels):
        y = HEAD + ROW * place
        pen.text(((LABELS - 5) * SHARP, (y + ROW / 2) * SHARP), short(label), fill=INK, font=letters, anchor="rm")
        for number, (_, row) in enumerate(series):
            box = _box(y + 3 + thick * number, thick, float(min(row[place], most) / most) * width)
            pen.rectangle(box, fill=COLOURS[number % len(COLOURS)])
        end = LABELS + float(min(series[0][1][place], most) / most) * width + 4
        pen.text((end * SHARP, (y + ROW / 2) * SHARP), said(chart.series[0][1][place], chart.unit), fill=INK, font=letters, anchor="lm")
    if len(series) > 1:
        _named(pen, [name for name, _ in series], height(chart) - 12, letters)
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def _box(y: float, thick: float, length: float) -> tuple[float, float, float, float]:
    return LABELS * SHARP, y * SHARP, (LABELS + length) * SHARP, (y + thick) * SHARP - 1


def _named(pen: ImageDraw.ImageDraw, names: Sequence[str], y: float, letters: ImageFont.FreeTypeFont) -> None:
    for number, name in enumerate(names):
        x = LABELS + 78 * number
        pen.rectangle((x * SHARP, (y - 3) * SHARP, (x + 8) * SHARP, (y + 3) * SHARP), fill=COLOURS[number % len(COLOURS)])
        pen.text(((x + 12) * SHARP, y * SHARP), name, fill=INK, font=letters, anchor="lm")


def _letters(size: int) -> ImageFont.FreeTypeFont:
    """NoFont where the file is not there or damaged."""
    name = fonts.FILES[fonts.SANS]
    try:
        return ImageFont.truetype(str(Path(fonts.__file__).parent / name), size * SHARP)
    except OSError as error:
        raise fonts.NoFont(f"字库文件 {name} 打不开") from error
