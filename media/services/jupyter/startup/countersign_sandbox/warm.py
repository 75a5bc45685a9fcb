"""Everything slow that most analyses need, done before code is waiting for it."""

import importlib
import io

WARM_MODULES = (
    "numpy",
    "pandas",
    "pyarrow.parquet",
    "matplotlib.pyplot",
    "matplotlib.figure",
    "matplotlib_inline.backend_inline",
)


def warm_up():
    """An image of the user's own may lack any of these packages."""
    modules = {name: import_if_there(name) for name in WARM_MODULES}
    if modules["pandas"] is not None:
        modules["pandas"].read_csv(io.StringIO("a,b\n2020-01-01,1\n"), parse_dates=["a"])
    if modules["matplotlib.figure"] is not None:
        draw_once(modules["matplotlib.figure"])
        modules["matplotlib.pyplot"].close(modules["matplotlib.pyplot"].figure())


def import_if_there(name):
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def draw_once(figures):
    """Fonts are found and the renderer is loaded at the first drawing."""
    figure = figures.Figure()
    figure.subplots().plot([0, 1])
    figure.savefig(io.BytesIO(), format="png", bbox_inches="tight")
