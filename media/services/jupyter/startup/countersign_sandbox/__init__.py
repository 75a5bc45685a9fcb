"""What a sandbox's kernel does around the one execute request: warm up before it, hand over results after it."""

import threading

from .ends import end_as_scripts_do
from .figures import show_open_figures
from .output import keep_all_output
from .results import keep_results
from .warm import warm_up
from .work import wait_for_work


def install(shell):
    """Called once, when the kernel starts and before any approved code."""
    warm_up()
    keep_all_output(shell.kernel)
    end_as_scripts_do(shell)
    there_before = set(threading.enumerate())

    def after_run(_):
        wait_for_work(there_before)
        show_open_figures()
        keep_results(shell.user_ns)

    shell.events.register("post_run_cell", after_run)
