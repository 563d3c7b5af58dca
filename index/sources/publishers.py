"""The publisher behind an address, for an article whose page and feed name none: its domain, as a readable name."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

# Names that a domain's letters do not give; the rest is made of them.
NAMES = {
    "aljazeera": "Al Jazeera", "apnews": "AP", "bloomberg": "Bloomberg", "businessinsider": "Business Insider",
    "cbsnews": "CBS News", "corriere": "Corriere della Sera", "dailymail": "Daily Mail", "derstandard": "Der Standard",
    "diepresse": "Die Presse", "economist": "The Economist", "elmundo": "El Mundo", "elpais": "El País",
    "faz": "FAZ", "ft": "Financial Times", "foxnews": "Fox News", "guardian": "The Guardian", "independent":
    "The Independent", "irishtimes": "The Irish Times", "japantimes": "The Japan Times", "latimes":
    "Los Angeles Times", "lefigaro": "Le Figaro", "lemonde": "Le Monde", "liberation": "Libération", "nbcnews":
    "NBC News", "nytimes": "The New York Times", "politico": "Politico", "repubblica": "la Repubblica", "scmp":
    "South China Morning Post", "sueddeutsche": "Süddeutsche Zeitung", "tagesschau": "tagesschau", "telegraph":
    "The Telegraph", "theatlantic": "The Atlantic", "theguardian": "The Guardian", "thetimes": "The Times",
    "timesofindia": "The Times of India", "usatoday": "USA Today", "washingtonpost": "The Washington Post", "wsj":
    "The Wall Street Journal", "zeit": "Die Zeit",
}  # fmt: skip
_SECOND_LEVEL = frozenset("ac co com edu gob gov gouv net org or ne go".split())  # before a country: co.uk, com.au
_PAGE_HOSTS = frozenset("blogspot substack wordpress medium github tumblr ghost".split())  # whose own names are others'


@lru_cache(maxsize=4096)
def publisher_at(address: str | None) -> str | None:
    """A readable name of the site at an address; None for a file, a number or a machine of this network."""
    try:
        host = (urlsplit(address or "").hostname or "").lower().removesuffix(".")
    except ValueError:
        return None
    parts = host.split(".")
    if len(parts) < 2 or not (address or "").startswith("http") or re.fullmatch(r"[\d.]+|.*:.*", host):
        return None
    if len(parts) > 2 and len(parts[-1]) == 2 and parts[-2] in _SECOND_LEVEL:
        parts = parts[:-1]
    label = parts[-3] if len(parts) > 2 and parts[-2] in _PAGE_HOSTS else parts[-2]
    if label in NAMES:
        return NAMES[label]
    if label.startswith("xn--"):
        label = label.encode().decode("idna")
    words = [word for word in label.split("-") if word]
    return " ".join(word.upper() if len(word) < 4 and len(words) == 1 else word.capitalize() for word in words) or None


def is_domain(name: str | None) -> bool:
    """True when what a page gives as its name is only a domain."""
    return bool(name and re.fullmatch(r"(?:https?://)?(?:[\w-]+\.)+[a-z]{2,}/?", name.strip(), re.I))
