"""What a sandbox's kernel does around the one execute request: warm up before it, hand over results after it."""

from .figures import show_open_figures
from .results import keep_results
from .warm import warm_up


def install(shell):
    """Called once, when the kernel starts and before any approved code."""
    warm_up()

    def after_run(_):
        show_open_figures()
        keep_results(shell.user_ns)

    shell.events.register("post_run_cell", after_run)
