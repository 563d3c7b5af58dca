"""The entry point of the `newsdesk` command; newsdesk/ has the commands.

Exit codes: 0 done; 1 it could not be done, with the reason on standard error; 2 the command line is wrong;
3 (ask) the articles do not say; 4 (add, refresh) some sources failed, the rest went in; 5 (check) the stores do not
agree; 130 stopped by Ctrl-C, what was done is kept.
"""

from __future__ import annotations

from index.errors import NewsdeskError
from newsdesk import STOPPED, app, end


def main() -> None:
    """Run the command; errors of ours become one line on standard error and exit code 1."""
    try:
        app()
    except NewsdeskError as error:
        end(str(error), 1)
    except KeyboardInterrupt:
        end("stopped; what was done is kept", STOPPED)


if __name__ == "__main__":
    main()
