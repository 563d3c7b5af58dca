"""Which pages are no article: an error page, a cookie notice, a paywall's stub, a check for robots.

Judged by the extracted text. A long text is an article whatever it says: an article about cookies is about cookies.
"""

from __future__ import annotations

import re
from typing import Any

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
# What walls say in German, French, Spanish, Italian and Dutch, after the structure of the page has been asked.
_COOKIE_ABROAD = re.compile(
    r"\b(?:einwilligung\w*|einwilligen|zuzustimmen|zustimmung|datenschutz\w*|unsere partner|werbetracking|pur-abo|"
    r"personalisierte (?:werbung|anzeigen)|privatsphäre|"
    r"consentement|traceurs|nos (?:\d+ )?partenaires|vie privée|publicités? personnalisées?|tout (?:accepter|refuser)|"
    r"consentimiento|nuestros (?:\d+ )?socios|privacidad|publicidad personalizada|(?:aceptar|rechazar) todo|"
    r"consenso|i nostri (?:\d+ )?partner|pubblicità personalizzata|(?:accetta|rifiuta) tutto|"
    r"toestemming|onze (?:\d+ )?partners|gepersonaliseerde (?:advertenties|reclame)|alles (?:accepteren|weigeren))\b",
    re.I,
)
_PAYWALL_ABROAD = re.compile(
    r"(?:jetzt|hier|artikel) weiterlesen|weiterlesen mit|jederzeit kündbar|bereits (?:ein abo|\w*abonnent\w*)\b|"
    r"(?:nur|exklusiv) für abonnent\w+|abo abschließen|artikel freischalten|"
    r"réservée?s? (?:aux?|à nos) abonné|il vous reste \d+\s*%|abonnez-vous|déjà abonné|pour lire la suite|"
    r"(?:exclusiv[oa]s?|sol[oa]|reservad[oa]) para (?:nuestros )?(?:suscriptores|socios|abonados)|"
    r"suscríbete (?:para|y|por)|"
    r"para (?:seguir|continuar) leyendo|ya eres suscriptor|"
    r"riservat[oa] (?:agli|ai (?:nostri )?) ?abbonati|abbonati (?:per|ora|subito)\b|per continuare a leggere|"
    r"(?:sei )?già abbonato|alleen (?:toegankelijk )?voor (?:abonnees|leden)|lees (?:verder|dit artikel) met|"
    r"om verder te lezen|word (?:nu )?(?:abonnee|lid)|al (?:een )?abonnee|verder lezen\?",
    re.I,
)
_WALL = re.compile(
    r"(?:^|[\s_-])(?:pay-?wall|reg-?wall|piano-|tp-modal|offer-?wall|paid-?content|article-?locked|locked-?(?:content|"
    r"article)|premium-?(?:wall|overlay|teaser)|subscriber-?(?:only|wall)|content-?gate|meter(?:ed)?-?wall)",
    re.I,
)
_SENTENCE = re.compile(r"[^.!?\n]+")


def has_paywall(tree: Any) -> bool:
    """True when a page holds the box of a paywall with words in it, by the names that its makers give it."""
    if tree is None:
        return False
    named = (one for one in tree.iter("div", "section", "aside", "p") if one.get("class") or one.get("id"))
    return any(
        _WALL.search(f"{one.get('class', '')} {one.get('id', '')}") and len(one.text_content().split()) > 3
        for one in named
    )


def refusal(title: str, text: str, locked: bool = False) -> str | None:
    """Why a page is no article ("it is a cookie notice ..."), or None when it is one.

    locked: the page itself says that its text is not free to read, or holds the box of a paywall.
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
    about = sum(bool(_COOKIE.search(s) or _COOKIE_ABROAD.search(s)) for s in sentences)
    if sentences and about >= 2 and about >= 0.5 * len(sentences):
        return "it is only a cookie notice; save the page as .html after accepting or refusing, and add the file"
    if locked or _PAYWALL.search(text) or _PAYWALL_ABROAD.search(text):
        return "it is the stub of a paywall: the article itself is not in the page"
    return None
