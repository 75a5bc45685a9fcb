"""Code ends here as a script ends: IPython would go on behind exit(), and call sys.exit(0) an error.

Status 0 is an end like any other; another status, or a text in its place, is an error by that name, in one line.
"""

import sys
import warnings

from IPython.core import interactiveshell
from IPython.core.autocall import IPyAutocall

ADVICE_FOR_TERMINALS = "To exit: use"


def end_as_scripts_do(shell):
    shell.user_ns["exit"] = shell.user_ns["quit"] = Exit()
    forgive_status_0(shell)
    tell_in_one_line(shell)
    interactiveshell.warn = warn_but_of_exits


class Exit(IPyAutocall):
    """As Python's own, and as in IPython without parentheses too."""

    rewrite = False

    def __call__(self, code=None):
        raise SystemExit(code)


def ends_well(error):
    """By Python's own rule: whatever is no whole number is printed, and the status is 1."""
    return isinstance(error, SystemExit) and (error.code is None or isinstance(error.code, int) and error.code == 0)


def forgive_status_0(shell):
    run_code = shell.run_code

    async def run_to_its_end(code, result=None, *, async_=False):
        is_over = await run_code(code, result, async_=async_)
        if result is not None and ends_well(result.error_in_exec):
            result.error_in_exec = None
        return is_over

    shell.run_code = run_to_its_end


def tell_in_one_line(shell):
    """What a wrong magic is called by IPython is told as an error, not only printed."""
    showtraceback = shell.showtraceback

    def show(*arguments, **options):
        error = sys.exc_info()[1]
        if not isinstance(error, SystemExit):
            showtraceback(*arguments, **options)
        elif not ends_well(error):
            show_usage_error(error)

    def show_usage_error(error):
        shell._showtraceback(type(error), error, [f"{type(error).__name__}: {error}"])

    shell.showtraceback = show
    shell.show_usage_error = show_usage_error


def warn_but_of_exits(message, category=None, stacklevel=1):
    if not str(message).startswith(ADVICE_FOR_TERMINALS):
        warnings.warn(message, category, stacklevel + 1)
