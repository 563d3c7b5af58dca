"""The page around what Gradio draws: head, masthead and dialogs, in the visitor's language; and the sign-in page.

Gradio's own index.html is taken as it comes and changed in few places, each of which must be there: a new version of
Gradio that moves one fails at the start, with a message, and not in somebody's browser.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

from assistant import NewsdeskError
from ui_parts.drawing import TEMPLATES
from ui_parts.texts import Texts

PARTS = Path(__file__).parent
FILES = {"page.css": "text/css", "page.js": "text/javascript", "icon.svg": "image/svg+xml"}
SCRIPT_TEXTS = (  # what page.js says
    "answer answered answering cancel conversations delete delete_about delete_title draft_wrong_file edit_ask "
    "question rename_title save source"
).split()
KEYS = {
    "/": "key_ask", "n p": "key_next", "Esc": "key_escape", "s": "key_stop", "c": "key_conversations", "o": "key_new",
    "t": "key_theme", "?": "key_help",
}  # fmt: skip
_REMOTE = re.compile(r'\s*<meta\s+(?:property="og:|name="twitter:)[^>]*?/>', re.S)


@cache
def mark() -> str:
    """The version of style and script in their addresses: browsers fetch them anew when it changes."""
    read = b"".join((PARTS / name).read_bytes() for name in FILES)
    return hashlib.sha256(read).hexdigest()[:12]


def dressed(html: str, say: Texts, name: str, protected: bool) -> str:
    """Gradio's index page with our head, masthead and dialogs.

    name: who signed in; protected: whether there is a login at all.
    """
    html = _REMOTE.sub("", html)
    texts = {key: say(key) for key in SCRIPT_TEXTS}
    wanted = (
        ('lang="en"', f'lang="{say.language}"'),
        ("</head>", f"{_draw('head', say, texts)}</head>"),
        ("<gradio-app", f"{_draw('masthead', say, name, protected)}<gradio-app"),
        ("</body>", f"{_draw('dialogs', say, KEYS)}</body>"),
    )
    for old, new in wanted:
        if old not in html:
            raise NewsdeskError(
                f"this version of Gradio has no {old} in its page; install the one in requirements.lock"
            )
        html = html.replace(old, new, 1)
    return html


def sign_in(say: Texts, wrong: bool = False) -> str:
    """The page on which people sign in. wrong: the last try was."""
    return _draw("sign_in", say, wrong)


def _draw(part: str, say: Texts, *values: object) -> str:
    return TEMPLATES.draw("shell.html", part, *values, say=say, mark=mark())
