"""Planted copies and look-alikes: a set of articles of which is known which are copies of one story.

Everything is made from the sample articles and from the sentences below, by a seed. Families of copies: agency text
under another headline, a trimmed reprint, an edited one, and mixtures. Look-alikes: the same event told by another
newsroom, a follow-up that repeats the background, and reports that repeat their form (weather, markets, matches).
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from assistant import Article
from assistant.samples import folder
from index.sources.articles import from_markdown

TOWNS = "Lowmere Quillan Pellworm Astrup Tarnby Veltham Korsund Hallin Brede Skarholm Ostrand Mirefield Dunwick".split()
NAMES = (
    "Ines Marlow,Tom Adeyemi,Elin Sorby,Karl Idris,Rosa Lindholm,Peter Vang,Amalie Stroud,Jonas Keel,Mira Halloran,"
    "Dario Pinto,Sami Torp,Hanne Birk,Viktor Aasen,Lucy Prentice,Omar Farouk,Greta Nyholm"
).split(",")
BODIES = "the county council,the harbour board,the school authority,the transport office,the health agency".split(",")
# Each story is told by a dozen of these, in their order, its names and figures its own.
LINES = (
    "{town} — {body_} voted {n} to {m} on {day} to close the {thing} in {town} after a review found {fault}.",
    "The decision, announced by {who}, takes effect on {d} {month} and affects about {big} people in the district.",
    "“Nobody wanted this, but the figures leave us no choice,” {who} told reporters after the meeting.",
    "The review had been ordered {n} months ago, when {other} first complained that repairs had been put off.",
    "It found that {m} of {big2} inspections since {year} had never been carried out or could not be documented.",
    "Running the {thing} costs {money} million crowns a year, {pct} per cent more than when it was opened in {year2}.",
    "{other}, who leads the residents’ association, said that families would now have to travel {km} kilometres.",
    "“They promised us in {year} that it would stay, and we believed them,” {other} said.",
    "Opponents have collected {big3} signatures and want the courts to look at how the vote was prepared.",
    "A replacement is planned beside the old market in {town2}, but building cannot begin before {year3}.",
    "Until then a shuttle bus will run every {min} minutes between {town} and {town2}, free of charge.",
    "The opposition accused {body} of having kept the report back for {m} weeks, which {who} denied.",
    "{third}, an economist in {town2}, called the plan reasonable but said that its savings were overstated.",
    "By her count the district would save {money2} million crowns at most, and only from the third year on.",
    "The {thing} was damaged by a storm in {year}, when part of its roof came down and {n} people were hurt.",
    "A final vote on the budget is expected on {d2} {month}, and {who} said that nothing would be decided before.",
    "Staff were told on {day} morning; {n2} of them have been offered posts elsewhere, a union spokesman said.",
    "The state has so far declined to help, saying that the matter is one for the towns themselves.",
)
THINGS = "swimming hall,town library,night ferry,maternity ward,tram depot,music school,fire station,bus garage".split(
    ","
)
FAULTS = (
    "cracks in its main beams,mould behind the panels,wiring older than the building code,a pump that had failed twice"
).split(",")
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday".split()
MONTHS = "January February March April May June September October November".split()
# The same event in another newsroom's words, same facts.
RETOLD = {
    "ferry-astrid-aground": "A dozen people have been hurt after a night ferry hit the sand just outside Lowmere. The "
    "Astrid had 186 passengers and 14 crew on board when she grounded shortly before dawn on Tuesday, according to the "
    "coast guard.\n\nA helicopter lifted off two passengers with fractures. Everyone has been accounted for. Rescue "
    "boats brought the others to land in about three hours, and the vessel has since been towed to Tarnby.\n\n“You "
    "could not see 50 metres,” harbour master Karl Idris said, adding that fog had probably played a part.",
    "aldra-outage": "Phones went dead for four million Aldra customers on Wednesday, and stayed dead for nine hours. The "
    "operator blames an update to its software.\n\nIn northern Norland even the emergency number 112 was out of reach "
    "for 40 minutes; elsewhere, calls for help were carried by rivals. Chief executive Lise Morrow said sorry and "
    "promised customers three days without fees. Updates will be tested in a single region from now on.\n\nThe watchdog "
    "wants an explanation in ten days. Aldra’s stock lost 4.1 per cent.",
    "brandt-rye": "For a third straight year nobody in the country bakes better rye bread than Sofia Brandt of "
    "Quillan.\n\nBrandt, who followed her father into the trade and took over his shop in 2015, lets every dough stand "
    "for 40 hours and uses only rye, salt, water and an old sourdough. The 5,000 crowns that come with the award will "
    "pay for a roof above the oven, where it has rained in since the autumn.",
    "vessa-flood-first": "Four people are known to have died after the river Vessa burst its banks overnight and swept "
    "through several villages.\n\nFire crews pulled dozens from rooftops with boats. The road along the valley is cut in "
    "several places and the railway has stopped running. Forecasters expect more rain before the evening, and people "
    "living near the water have been told to move to higher ground.",
}


@dataclass(frozen=True, slots=True)
class Planted:
    """Articles in the order in which they are added, and the story each one is a copy of (its family)."""

    articles: tuple[Article, ...]
    family: dict[str, str]


def story(random_: random.Random) -> str:
    """A story of 10 to 16 paragraphs of its own names and figures."""
    who, other, third = random_.sample(NAMES, 3)
    town, town2 = random_.sample(TOWNS, 2)
    body = random_.choice(BODIES)
    facts = {
        "who": who, "other": other, "third": third, "town": town, "town2": town2, "body": body,
        "body_": body[0].upper() + body[1:], "thing": random_.choice(THINGS), "fault": random_.choice(FAULTS),
        "day": random_.choice(DAYS), "month": random_.choice(MONTHS),
    }  # fmt: skip
    ranges = {
        "n": (9, 40), "m": (2, 38), "n2": (11, 90), "d": (1, 28), "d2": (1, 28), "big": (2_000, 90_000),
        "big2": (50, 400), "big3": (900, 30_000), "year": (2008, 2023), "year2": (1950, 1999), "year3": (2027, 2034),
        "pct": (11, 78), "km": (8, 61), "min": (10, 55), "money": (3, 80), "money2": (1, 30),
    }  # fmt: skip
    facts |= {
        name: f"{random_.randint(*ends):,}" if ends[1] > 3000 else str(random_.randint(*ends))
        for name, ends in ranges.items()
    }
    chosen = sorted(random_.sample(range(len(LINES)), random_.randint(10, 16)))
    return "\n\n".join(LINES[n].format(**facts) for n in chosen)


def samples() -> dict[str, Article]:
    """The sample articles by the name of their file."""
    files = sorted(folder().glob("*.md"))
    return {file.stem: from_markdown(file.read_text(encoding="utf-8")) for file in files}


SWAPS = {
    "said": "told reporters", "about": "some", "after": "following", "people": "residents", "will": "is to",
    "before": "ahead of", "more than": "over", "because": "since", "expected": "due", "began": "started",
    "found": "discovered", "called": "described", "would": "was to", "took": "needed", "also": "too",
}  # fmt: skip


def edited(text: str, random_: random.Random) -> str:
    """An editor's hand: some words replaced, a sentence or two dropped, a line of the editor's own added."""
    for old, new in SWAPS.items():
        if random_.random() < 0.5:
            text = re.sub(rf"\b{old}\b", new, text)
    parts = text.split("\n\n")
    if len(parts) > 3:
        del parts[random_.randrange(1, len(parts))]
    if random_.random() < 0.5:
        parts.append(f"This report was prepared for readers in {random_.choice(TOWNS)}.")
    if random_.random() < 0.5:
        parts[0] = f"{random_.choice(TOWNS).upper()} (Northern Wire) - {parts[0]}"
    return "\n\n".join(parts)


def trimmed(text: str, random_: random.Random) -> str:
    """Cut from the end, as agency copy is: 55 to 85 per cent is left, at least three paragraphs or half."""
    parts = text.split("\n\n")
    return "\n\n".join(parts[: max(2, round(len(parts) * random_.uniform(0.55, 0.85)))])


def follow_up(text: str, random_: random.Random) -> str:
    """The next day's story: news of its own, then the background of the day before, word for word."""
    parts = text.split("\n\n")
    fresh = story(random_).split("\n\n")
    kept = parts[-max(1, round(len(parts) * random_.uniform(0.2, 0.5))) :]
    return "\n\n".join([*fresh[: max(3, len(parts) - len(kept))], *kept])


