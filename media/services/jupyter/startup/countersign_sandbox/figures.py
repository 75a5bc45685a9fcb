"""Shows figures that are still open when the code has ended, whatever backend they were drawn with."""

import base64
import io
import sys

from IPython.display import publish_display_data


def show_open_figures():
    """The inline backend has shown and closed its own by now; what is left was drawn with another one."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return
    for number in pyplot.get_fignums():
        figure = pyplot.figure(number)
        if figure.axes or figure.lines:
            show(figure)
    pyplot.close("all")


def show(figure):
    picture = io.BytesIO()
    try:
        figure.savefig(picture, format="png", bbox_inches="tight")
    except Exception as error:
        print(f"Countersign: a figure could not be drawn: {error}", file=sys.stderr)
        return
    encoded = base64.b64encode(picture.getvalue()).decode()
    publish_display_data({"image/png": encoded, "text/plain": repr(figure)})
