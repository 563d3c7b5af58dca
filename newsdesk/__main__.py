"""The entry point of the `newsdesk` command; newsdesk/ has the commands.

Exit codes: 0 done; 1 it could not be done, with the reason on standard error; 2 the command line is wrong;
3 (ask) the articles do not say; 4 (add, refresh) some sources failed, the rest went in; 5 (check) the stores do not
agree; 130 stopped by Ctrl-C, what was done is kept.
"""

from __future__ import annotations

import io
import os
import sys


def main() -> None:
    """Run the command; what goes wrong becomes one line on standard error and exit code 1.

    The parts are imported within, so that Ctrl-C while they load ends as quietly as later.
    """
    try:
        _any_locale()
        from newsdesk.app import end, wrong_argument

        if problem := wrong_argument(sys.argv[1:]):
            end(problem, 2)
        _run()
    except KeyboardInterrupt:
        sys.stderr.write("newsdesk: stopped; what was done is kept\n")
        sys.exit(130)


def _run() -> None:
    from index.errors import NewsdeskError
    from newsdesk.app import end, system_error
    from newsdesk.commands import app

    try:
        app(prog_name="newsdesk")
    except NewsdeskError as error:
        end(str(error), 1)
    except BrokenPipeError:  # whoever read the output has had enough: `newsdesk list | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        end(system_error(error), 1)


def _any_locale() -> None:
    """A character that the terminal's encoding lacks is printed as "?" instead of ending the command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


if __name__ == "__main__":
    main()