def weather(random_: random.Random, town: str) -> str:
    """One day's forecast in the form every day's has."""
    t = [random_.randint(-8, 31) for _ in range(6)]
    wind = random_.choice("north northwest southwest west east southeast".split())
    sky = random_.choice(("overcast", "mostly sunny", "cloudy with showers", "clear", "foggy at first"))
    return (
        f"The weather office expects {sky} conditions in {town} today, with a high of {t[0]} degrees and a low of {t[1]}"
        f" overnight. Winds from the {wind} will reach {abs(t[2]) + 9} kilometres an hour in the afternoon.\n\nAlong the "
        f"coast the sea stands at {abs(t[3]) + 2} degrees, and waves of up to {abs(t[4]) % 5 + 1} metres are possible. "
        f"Small boats should stay in harbour when the warning flag is up.\n\nTomorrow will bring {t[5]} degrees and a "
        f"chance of rain of {random_.randint(5, 95)} per cent. The next forecast is published at {random_.randint(4, 9)} "
        "o’clock in the evening. Updates are given on the radio every hour."
    )


def market(random_: random.Random) -> str:
    """One day's market report in the form every day's has."""

    def number(low: float, high: float) -> str:
        return f"{random_.uniform(low, high):.2f}"

    up = random_.choice(("rose", "fell"))
    firm, other = random_.sample(("Halden", "Sound Lines", "Aldra", "Capital Mills", "Brede Steel", "Ostrand Oil"), 2)
    return (
        f"Shares in Tarnby {up} {number(0.1, 4)} per cent on {random_.choice(DAYS)}, the leading index closing at "
        f"{random_.randint(4000, 9000):,} points. Turnover was {number(1, 9)} billion crowns.\n\n{firm} was the day’s "
        f"strongest share and gained {number(2, 9)} per cent; {other} lost {number(2, 9)} per cent and was the weakest."
        f"\n\nThe crown traded at {number(6, 12)} to the dollar and {number(7, 13)} to the euro. The yield on the ten-year "
        f"bond stood at {number(1, 5)} per cent. Crude oil cost {number(50, 110)} dollars a barrel and gold "
        f"{random_.randint(1500, 3900):,} dollars an ounce. Trading resumes tomorrow at nine o’clock."
    )


