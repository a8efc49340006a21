"""Charts as vector graphics, and as pixels for programs that know no others.

Letters are drawn as outlines of the mainland's forms, so that a chart looks the same on a screen,
on paper and in Word, whatever fonts the reader has. Colours are told apart in grey as well.
"""

import io
from typing import Any

from luchang.core.documents.placed import Plot
from luchang.kernel.papers import fonts

WIDTH_IN, HEIGHT_IN = 6.3, 2.9
DOTS = 200
"""Per inch, of the picture beside the vector."""

COLOURS = ("#1f5fa8", "#d9822b", "#3d8b5f", "#8a4fa3", "#b33a3a", "#5c6670")
HATCHES = ("", "//", "..", "xx", "\\\\", "++")
MARKS = ("o", "s", "^", "D", "v", "P")
INK, FAINT = "#26303b", "#d5dbe2"
MOST_NAMES = 16
"""Names below a chart; of more categories every second, third is named."""

TILTED_FROM, SHORT = 9, 4
"""So many names of more than so many letters are written aslant."""

LABELLED_UP_TO = 14
"""Bars that carry their number."""


def svg(plot: Plot) -> str:
    """The chart as an SVG element, without anything that refers to another file."""
    text = _drawn(plot, "svg").decode()
    return text[text.index("<svg") :]


def png(plot: Plot) -> bytes:
    return _drawn(plot, "png")


def alternative(plot: Plot) -> str:
    """What the chart shows, in words, for those who do not see it."""
    said = []
    for curve in plot.curves:
        pairs = zip(plot.categories, curve.values, strict=True)
        values = "，".join(f"{name} {_number(value)}" for name, value in pairs)
        said.append(f"{curve.name}：{values}")
    return "；".join(said)


def _drawn(plot: Plot, form: str) -> bytes:
    """Matplotlib is loaded only where something is drawn: it takes a second and 60 MB."""
    import matplotlib as mpl  # noqa: PLC0415 - as above
    from matplotlib.figure import Figure  # noqa: PLC0415 - as above

    style: Any = {
        "svg.fonttype": "path",
        "svg.hashsalt": "luchang",
        "axes.unicode_minus": False,
        "hatch.linewidth": 0.5,
    }
    metadata: dict[str, Any] = {"Date": None} if form == "svg" else {}
    with mpl.rc_context(style):
        figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN), layout="constrained")
        _draw(figure.add_subplot(), plot)
        out = io.BytesIO()
        figure.savefig(out, format=form, dpi=DOTS, metadata=metadata)
    return out.getvalue()


def _draw(axes: Any, plot: Plot) -> None:
    from matplotlib.font_manager import FontPath, FontProperties  # noqa: PLC0415 - as above

    file = fonts.chinese_font()
    if file is None:
        raise NoChineseFont(fonts.install_command(fonts.lacks()))
    font = FontProperties(fname=FontPath(str(file.path), file.face), size=8.5)
    places = list(range(len(plot.categories)))
    if plot.drawn == "line":
        _lines(axes, plot, places)
    else:
        _bars(axes, plot, places, font)
    _scale(axes, plot, places)
    _dress(axes, font)
    if plot.curves[0].unit:
        axes.set_title(f"单位：{plot.curves[0].unit}", loc="left", fontproperties=font, color=INK)
    if len(plot.curves) > 1:
        axes.legend(
            prop=font,
            frameon=False,
            loc="lower right",
            bbox_to_anchor=(1.0, 1.0),
            ncols=len(plot.curves),
            borderpad=0.1,
        )


def _scale(axes: Any, plot: Plot, places: list[int]) -> None:
    """Names below, few enough to be read; numbers from nought."""
    every = -(-len(places) // MOST_NAMES)
    shown = places[::every]
    tilt = 30 if len(shown) >= TILTED_FROM and max(map(len, plot.categories)) > SHORT else 0
    names = [plot.categories[place] for place in shown]
    axes.set_xticks(shown, names, rotation=tilt, ha="right" if tilt else "center")
    highest = max((value or 0 for curve in plot.curves for value in curve.values), default=0)
    axes.set_ylim(bottom=0, top=None if highest > 0 else 1)
    axes.yaxis.set_major_formatter("{x:,.10g}")


def _dress(axes: Any, font: Any) -> None:
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set_fontproperties(font)
        label.set_color(INK)
    axes.grid(axis="y", color=FAINT, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    for side, spine in axes.spines.items():
        spine.set_visible(side == "bottom")
        spine.set_color(FAINT)


def _lines(axes: Any, plot: Plot, places: list[int]) -> None:
    for index, curve in enumerate(plot.curves):
        axes.plot(
            places,
            [float("nan") if value is None else value for value in curve.values],
            color=COLOURS[index % len(COLOURS)],
            marker=MARKS[index % len(MARKS)],
            markersize=4,
            linewidth=1.6,
            label=curve.name,
        )


def _bars(axes: Any, plot: Plot, places: list[int], font: Any) -> None:
    width = 0.7 / len(plot.curves)
    for index, curve in enumerate(plot.curves):
        offset = (index - (len(plot.curves) - 1) / 2) * width
        bars = axes.bar(
            [place + offset for place in places],
            [value or 0 for value in curve.values],
            width * 0.92,
            color=COLOURS[index % len(COLOURS)],
            hatch=HATCHES[index % len(HATCHES)],
            edgecolor="white",
            linewidth=0.4,
            label=curve.name,
        )
        if len(places) * len(plot.curves) <= LABELLED_UP_TO:
            shown = [_number(value) for value in curve.values]
            axes.bar_label(bars, shown, fontproperties=font, color=INK, padding=2)


def _number(value: float | None) -> str:
    if value is None:
        return "—"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


class NoChineseFont(Exception):
    """There is no font to label a chart with; names what to install."""
