"""The command line. `newsdesk/commands.py` has the list of the commands, one file for each group of them."""