def match(random_: random.Random) -> str:
    """A match report in the form every one has."""
    home, away = random_.sample(TOWNS, 2)
    scorer, second, coach = random_.sample(NAMES, 3)
    goals, theirs = random_.randint(1, 6), random_.randint(0, 5)
    return (
        f"{home} played {away} at home on {random_.choice(DAYS)} and the match ended {goals} to {theirs} in front of "
        f"{random_.randint(900, 30_000):,} spectators. {scorer} scored the first goal in minute {random_.randint(2, 44)} "
        f"and {second} the last in minute {random_.randint(46, 90)}.\n\nThe referee showed {random_.randint(1, 9)} yellow "
        f"cards. “It was a hard game and the team gave everything,” coach {coach} said afterwards. {home} now has "
        f"{random_.randint(3, 70)} points and is in place {random_.randint(1, 18)} of the table, {away} in place "
        f"{random_.randint(1, 18)}. The next match is on {random_.choice(DAYS)}."
    )


def planted(seed: int) -> Planted:
    """The set of one seed: 40 families of three or four copies, and over 200 look-alikes."""
    random_ = random.Random(seed)
    made: list[tuple[Article, str]] = []
    day = datetime(2025, 3, 3, 8, tzinfo=UTC)
    sources = list(samples().items()) + [(f"story-{n}", None) for n in range(24)]

    def put(name: str, family: str, title: str, text: str, hours: float) -> None:
        article = Article(
            id=name, title=title, text=text, url=f"https://example.org/{name}", published=day + timedelta(hours=hours)
        )
        made.append((article, family))

    for number, (name, sample) in enumerate(sources):
        text = sample.text if sample else story(random_)
        title = sample.title if sample else f"Row over closure {number}"
        put(name, name, title, text, number)
        put(f"{name}-headline", name, f"{random_.choice(NAMES)}: what we know", text, number + 1)
        put(f"{name}-trimmed", name, title, trimmed(text, random_), number + 2)
        put(f"{name}-edited", name, f"{title} (report)", edited(text, random_), number + 3)
        if sample is None:
            both = edited(trimmed(text, random_), random_)
            put(f"{name}-both", name, f"Reprint {number}", both, number + 4)
            put(f"{name}-follow", f"{name}-follow", "The day after", follow_up(text, random_), number + 26)
    for name, text in RETOLD.items():
        put(f"{name}-retold", f"{name}-retold", "As we saw it", text, 1)
    for n in range(20):
        for kind, text in (
            ("weather", weather(random_, random_.choice(TOWNS))), ("market", market(random_)), ("match", match(random_)),
        ):  # fmt: skip
            put(f"{kind}-{n}", f"{kind}-{n}", f"{kind.title()} report", text, 24 * n)
    random_.shuffle(made)
    return Planted(tuple(a for a, _ in made), {a.id: family for a, family in made})
