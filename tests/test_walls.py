"""Walls in other languages are no articles, and a live blog is one with its posts' times."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from index.errors import UnreadableSource
from index.sources.page import from_html

LEADS = {
    "de": "Die Fähre von Tolby fährt ab Montag wieder, das sagte die Hafenmeisterin am Freitag nach einer Sitzung.",
    "fr": "Le bac de Tolby circulera de nouveau lundi, a annoncé vendredi la capitaine du port après une réunion.",
    "es": "El transbordador de Tolby volverá a navegar el lunes, anunció el viernes la capitana del puerto.",
    "it": "Il traghetto di Tolby tornerà in servizio lunedì, ha annunciato venerdì la comandante del porto.",
    "nl": "De veerboot van Tolby vaart maandag weer, zei de havenmeester vrijdag na een vergadering van de raad.",
}
WALLS = {
    "de": "Sie möchten den ganzen Artikel lesen? Weiterlesen mit T+ im Abonnement, auch auf dem Telefon.",
    "fr": "Cet article est réservé à nos abonnés. Déjà abonné ? Connectez-vous pour en profiter.",
    "es": "Contenido exclusivo para suscriptores. Inicia sesión para seguir leyendo esta noticia.",
    "it": "Contenuto riservato agli abbonati. Abbonati per continuare a leggere questo articolo.",
    "nl": "Dit artikel is alleen voor abonnees. Word abonnee en lees alles wat wij schrijven.",
}
COOKIES = {
    "de": "Wir brauchen Ihre Zustimmung. Unsere Partner und wir speichern Cookies. Mehr in der Datenschutzerklärung",
    "fr": "Nous et nos 812 partenaires utilisons des traceurs. Votre consentement est libre. Tout accepter ou partir",
    "es": "Nosotros y nuestros socios usamos cookies. Puedes retirar tu consentimiento. Aceptar todo o rechazar todo",
    "it": "Noi e i nostri partner usiamo i cookie. Puoi revocare il consenso. Accetta tutto o rifiuta tutto",
    "nl": "Wij en onze partners gebruiken cookies. U kunt uw toestemming intrekken. Alles accepteren of alles weigeren",
}


def page(*paragraphs: str) -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return f"<html><head><title>Tolby</title></head><body><article><h1>Tolby</h1>{body}</article></body></html>"


@pytest.mark.parametrize("language", LEADS)
def test_a_paywalls_stub_is_refused(language: str) -> None:
    with pytest.raises(UnreadableSource, match="paywall"):
        from_html(page(LEADS[language], WALLS[language]))
    assert from_html(page(LEADS[language], LEADS[language].replace("Tolby", "Orlo"))).text


@pytest.mark.parametrize("language", COOKIES)
def test_a_cookie_wall_is_refused(language: str) -> None:
    with pytest.raises(UnreadableSource, match="cookie notice"):
        from_html(page(*(f"{sentence}." for sentence in COOKIES[language].split(". "))))


def test_a_stub_is_known_by_the_box_of_its_wall_whatever_it_says() -> None:
    box = '<div class="c-paywall__box"><p>Olvasson tovább előfizetéssel most.</p></div></article>'
    stub = page(LEADS["de"], LEADS["de"].replace("Tolby", "Orlo"))
    with pytest.raises(UnreadableSource, match="paywall"):
        from_html(stub.replace("</article>", box))
    days = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag")
    whole = page(
        *(LEADS["de"].replace("Montag", day).replace("Tolby", town) for day in days for town in ("Orlo", "Sarn"))
    )
    assert from_html(whole.replace("</article>", box)).text


TOLD = ("The crane fell on the quay of Tolby, the harbour master says.", "The quay of Tolby is closed until Monday.")
TIMES = ("2025-03-04T09:05:00Z", "2025-03-04T11:40:00Z")


@pytest.mark.parametrize("in_data", [True, False])
def test_a_live_blog_keeps_its_title_and_the_times_of_its_posts(in_data: bool) -> None:
    both = list(enumerate(zip(TIMES, TOLD, strict=True)))
    updates = [
        {"headline": f"Post {n}", "datePublished": time, "articleBody": text if in_data else ""}
        for n, (time, text) in both
    ]
    data = {"@type": "LiveBlogPosting", "headline": "Crane: live", "datePublished": TIMES[0]}
    script = json.dumps({"@graph": [data | {"liveBlogUpdate": updates}]})
    body = "".join(
        f'<div class="post"><time datetime="{time}">now</time><h3>Post {n}</h3><p>{text}</p></div>'
        for n, (time, text) in both
    )
    article = from_html(
        f'<html><head><title>x</title><script type="application/ld+json">{script}</script></head>'
        f"<body><main><h1>Crane: live</h1>{body}</main></body></html>"
    )
    assert article.title == "Crane: live" and article.published == datetime(2025, 3, 4, 9, 5, tzinfo=UTC)
    first, second = (f"4 March 2025, {clock}" for clock in ("09:05", "11:40"))
    assert article.text == f"{first} – Post 0\n{TOLD[0]}\n\n{second} – Post 1\n{TOLD[1]}"
