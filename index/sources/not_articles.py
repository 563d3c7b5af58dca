"""Which pages are no article: an error page, a cookie notice, a paywall's stub, a check for robots.

Judged by the extracted text. A long text is an article whatever it says: an article about cookies is about cookies.
"""

from __future__ import annotations

import re

LONGEST_STUB_WORDS = 160  # a stub keeps a lead of two or three sentences
_ERROR = re.compile(
    r"^\W*(?:(?:error\s*)?(?:40[0-9]|410|429|50[0-4])\b|(?:page|article|story|file) (?:is |was |could )?(?:not )?"
    r"(?:be )?found|not found|access denied|forbidden|service unavailable|bad gateway|internal server error|"
    r"(?:an )?error (?:has )?occurred|something went wrong|page unavailable|site is (?:down|under maintenance))",
    re.I,
)
_ERROR_SAID = re.compile(
    r"page (?:you(?: are|['’]re)? (?:were )?(?:looking for|requested)|"
    r"(?:can(?:not|['’]t)|could(?: not|n['’]t)) be found)"
    r"|no longer (?:available|exists)|try again later|the server (?:encountered|returned) an error",
    re.I,
)
_ROBOT = re.compile(
    r"just a moment|are you (?:a )?(?:robot|human)|verify (?:that )?you are (?:a )?human|enable javascript|"
    r"checking your browser|unusual (?:traffic|activity)|complete the captcha",
    re.I,
)
_COOKIE = re.compile(
    r"\b(?:cookies?|consent|gdpr|privacy (?:policy|settings|preferences|choices)|(?:our|\d+) partners|"
    r"personali[sz]ed (?:ads|advertising)|legitimate interest|tracking technolog\w+|accept all|reject all|"
    r"manage (?:options|preferences|choices))\b",
    re.I,
)
_PAYWALL = re.compile(
    r"subscri(?:be|ption|ber)s? (?:to|now|required|for|and)\b.{0,60}\b"
    r"(?:read|continue|access|unlock|full|story|article)|"
    r"(?:to )?(?:continue|keep) reading|already (?:a )?(?:subscriber|member|have an account)|"
    r"(?:for|only (?:to|for)|exclusive (?:to|for)) (?:our )?(?:paying )?(?:subscribers|members)|"
    r"(?:sign|log) ?in to (?:read|continue|access)|start your (?:free )?trial|unlock (?:this|the) (?:article|story)|"
    r"you(?:['’]ve| have) (?:reached|used|read) (?:all )?(?:your|the) (?:\w+ ){0,3}(?:free )?(?:articles|limit)|"
    r"(?:free )?articles? (?:left|remaining) this month|this (?:article|content|story) is (?:for|reserved|available)",
    re.I | re.S,
)
_SENTENCE = re.compile(r"[^.!?\n]+")


def refusal(title: str, text: str, locked: bool = False) -> str | None:
    """Why a page is no article ("it is a cookie notice ..."), or None when it is one.

    locked: the page itself says that its text is not free to read.
    """
    count = len(text.split())
    if count > LONGEST_STUB_WORDS:
        return None
    said = f"{title}\n{text}"
    if _ERROR.search(title) or _ERROR.search(text) or (count < 80 and _ERROR_SAID.search(text)):
        return "it is an error page, not an article"
    if _ROBOT.search(said) and count < 80:
        return "the site shows programs a check instead of the article; save the page as .html and add the file"
    sentences = [s for s in _SENTENCE.findall(text) if len(s.split()) > 2]
    about = sum(bool(_COOKIE.search(s)) for s in sentences)
    if sentences and about >= 2 and about >= 0.5 * len(sentences):
        return "it is only a cookie notice; save the page as .html after accepting or refusing, and add the file"
    if _PAYWALL.search(text) or locked:
        return "it is the stub of a paywall: the article itself is not in the page"
    return None
