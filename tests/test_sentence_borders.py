"""Where sentences of news end: kinds that are often cut wrongly, each in sentences written for this test."""

from __future__ import annotations

import pytest

from index.passages import sentences

# A line a case, "|" where a sentence ends.
CASES = """
Rep. Ana Moss, R-N.Y., voted no on the bridge bill.|Her district lies upstate.
Sen. Olaf Reed, D-W.Va., said he would not run again.|His seat is now open.
The bill of Rep. Tia Cole, D-N.J., passed on Friday.|Nobody spoke against it.
Rep. Jon Vale, D-N.M., called it a start.
Sen. Mia Holt, R-S.C., left early.|Two others followed her.
Rep. Lena Ortiz, R-N.C., asked for a recount.
Sen. Pat Lowe, R-N.D., and Rep. Gus Hahn, D-R.I., wrote it together.
Rep. Carl Dunn, R-S.D. and chair of the panel, agreed.
Rep. Ruth Bell, D-N.H., is 71.|She has served since 1998.
Sen. Ike Marsh, R-Fla., ran again.|He lost by a mile.
Rep. Nora Quill, D-Mass., said nothing.|The clerk called the roll.
The debate starts at 9 p.m. ET on Tuesday.|It lasts two hours.
The debate starts at 8 p.m. CT.|It lasts two hours.
Kick-off is at 3 p.m. BST.|Gates open at noon.
Polls close at 7 p.m. PT in the west.
The launch window opens at 6:14 a.m. EDT.|Clouds may delay it.
It landed at 5 a.m. GMT.|The crew was well.
The vote ended at 4 p.m. local time.|Turnout was low.
The eclipse peaks at 3:04 p.m. Eastern.|Glasses are needed.
Trains stop at 11 p.m. Central time.
The fair opens at 10 a.m. Saturday in Velm.|Entry is free.
The storm hit at 2 a.m. Monday.|Roofs were torn off.
Doors open at 7 p.m. Sundays.|Bring a coat.
The office closes at 5 p.m. Dec. 24.|It opens again in January.
The hearing began at 9 a.m. (ET) in Boston.
The meeting ended at 5 p.m.|Everyone went home.
The bell rang at 8 a.m.|The children ran in.
The senator spoke until 2 a.m.|He drank only water.
The show is at 7:30 p.m.|Tickets cost 12 crowns.
The march starts at 1 p.m. and ends at the harbour.
J.D. Marlow won the primary.|He thanked his mother.
The party chose J.D. Marlow for the seat.
The throw went to C.J. Strand in the end zone.|He held on.
Only A.J. Brandt and T.J. Ware scored.
The book is by P.D. Ellery.|It sold well.
Film maker M.J. Lund died on Sunday.|He was 88.
He moved to the U.S. in May.|The firm followed.
He moved to the U.S.|The firm followed in May.
They live in the U.K.|The Lunds moved there in 1990.
The deal with the E.U. failed.|Talks go on.
She works in Washington, D.C.|Her office is small.
The flood reached L.A.|Many roads were closed.
The case went to the D.A.|She declined to comment.
He became an M.D. at 24.
A vote in the U.N.|Another one is planned.
The fair runs from July 8 to Aug. 28 in the park.
The ship left on Sept. 3.|It came back in Nov. 2019.
The trial was set for Oct. 14.|It was moved twice.
School begins on Jan. 7 in most towns.
It rained in Feb. 2020.|It snowed in March.
The lease ends on Dec. 31.|Nobody has renewed it.
The strike of Apr. 12 ended quickly.
He was seriously ill.|Doctors came by boat.
The queen fell ill.|Her son took her place.
Some said yes, more said no.|The mayor was relieved.
The answer was no.|Reporters asked again.
They wanted to speak to me.|Nobody else was there.
Come with me.|We leave at dawn.
It was a work of art.|Thieves took it in 1971.
The museum shows modern art.|Entry is free on Mondays.
It was a near miss.|Both pilots were praised.
The dogs had been fed.|Snow fell on the kennels.
The scheme was a con.|Two men were arrested.
The ball flew in a high arc.|Fans held their breath.
He did ten reps.|Then he rested.
The crew is ok.|Rescuers reached them at noon.
The mine yields iron ore.|Trains carry it to the coast.
Passes are sold at Parks.gov.|Visitors need one each.
Read it at Rules.gov.|The list is long.
It was, he said, no. 4 on the list.
He came in at no. 7 of the field.
The path, called Greenway, is over. the sign says otherwise.
She bought approx. 300 lamps for the hall.
The damage, est. $4 million, is not insured.
Dr. Ines Roth met Mr. Vale.|They shook hands.
Mrs. Holt and Ms. Quill sued.|They won.
Gov. Tia Lowe signed it.|It takes effect in June.
Lt. Gov. Sam Ware stood in.
Sgt. Maj. Bo Lund saluted.|The band played.
Gen. Ada Mills (ret.) spoke first.
The Rev. Ole Hahn prayed.|The crowd was silent.
Prof. E. M. Marsh found the bones.|They are old.
Rolf B. Brandt ran the mill.|It closed in 2009.
Robert F. Strand Jr. spoke.|He was booed.
The Strand Jr. team won.
St. Olaf lost to Mt. Velm.|It was close.
He lives on Main St. near the mill.
The firm, Acme Inc., sued.|Its rival, Bolt Co., did not.
Bolt Corp. shares fell 3.5 percent.|Acme rose 1.2 percent.
Lund vs. Strand will be heard in May.
The court overturned Lund v. Strand.|Few were surprised.
It measured 4.8 on the scale.|Nobody was hurt.
The car costs $27.50 a day.|Fuel is extra.
It is the world's No. 1 port.|Ships wait for days.
She is ranked No. 3.|Her sister is 40th.
Is it safe?|Experts say so.
“Is it safe?” she asked.|Nobody answered.
“It is safe,” he said.|“We tested it.”
"It is over," Lund said.|"Go home."
“We won. They lost. That is all,” he said.|The room laughed.
“He is ill. Doctors are there,” she said.|Nobody else spoke.
He waited ... and then he left.|The door slammed.
The band (it has five members) played.|People danced.
She won.|(It was her first title.)
The quake hit at 3:12 a.m. and lasted 40 seconds.
Yahoo! said so on Monday.|Its shares rose.
The plant in St. Paul, Minn., will close.|Jobs will go.
He grew up in Dayton, Ohio.|His father was a smith.
They flew to Kyiv.|Snow fell.
The U.S. Navy sent a ship.|It arrived late.
The a.m. train was late.|The p.m. train never came.
Costs rose 5.5 per cent.|Wages did not, they say.
"""


@pytest.mark.parametrize("marked", [line for line in CASES.splitlines() if line])
def test_a_sentence_of_news_ends_where_a_reader_ends_it(marked: str) -> None:
    wanted = marked.split("|")
    text = " ".join(wanted)
    assert [text[a:b] for a, b in sentences(text)] == wanted


def test_there_are_more_than_a_hundred_kinds() -> None:
    assert sum(bool(line) for line in CASES.splitlines()) >= 100
