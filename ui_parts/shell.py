"""The page around what Gradio draws: head, masthead and dialogs, in the visitor's language; and the sign-in page.

Gradio's own index.html is taken as it comes and changed in few places, each of which must be there: a new version of
Gradio that moves one fails at the start, with a message, and not in somebody's browser.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from html import escape
from pathlib import Path

from assistant import NewsdeskError
from ui_parts.texts import Texts

PARTS = Path(__file__).parent
FILES = {"page.css": "text/css", "page.js": "text/javascript", "icon.svg": "image/svg+xml"}
SCRIPT_TEXTS = (  # what page.js says
    "answer answered answering cancel conversations delete delete_about delete_title edit_ask question rename_title "
    "save source"
).split()
KEYS = {
    "/": "key_ask", "n p": "key_next", "Esc": "key_escape", "s": "key_stop", "c": "key_conversations", "o": "key_new",
    "t": "key_theme", "?": "key_help",
}  # fmt: skip
_REMOTE = re.compile(r'\s*<meta\s+(?:property="og:|name="twitter:)[^>]*?/>', re.S)


@cache
def mark() -> str:
    """A word that changes with the style and the script, so that browsers fetch them anew."""
    read = b"".join((PARTS / name).read_bytes() for name in FILES)
    return hashlib.sha256(read).hexdigest()[:12]


def dressed(html: str, say: Texts, name: str, protected: bool) -> str:
    """Gradio's page with the parts around it. name: who signed in; protected: whether there is a login at all."""
    html = _REMOTE.sub("", html)
    texts = json.dumps({key: say(key) for key in SCRIPT_TEXTS}).replace("<", "\\u003c")
    head = (
        f"<title>Newsdesk</title>{_files()}"
        f'<script type="application/json" id="texts">{texts}</script>'
        f'<script src="page/page.js?{mark()}" defer></script>'
    )
    wanted = (
        ('lang="en"', f'lang="{say.language}"'),
        ("</head>", f"{head}</head>"),
        ("<gradio-app", f"{_masthead(say, name, protected)}<gradio-app"),
        ("</body>", f"{_dialogs(say)}<noscript>{escape(say('needs_script'))}</noscript></body>"),
    )
    for old, new in wanted:
        if old not in html:
            raise NewsdeskError(
                f"this version of Gradio has no {old} in its page; install the one in requirements.lock"
            )
        html = html.replace(old, new, 1)
    return html


def _files() -> str:
    return (
        f'<link rel="stylesheet" href="page/page.css?{mark()}"><link rel="icon" href="page/icon.svg?{mark()}">'
        '<meta name="color-scheme" content="light dark">'
    )


def _masthead(say: Texts, name: str, protected: bool) -> str:
    who = (
        f'<form method="post" action="sign-out"><span class="who-is">{escape(name)}</span>'
        f'<button type="submit" class="quiet">{escape(say("sign_out"))}</button></form>'
        if protected
        else ""
    )
    return (
        f'<a class="skip" href="#question">{escape(say("skip"))}</a><header class="masthead">'
        f'<button type="button" class="quiet" data-do="panel" aria-label="{escape(say("conversations"))}" '
        f'title="{escape(say("conversations"))}">☰</button>'
        f'<a class="brand" href="./">Newsdesk</a><span class="slogan">{escape(say("slogan"))}</span>'
        f'<span class="masthead-end">{who}'
        f'<button type="button" class="quiet" data-do="theme" aria-label="{escape(say("theme"))}" '
        f'title="{escape(say("theme"))}">◐</button>'
        f'<button type="button" class="quiet" data-do="help" aria-label="{escape(say("help"))}" '
        f'title="{escape(say("help"))}">?</button></span></header>'
        '<p id="status" class="unseen" role="status" aria-live="polite"></p>'
        f'<p id="opening" class="opening">{escape(say("loading"))}</p>'
    )


def _dialogs(say: Texts) -> str:
    keys = "".join(
        f"<div><dt>{''.join(f'<kbd>{key}</kbd>' for key in pressed.split())}</dt><dd>{escape(say(name))}</dd></div>"
        for pressed, name in KEYS.items()
    )
    close = f'<button type="button" class="strong" data-do="dismiss">{escape(say("close"))}</button>'
    return (
        f'<dialog id="help" aria-labelledby="help-title"><h2 id="help-title">{escape(say("help_title"))}</h2>'
        f'<dl class="keys">{keys}</dl><label class="keys-on"><input type="checkbox" id="keys-on" checked>'
        f'{escape(say("keys_on"))}</label><div class="form-end">{close}</div></dialog>'
        '<dialog id="confirm" aria-labelledby="confirm-title"><form method="dialog"><h2 id="confirm-title"></h2>'
        '<p id="confirm-about"></p>'
        '<input type="text" id="confirm-value" aria-labelledby="confirm-title" maxlength="80">'
        '<div class="form-end"><button type="submit" class="strong" id="confirm-yes" value="yes"></button>'
        '<button type="submit" class="quiet" id="confirm-no" value="no" formnovalidate></button></div></form></dialog>'
    )


def sign_in(say: Texts, wrong: bool = False) -> str:
    """The page on which people sign in. wrong: the last try was."""
    problem = f'<p class="problem" role="alert">{escape(say("sign_in_wrong"))}</p>' if wrong else ""
    return (
        f'<!doctype html><html lang="{say.language}"><head><meta charset="utf-8"><title>Newsdesk</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">{_files()}</head>'
        f'<body class="sign-in"><main><h1>Newsdesk</h1><p>{escape(say("sign_in_why"))}</p>{problem}'
        f'<form method="post" action="sign-in"><label>{escape(say("name"))}'
        '<input name="name" autocomplete="username" required autofocus maxlength="100"></label>'
        f'<label>{escape(say("password"))}<input name="password" type="password" autocomplete="current-password" '
        f'required maxlength="1000"></label><button type="submit" class="strong">{escape(say("sign_in"))}</button>'
        "</form></main></body></html>"
    )
