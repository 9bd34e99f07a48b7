"""Answers that pupils of grades 1 to 8 really type, each with the verdict a fair teacher would give.

Written before the checkers: the data judge them, they do not describe them. A checker may be as
simple as it likes, as long as every pair holds and it keeps to these principles beyond the pairs.

**Everywhere**

1. *Correct* and *wrong* are for answers about which no fair teacher would hesitate. Where one would
   want to look, the answer is *doubtful*: neither accepted nor refused. An answer that nobody can
   read as right is wrong, not doubtful, so that the teacher's pile stays short.
2. The contract is a JSON string. Anything else is wrong (null or an absent answer is blank), the
   plain number 5 too: the page never sends one, True is an int in Python, and 0.1 has lost its
   exactness on the way. No answer, whatever it is, raises an exception or takes noticeable time.
3. *Blank*: nothing visible. White space of every kind, format characters (category Cf: zero-width
   characters, direction marks, soft hyphens, byte order marks) and control characters do not count.
4. What looks the same is judged the same, since pupils paste: format characters are dropped and
   white space is trimmed and collapsed. Two exceptions make an answer wrong outright, because with
   them the eye sees something else: control characters that are not white space (NUL), and the
   direction overrides U+202D and U+202E. (Essays are exempt: a person reads them.)
5. Blank is settled first, then the length, and only then is anything normalised: after trimming, over
   100 characters is no number and over 1,000 no short text, even if right. Essays have no limit here.

**Numeric**: the value counts, never the form.

6. Read as numbers: whole numbers, decimals with a point (.5 and 5. too), fractions of whole numbers
   (2/4, also with blanks or a typographic slash), mixed numbers (1 1/2 and 1½, a sign counts for
   all of it), single fraction characters, percentages (50% or 50 percent is 1/2); an optional sign
   in front, the typographic minus, hyphen or en dash as good as the ASCII one; leading zeros;
   full-width characters. One leading = and one closing full stop are ignored. The other scripts'
   digits, superscripts and Python's own notations (1_000, 0x10) are not read. Nothing is evaluated:
   3+4 is the question again, not its answer.
7. The point is always the decimal point. Commas or blanks may group thousands, but only properly: 1
   to 3 digits not starting with 0, then groups of exactly 3, one kind of separator throughout. Proper
   grouping wins, so 1,500 is never 1.5. A single comma that cannot be grouping may be a decimal
   comma (1,5): doubtful if that reading is right, else wrong. It is never just dropped: 1,00 is not
   100, and neither is 1. Two numbers are never joined: 12 5 is not 125.
8. |given - answer| <= tolerance, in exact rational arithmetic, both edges included. Tolerance 0 means
   equal: 0.33 is not 1/3, at whatever length.
9. Unit. It may be left out. If the body names one, it is accepted after the number (a currency sign
   on either side), with or without a blank, in any case, with a closing full stop, as cm², cm2 or
   cm^2, and in full for the usual ones (centimetres, centimeters, minutes, percent). With the unit %
   the bare number counts in per cent: 25 and 25% are right for 25 %, 0.25 and 1/4 are not.
10. Doubtful, if what is left is exactly one number, and right:
    - another unit or word beside it (5 kg for 5 cm, 5 apples, about 5, x = 5, ~5, 25% for a bare 25).
      Words are letters; the signs = ~ : ≈ and those of units may stand among them, all others
      (brackets, quotation marks, semicolons, slashes elsewhere) make it unreadable, so wrong. What is
      dropped leaves a blank: "1 and 1/2" is one number, "0x10" is two;
    - "minus" and "negative" are signs and "hundred", "thousand", "million" factors, not words to drop:
      "minus 3" is -3 and "2 million" is not 2;
    - a usual unit of the same measure with the same quantity (2 m for 200 cm, 250p for £2.50);
    - powers of ten up to two digits of exponent (1e3, 2.5 x 10^3): right, but maybe the question again;
    - number words alone: zero to ninety-nine, and half, quarter, three quarters.
    With a wrong number all of these are wrong; with two numbers (5 or 6) too.

**Text**: only whole listed forms are right, never a part of one or one inside something else.

11. Both sides are normalised: compatibility forms (NFKC), white space, curly to straight quotation
    marks and apostrophes, typographic hyphens and dashes to the ASCII hyphen, and case unless
    case_sensitive. Then equal means correct.
12. One closing full stop or exclamation mark, and one leading article (a, an, the), are ignored in
    what the *pupil* typed if the rest is a listed form. In what the teacher listed both are wanted:
    with "an owl" listed, "a owl" is wrong and "owl" waits. Nothing is ignored where nothing would be
    left: "?" can be the answer.
13. Doubtful, after 12:
    - one small slip: exactly one letter (or apostrophe) added, left out, changed, or swapped with its
      neighbour, in one word that has at least five letters both as listed and as typed, all other
      words equal. Both halves matter: "rain" has four, so it is no slip of "train", as "cot" is none
      of "cat". There is no dictionary, so "trains" waits for "train" exactly as "Pariss" does for
      "Paris". Slips concern letters: another digit is another number, another sign a pattern;
    - the same letters (five or more) with other spacing or hyphens (icecream, ice-cream);
    - the same letters with accents left out or added, at any length (cafe);
    - a listed form after "it is", "it's", "the answer is" or "i think";
    - a listed form that begins with an article, if the pupil typed it with none at all.
14. Where case_sensitive is set, the capitals are the question: other capitals are wrong, no slip.
15. Other words, synonyms and abbreviations are wrong until the teacher lists them.

**Choice**: the id, exactly. Ids are the page's words, not the pupil's: nothing is trimmed,
normalised or case-folded, and the text of a choice is not its id.

**Essay**: ungraded as soon as anything visible is written, were it one word; never judged by machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Kind = Literal["choice", "numeric", "text", "essay"]
Verdict = Literal["correct", "wrong", "doubtful", "ungraded", "blank"]
Row = tuple[object, Verdict, str]


@dataclass(frozen=True)
class Pair:
    """One answer to one question, with its verdict and the reason a teacher would give."""

    kind: Kind
    body: Mapping[str, object]
    answer: object
    verdict: Verdict
    why: str


def _number(answer: str, *, tolerance: str = "0", unit: str = "") -> Mapping[str, object]:
    return MappingProxyType({"answer": answer, "tolerance": tolerance, "unit": unit})


def _words(*accepted: str, case_sensitive: bool = False) -> Mapping[str, object]:
    return MappingProxyType({"accepted": list(accepted), "case_sensitive": case_sensitive})


def _choices(correct: str, **texts: str) -> Mapping[str, object]:
    listed = [{"id": name, "text": text} for name, text in texts.items()]
    return MappingProxyType({"choices": listed, "correct": correct})


def _rows(kind: Kind, body: Mapping[str, object], *rows: Row) -> tuple[Pair, ...]:
    return tuple(Pair(kind, body, answer, verdict, why) for answer, verdict, why in rows)


def _nested(depth: int) -> list[object]:
    """Return an empty list inside `depth` more lists, deeper than recursion reaches."""
    outer: list[object] = []
    for _ in range(depth):
        outer = [outer]
    return outer


FIVE = _number("5")
PARIS = _words("Paris")
PLANETS = _choices("b", a="Venus", b="Mars", c="Jupiter", d="Saturn")

NUMERIC: tuple[Pair, ...] = (
    *_rows(
        "numeric",
        _number("1/2"),
        ("1/2", "correct", "as listed"),
        ("0.5", "correct", "the same value as a decimal"),
        (".5", "correct", "no zero before the point"),
        ("0.50", "correct", "a zero at the end changes nothing"),
        ("00.5", "correct", "nor does one in front"),
        ("+0.5", "correct", "a plus sign"),
        ("50%", "correct", "a percentage is a number"),
        ("50 %", "correct", "with a blank"),
        ("50 percent", "correct", "the sign in words"),
        ("½", "correct", "one character"),
        ("2/4", "correct", "not in lowest terms: the value counts"),
        ("1 / 2", "correct", "blanks round the bar"),
        ("1\u20442", "correct", "the fraction slash of a word processor"),
        ("1\u22152", "correct", "the division slash"),
        ("１／２", "correct", "full-width characters"),
        ("0 1/2", "correct", "a mixed number with nothing whole"),
        ("2/1", "wrong", "upside down"),
        ("1.2", "wrong", "a point is no fraction bar"),
        ("5", "wrong", "the point is missing"),
        ("0.05", "wrong", "ten times too small"),
        ("50", "wrong", "without its sign, fifty"),
        ("0.5%", "doubtful", "in value 1/200, but right if a percentage was asked for"),
        ("0.6%", "wrong", "neither reading is right"),
        ("-1/2", "wrong", "the sign"),
        ("12", "wrong", "the bar is missing"),
        ("0,5", "doubtful", "0 heads no group of thousands: a decimal comma, perhaps"),
        (",5", "doubtful", "the same without the zero"),
        ("0,500", "doubtful", "the same with three places"),
        ("half", "doubtful", "right, but in words"),
        ("1/3", "wrong", "another fraction"),
    ),
    *_rows(
        "numeric",
        _number("0.25"),
        ("1/4", "correct", "a fraction for a decimal"),
        ("25%", "correct", "a percentage for a decimal"),
        ("¼", "correct", "one character"),
        ("25", "wrong", "a hundred times too large"),
        ("2.5", "wrong", "ten times too large"),
        ("0,25", "doubtful", "a decimal comma, perhaps"),
    ),
    *_rows("numeric", _number("3/4"), ("three quarters", "doubtful", "right, but in words")),
    *_rows(
        "numeric",
        _number("100"),
        ("100", "correct", "as listed"),
        ("100.0", "correct", "a decimal for a whole number"),
        ("100.", "correct", "a closing full stop"),
        ("1", "wrong", "1 is not 100"),
        ("10", "wrong", "a zero is missing"),
        ("1000", "wrong", "a zero too many"),
        ("1.00", "wrong", "the point is the decimal point: this is 1"),
        ("1,00", "wrong", "no group of thousands, and with a decimal comma 1: nothing is dropped"),
        ("1 00", "wrong", "two numbers: joining them would be guessing"),
        ("1OO", "wrong", "letters; without them 1"),
        ("100%", "doubtful", "in value 1, but a teacher who asked for a percentage means this"),
        ("1 hundred", "doubtful", "a factor in words"),
    ),
    *_rows(
        "numeric",
        _number("1"),
        ("100", "wrong", "100 is not 1"),
        ("100%", "correct", "the whole"),
        ("4/4", "correct", "the value counts, not the form"),
        ("0.9999999999", "wrong", "close is not equal"),
        ("1,00", "doubtful", "with a decimal comma right"),
        ("1 hundred", "wrong", "a factor is not dropped"),
    ),
    *_rows(
        "numeric",
        _number("1000"),
        ("1000", "correct", "as listed"),
        ("1,000", "correct", "grouped by a comma"),
        ("1 000", "correct", "grouped by a blank"),
        ("1\u00a0000", "correct", "grouped by a no-break blank"),
        ("1\u2009000", "correct", "grouped by a thin blank"),
        ("1\u202f000", "correct", "grouped by a narrow no-break blank"),
        ("1000.0", "correct", "a decimal"),
        ("1,000.00", "correct", "grouped, and a decimal"),
        ("1.000", "wrong", "the point is the decimal point: this is 1"),
        ("10,00", "wrong", "badly grouped, and with a decimal comma 10"),
        ("10 00", "wrong", "two numbers"),
        ("1000,0", "doubtful", "four digits cannot head a group: a decimal comma, perhaps"),
        ("1e3", "doubtful", "a calculator's notation, right"),
        ("1e4", "wrong", "the same notation, wrong"),
        ("1 x 10^3", "doubtful", "standard form, right, but maybe the question again"),
        ("10^3", "doubtful", "a power of ten, right"),
        ("1 thousand", "doubtful", "a factor in words"),
        ("1k", "wrong", "an abbreviation; without it 1"),
    ),
    *_rows(
        "numeric",
        _number("2500000"),
        ("2,500,000", "correct", "two groups"),
        ("2 500 000", "correct", "two groups by blanks"),
        ("2,500 000", "wrong", "two kinds of separator"),
        ("25,00,000", "wrong", "groups of two are not read here"),
        ("2,500", "wrong", "a group is missing"),
        ("2.5 million", "doubtful", "a factor in words"),
        ("2.5 × 10\u2076", "doubtful", "standard form with a raised exponent"),
        ("2.5", "wrong", "the factor is missing"),
    ),
    *_rows("numeric", _number("1.5"), ("1,500", "wrong", "proper grouping wins: 1500")),
    *_rows(
        "numeric",
        _number("3/2"),
        ("1 1/2", "correct", "a mixed number"),
        ("1  1/2", "correct", "two blanks"),
        ("1½", "correct", "a mixed number with a fraction character; not 11/2"),
        ("1 ½", "correct", "the same with a blank"),
        ("6/4", "correct", "not in lowest terms"),
        ("1.5", "correct", "a decimal"),
        ("150%", "correct", "a percentage over the whole"),
        ("1,5", "doubtful", "a decimal comma, perhaps: never 15"),
        ("1 and 1/2", "doubtful", "a mixed number as it is spoken"),
        ("11/2", "wrong", "without the blank, five and a half"),
        ("2/3", "wrong", "upside down"),
        ("1 2", "wrong", "two numbers"),
    ),
    *_rows(
        "numeric",
        _number("11/2"),
        ("1½", "wrong", "one and a half, although normalising may turn it into 11/2"),
        ("5½", "correct", "five and a half"),
    ),
    *_rows("numeric", _number("15"), ("1,5", "wrong", "a comma is never dropped")),
    *_rows("numeric", _number("125"), ("12 5", "wrong", "two numbers are never joined")),
    *_rows(
        "numeric",
        _number("-3"),
        ("-3", "correct", "as listed"),
        ("\u22123", "correct", "the typographic minus"),
        ("\u20133", "correct", "an en dash, as telephones write it"),
        ("\u20113", "correct", "a no-break hyphen, as word processors write it"),
        ("－３", "correct", "full-width"),
        ("- 3", "correct", "a blank after the sign"),
        ("-3.0", "correct", "a decimal"),
        ("3", "wrong", "the sign is the point of the question"),
        ("+3", "wrong", "the other sign"),
        ("3-", "wrong", "the sign behind is no number"),
        ("--3", "wrong", "two signs"),
        ("minus 3", "doubtful", "the sign in words"),
        ("negative 3", "doubtful", "the sign in words, as many teachers say it"),
    ),
    *_rows("numeric", _number("3"), ("minus 3", "wrong", "the sign in words is not dropped")),
    *_rows(
        "numeric",
        _number("-3/2"),
        ("-1 1/2", "correct", "the sign counts for the whole mixed number"),
        ("-1½", "correct", "the same with a fraction character"),
        ("-1/2", "wrong", "what is left if the sign counted for the 1 alone"),
    ),
    *_rows(
        "numeric",
        _number("0"),
        ("0", "correct", "nought is an answer, not a blank"),
        ("-0", "correct", "the same value"),
        ("0.00", "correct", "a decimal"),
        ("0/5", "correct", "a fraction that is nought"),
        ("", "blank", "nothing given is not nought"),
        ("zero", "doubtful", "right, but in words"),
        ("O", "wrong", "a letter"),
    ),
    *_rows(
        "numeric",
        _number("7"),
        ("  7 ", "correct", "blanks round it"),
        ("７", "correct", "a full-width digit"),
        ("07", "correct", "a leading zero"),
        ("7.", "correct", "a closing full stop"),
        ("7.0", "correct", "a decimal"),
        ("7/1", "correct", "a fraction"),
        ("= 7", "correct", "the equals sign of the question"),
        ("7\n", "correct", "the Enter key"),
        ("\ufeff7\u200b", "correct", "pasted with characters that nobody sees"),
        ("seven", "doubtful", "right, but in words"),
        ("Seven", "doubtful", "the same by a telephone"),
        ("six", "wrong", "another number in words"),
        ("x = 7", "doubtful", "names what it found"),
        ("x = 8", "wrong", "names it, and it is wrong"),
        ("3+4", "wrong", "the question again"),
        ("77", "wrong", "typed twice"),
        ("7 or 8", "wrong", "two numbers: no hedging"),
        ("6-8", "wrong", "a range"),
        ("7, 8", "wrong", "two numbers"),
        ("?", "wrong", "something was given, though no number"),
        ("idk", "wrong", "something was given, though no number"),
        ("-", "wrong", "a sign alone"),
        (".", "wrong", "a point alone"),
        ("7/", "wrong", "half a fraction"),
        ("7.0.0", "wrong", "two points"),
        ("7//1", "wrong", "two bars"),
    ),
    *_rows(
        "numeric",
        _number("21"),
        ("twenty-one", "doubtful", "right, but in words"),
        ("twenty one", "doubtful", "the same with a blank"),
        ("twenty", "wrong", "half of it"),
    ),
    *_rows(
        "numeric",
        _number("25"),
        ("5²", "wrong", "nothing is evaluated"),
        ("25%", "doubtful", "in value 1/4, but a teacher who asked for a percentage means this"),
        ("0.25", "wrong", "a hundred times too small"),
    ),
    *_rows("numeric", _number("52"), ("5²", "wrong", "a raised 2 is no digit of the number")),
    *_rows(
        "numeric",
        FIVE,
        ("about 5", "doubtful", "right, but it hedges"),
        ("about 6", "wrong", "hedges, and is wrong"),
        ("~5", "doubtful", "hedges with a sign"),
        ("5 apples", "doubtful", "a unit that nobody asked for"),
        ("6 apples", "wrong", "the number is wrong"),
        ("Answer: 5", "doubtful", "words in front"),
        ("5 apples and 3 pears", "wrong", "two numbers"),
        ("5cm", "doubtful", "a unit where none is named"),
        ("10/2", "correct", "the value counts, not the form"),
        ("5,0", "doubtful", "a decimal comma, perhaps"),
        ("", "blank", "nothing given"),
        ("   ", "blank", "blanks"),
        ("\t\n", "blank", "a tab and the Enter key"),
        ("\u00a0\u2003", "blank", "blanks from a word processor"),
        (None, "blank", "not answered"),
    ),
    *_rows(
        "numeric",
        _number("5", unit="cm"),
        ("5 cm", "correct", "with its unit"),
        ("5cm", "correct", "without a blank"),
        ("5", "correct", "the unit may be left out"),
        ("5.0 cm", "correct", "a decimal with its unit"),
        ("5 Cm", "correct", "a telephone's capital"),
        ("5 CM", "correct", "capitals"),
        ("5 cm.", "correct", "a closing full stop"),
        ("5 centimetres", "correct", "the unit in full"),
        ("5 centimeters", "correct", "the unit in full, American"),
        ("５ｃｍ", "correct", "full-width"),
        ("5 kg", "doubtful", "another unit"),
        ("5 m", "doubtful", "another unit of length: a slip or a misunderstanding"),
        ("50 mm", "doubtful", "the same length in another unit"),
        ("0.05 m", "doubtful", "the same length in another unit"),
        ("cm 5", "doubtful", "the unit in front"),
        ("6 cm", "wrong", "the number is wrong"),
        ("6 kg", "wrong", "all of it is wrong"),
        ("5 cm 6", "wrong", "two numbers"),
        ("cm", "wrong", "a unit alone"),
        ("500 m", "wrong", "neither the number nor the length"),
    ),
    *_rows(
        "numeric",
        _number("200", unit="cm"),
        ("2 m", "doubtful", "the same length in another unit"),
        ("2", "wrong", "without a unit it counts in the named one"),
        ("2 cm", "wrong", "a hundred times too small"),
    ),
    *_rows(
        "numeric",
        _number("12", unit="cm²"),
        ("12 cm²", "correct", "with its unit"),
        ("12cm2", "correct", "as a keyboard can; not 122"),
        ("12 cm^2", "correct", "as calculators write it"),
        ("12 cm", "doubtful", "a length where an area was asked"),
    ),
    *_rows(
        "numeric",
        _number("2.50", unit="£"),
        ("£2.50", "correct", "the sign in front"),
        ("£ 2.50", "correct", "with a blank"),
        ("2.50 £", "correct", "the sign behind"),
        ("2.5", "correct", "the value counts"),
        ("250p", "doubtful", "the same money in pence"),
        ("$2.50", "doubtful", "another currency"),
        ("250", "wrong", "without a unit, pounds"),
        ("£2.05", "wrong", "five pence"),
    ),
    *_rows(
        "numeric",
        _number("25", unit="%"),
        ("25%", "correct", "with its unit"),
        ("25", "correct", "the unit may be left out"),
        ("25 percent", "correct", "the unit in words"),
        ("0.25", "wrong", "a quarter of one per cent: the number counts in the named unit"),
        ("1/4", "wrong", "the same as a fraction"),
    ),
    *_rows(
        "numeric",
        _number("-3", unit="°C"),
        ("\u22123 °C", "correct", "typographic minus and unit"),
        ("-3\u2103", "correct", "the unit in one character"),
        ("3 °C", "wrong", "the sign"),
        ("-3 degrees", "doubtful", "of which scale?"),
    ),
    *_rows(
        "numeric",
        _number("90", unit="min"),
        ("90 minutes", "correct", "the unit in full"),
        ("1.5 hours", "doubtful", "the same time in another unit"),
    ),
    *_rows(
        "numeric",
        _number("5", unit="apples"),
        ("5 Apples", "correct", "a unit may be any word that the teacher names"),
        ("5 pears", "doubtful", "another unit"),
    ),
    *_rows(
        "numeric",
        _number("3.14", tolerance="0.01"),
        ("3.13", "correct", "the lower edge belongs to it"),
        ("3.15", "correct", "the upper edge belongs to it"),
        ("22/7", "correct", "within"),
        ("3.1299999999999999999999", "wrong", "below the edge, further than floats can see"),
        ("3.1500000000000000000001", "wrong", "above the edge, further than floats can see"),
        ("3.1", "wrong", "too coarse"),
        ("3,14", "doubtful", "a decimal comma, perhaps"),
        ("about 3.14", "doubtful", "right, but it hedges"),
    ),
    *_rows(
        "numeric",
        _number("0.3", tolerance="0.1"),
        ("0.2", "correct", "the lower edge, where floats fail"),
        ("0.4", "correct", "the upper edge, where floats fail"),
        ("0.40000000000000000001", "wrong", "past the edge"),
    ),
    *_rows(
        "numeric",
        _number("1/3"),
        ("2/6", "correct", "not in lowest terms"),
        ("⅓", "correct", "one character"),
        ("0.33", "wrong", "with no tolerance it must be equal"),
        ("0.3333333333333333333333", "wrong", "equal as a float only"),
        ("33%", "wrong", "not quite"),
    ),
    *_rows(
        "numeric",
        _number("1/3", tolerance="1/300"),
        ("0.33", "correct", "exactly on the edge"),
        ("0.3299", "wrong", "past it"),
    ),
)

TEXT: tuple[Pair, ...] = (
    *_rows(
        "text",
        PARIS,
        ("Paris", "correct", "as listed"),
        ("paris", "correct", "case does not matter here"),
        ("PARIS", "correct", "capitals"),
        ("  Paris ", "correct", "blanks round it"),
        ("Paris\n", "correct", "the Enter key"),
        ("Paris\u00a0", "correct", "a blank from a word processor"),
        ("Paris\u200b", "correct", "pasted with a character that nobody sees"),
        ("Ｐａｒｉｓ", "correct", "full-width letters"),
        ("Paris.", "correct", "a closing full stop is no knowledge"),
        ("Paris!", "correct", "nor is pride"),
        ("Pariss", "doubtful", "one letter too many"),
        ("Parris", "doubtful", "one letter doubled"),
        ("Parus", "doubtful", "one letter changed"),
        ("Pairs", "doubtful", "two neighbours swapped; a word too, but there is no dictionary"),
        ("pariss.", "doubtful", "the slip is judged after case and full stop"),
        ("It is Paris", "doubtful", "right, in a sentence"),
        ("P\u0430ris", "doubtful", "one Cyrillic letter: looks right, so a person looks"),
        ("Pari", "wrong", "four letters are too short for a slip"),
        ("Par", "wrong", "a part of the answer"),
        ("Parisss", "wrong", "two slips"),
        ("London", "wrong", "another city"),
        ("Paris or London", "wrong", "no hedging"),
        ("not Paris", "wrong", "holds the answer, and denies it"),
        ("It is London", "wrong", "a sentence, and wrong"),
        ("Париж", "wrong", "another alphabet, until the teacher lists it"),
        ("?", "wrong", "something was given"),
        (".", "wrong", "a full stop alone is not blank"),
        ("idk", "wrong", "something was given"),
        ("", "blank", "nothing given"),
        ("    ", "blank", "blanks"),
        ("\u3000\t", "blank", "blanks from another keyboard"),
        (None, "blank", "not answered"),
    ),
    *_rows(
        "text",
        _words("train"),
        ("train", "correct", "as listed"),
        ("rain", "wrong", "four letters, and a word of its own"),
        ("trains", "doubtful", "whether a plural will do depends on the question"),
        ("trian", "doubtful", "two neighbours swapped"),
        ("the train", "correct", "an article in front is no mistake"),
        ("A train", "correct", "the other article"),
        ("train train", "wrong", "more than the listed form"),
        ("strain", "doubtful", "five letters or more and one slip: no dictionary decides"),
    ),
    *_rows("text", _words("rain"), ("train", "wrong", "the listed word is too short for a slip")),
    *_rows(
        "text",
        _words("cat"),
        ("cot", "wrong", "another short word"),
        ("cats", "wrong", "too short for a slip: list the plural if it will do"),
        ("act", "wrong", "swapped, but another short word"),
        ("c a t", "wrong", "too short for other spacing"),
    ),
    *_rows("text", _words("red cat"), ("red cot", "wrong", "a short word in a longer phrase")),
    *_rows(
        "text",
        _words("photosynthesis"),
        ("Photosynthesis", "correct", "a telephone's capital"),
        ("Photosinthesis", "doubtful", "one letter changed"),
        ("photosynthsis", "doubtful", "one letter left out"),
        ("photosynhtesis", "doubtful", "two neighbours swapped"),
        ("photo synthesis", "doubtful", "other spacing"),
        ("fotosynthesis", "wrong", "two slips: ph for f"),
        ("photo", "wrong", "a part of it"),
        ("respiration", "wrong", "another word"),
    ),
    *_rows(
        "text",
        _words("Isaac Newton", "Newton"),
        ("newton", "correct", "the second listed form"),
        ("Isaac   Newton", "correct", "blanks collapse"),
        ("Isaac Newtn", "doubtful", "one slip in a long enough word"),
        ("Newton Isaac", "wrong", "no listed form; a teacher can list it"),
        ("Isaac", "wrong", "a part of a listed form"),
    ),
    *_rows(
        "text",
        _words("don't"),
        ("don't", "correct", "a straight apostrophe"),
        ("don\u2019t", "correct", "a curly one, as telephones write it"),
        ("don\u2018t", "correct", "curled the wrong way"),
        ("Don\u02bct", "correct", "the letter apostrophe"),
        ("dont", "wrong", "in a short word the apostrophe is the question"),
    ),
    *_rows("text", _words("don\u2019t"), ("don't", "correct", "curly on the teacher's side")),
    *_rows("text", _words("it's"), ("its", "wrong", "another word")),
    *_rows("text", _words("couldn't"), ("couldnt", "doubtful", "one slip in a long word")),
    *_rows(
        "text",
        _words("caf\u00e9"),
        ("caf\u00e9", "correct", "composed"),
        ("cafe\u0301", "correct", "decomposed: the same letter"),
        ("CAF\u00c9", "correct", "capitals"),
        ("cafe", "doubtful", "the accent is missing, at any length"),
        ("cafe\u0300", "doubtful", "the other accent"),
        ("cave", "wrong", "another short word"),
    ),
    *_rows("text", _words("Mu\u0308nchen"), ("m\u00fcnchen", "correct", "decomposed as listed")),
    *_rows("text", _words("Straße"), ("STRASSE", "correct", "the capitals of ß")),
    *_rows(
        "text",
        _words("ice cream"),
        ("ice  cream", "correct", "blanks collapse"),
        ("ice-cream", "doubtful", "a hyphen for a blank"),
        ("icecream", "doubtful", "in one word"),
    ),
    *_rows("text", _words("twenty-one"), ("twenty\u2013one", "correct", "an en dash is a hyphen")),
    *_rows("text", _words("H2O"), ("H\u2082O", "correct", "written as chemists do")),
    *_rows(
        "text",
        _words("an owl"),
        ("an owl", "correct", "as listed"),
        ("a owl", "wrong", "the article was asked for"),
        ("owl", "doubtful", "the listed article is missing"),
    ),
    *_rows("text", _words("the"), ("the", "correct", "an article can be the answer")),
    *_rows(
        "text",
        _words("?"),
        ("?", "correct", "a sign can be the answer"),
        ("!", "wrong", "another sign"),
    ),
    *_rows("text", _words("."), (".", "correct", "a full stop can be the answer")),
    *_rows(
        "text",
        _words("7 July 1945"),
        ("7 July 1946", "wrong", "another digit is another year"),
        ("7 July 19455", "wrong", "a digit too many"),
        ("7 july 1945.", "correct", "case and a full stop"),
    ),
    *_rows("text", _words("four"), ("4", "wrong", "until the teacher lists it")),
    *_rows(
        "text",
        _words("Paris", case_sensitive=True),
        ("Paris", "correct", "as listed"),
        ("paris", "wrong", "the capital is the question, not a slip"),
        ("PARIS", "wrong", "so are the small letters"),
        (" Paris. ", "correct", "blanks and full stop are still ignored"),
        ("Pariss", "doubtful", "a slip is still a slip"),
        ("pariss", "wrong", "a slip and the capital"),
    ),
    *_rows(
        "text",
        _words("The cat sleeps.", case_sensitive=True),
        ("The cat sleeps.", "correct", "as listed"),
        ("the cat sleeps.", "wrong", "the capital is the question"),
    ),
)

CHOICE: tuple[Pair, ...] = (
    *_rows(
        "choice",
        PLANETS,
        ("b", "correct", "the right id"),
        ("a", "wrong", "another id"),
        ("c", "wrong", "another id"),
        ("d", "wrong", "another id"),
        ("e", "wrong", "an id that is not there"),
        ("B", "wrong", "ids are exact: no page sends this"),
        (" b", "wrong", "ids are not trimmed"),
        ("b\n", "wrong", "ids are not trimmed"),
        ("ｂ", "wrong", "ids are not normalised"),
        ("b\u200b", "wrong", "ids keep what nobody sees"),
        ("Mars", "wrong", "the text of a choice is not its id"),
        ("ab", "wrong", "two ids in one"),
        ("a,b", "wrong", "a list of ids"),
        ('"b"', "wrong", "JSON inside the string"),
        ("1", "wrong", "the place of a choice is not its id"),
        ("", "blank", "nothing chosen"),
        ("  ", "blank", "blanks"),
        ("\u200b", "blank", "nothing visible"),
        (None, "blank", "not answered"),
    ),
    *_rows(
        "choice",
        _choices("a", a="b", b="a"),
        ("a", "correct", "the id, although another choice reads so"),
        ("b", "wrong", "the text of the right choice, but the id of the other"),
    ),
    *_rows(
        "choice",
        _choices("10", **{"1": "one", "10": "ten"}),
        ("10", "correct", "an id of digits"),
        ("1", "wrong", "the beginning of the right id"),
        ("010", "wrong", "ids are not numbers"),
    ),
)

ESSAY: tuple[Pair, ...] = _rows(
    "essay",
    MappingProxyType({"guidance": "Names two causes and says how they hang together."}),
    ("The river rose because it had rained for a week.", "ungraded", "a person reads it"),
    ("yes", "ungraded", "one word is still something"),
    (".", "ungraded", "so is one sign"),
    ("😀", "ungraded", "and one picture"),
    ("I don't know", "ungraded", "the teacher decides what that is worth"),
    ("<b>Rain</b>", "ungraded", "mark-up is only text"),
    ("word " * 5_000, "ungraded", "long"),
    (
        "Names two causes and says how they hang together.",
        "ungraded",
        "equal to the guidance, and still for a person",
    ),
    ("", "blank", "nothing written"),
    (" \n\n\t ", "blank", "the Enter key alone"),
    ("\u200b\u00a0", "blank", "nothing visible"),
    (None, "blank", "not answered"),
)

HOSTILE: tuple[Pair, ...] = (
    *_rows(
        "numeric",
        FIVE,
        ("9**9**9**9", "wrong", "never evaluated: it would not end"),
        ("9^9^9^9", "wrong", "the same in another notation"),
        ("9" * 100_000, "wrong", "longer than Python turns into a number"),
        ("0" * 100_000 + "5", "wrong", "would be right, but no pupil types it"),
        ("5." + "0" * 100_000, "wrong", "the same behind the point"),
        ("5/" + "1" * 100_000, "wrong", "a long denominator"),
        ("1 " * 50_000, "wrong", "many numbers"),
        ("(" * 100_000, "wrong", "deep brackets"),
        ("1/0", "wrong", "no number"),
        ("0/0", "wrong", "no number"),
        ("5 1/0", "wrong", "no number, mixed"),
        ("5/0.0", "wrong", "no number, with a decimal"),
        ("1e999999999", "wrong", "an exponent that would fill the memory"),
        ("1e-999999999", "wrong", "the same downwards"),
        ("10^999999999", "wrong", "the same as a power"),
        ("nan", "wrong", "a float's word"),
        ("inf", "wrong", "a float's word"),
        ("-Infinity", "wrong", "a float's word"),
        ('__import__("os").system("id")', "wrong", "code is text"),
        ("5' OR '1'='1", "wrong", "SQL is text"),
        ("5; DROP TABLE responses", "wrong", "SQL is text"),
        ("<b>5</b>", "wrong", "HTML is text"),
        ("<script>alert(5)</script>", "wrong", "HTML is text"),
        ("{{ 5 }}", "wrong", "a template is text"),
        ("5\x00", "wrong", "NUL: no keyboard types it, PostgreSQL cannot keep it"),
        ("\x00", "blank", "nothing visible"),
        ("\u200f\u200e", "blank", "direction marks alone"),
        ("\u200b\u200d\ufeff", "blank", "zero-width characters alone"),
        ("\u202e5", "wrong", "a direction override shows something else"),
        ("\u200f6", "wrong", "a direction mark does not help a wrong number"),
        ("\u0665", "wrong", "an Arabic-Indic digit, which int() would take"),
        ("\u096b", "wrong", "a Devanagari digit, which int() would take"),
        ("\ud800", "wrong", "half a surrogate pair, which JSON can carry"),
        ("0x5", "wrong", "a programmer's number"),
        ("0b101", "wrong", "a programmer's number"),
        ("%s%n", "wrong", "a format string"),
        (5, "wrong", "a JSON number: the contract is a string"),
        (5.0, "wrong", "a JSON number with a point"),
        (True, "wrong", "a boolean, which is an int in Python"),
        (False, "wrong", "a boolean is something, though not an answer"),
        (float("nan"), "wrong", "Python's JSON reader lets it through"),
        (10**5_000, "wrong", "a JSON number too long to print"),
        ([], "wrong", "a list, even an empty one"),
        (["5"], "wrong", "a list with the answer"),
        ({"answer": "5"}, "wrong", "an object with the answer"),
        (_nested(20_000), "wrong", "deeper than recursion reaches"),
    ),
    *_rows("numeric", _number("1"), (True, "wrong", "True equals 1 in Python")),
    *_rows("numeric", _number("0"), (False, "wrong", "False equals 0 in Python")),
    *_rows("numeric", _number("12"), ("\u202e21", "wrong", "an override shows 12, it holds 21")),
    *_rows("numeric", _number("21"), ("\u202e21", "wrong", "it holds 21, an override shows 12")),
    *_rows("numeric", _number("10"), ("1\u0660", "wrong", "digits of two scripts")),
    *_rows("numeric", _number("16"), ("0x10", "wrong", "a programmer's number")),
    *_rows("numeric", _number("1000"), ("1_000", "wrong", "Python's grouping")),
    *_rows(
        "text",
        PARIS,
        ("Paris'; DROP TABLE responses; --", "wrong", "SQL is text"),
        ("<b>Paris</b>", "wrong", "HTML is text"),
        (".*", "wrong", "no pattern"),
        ("P_ris", "wrong", "no pattern, and no slip either: slips concern letters"),
        ("Par1s", "wrong", "a digit is no slip"),
        ("Paris\x00", "wrong", "NUL is no slip"),
        ("\u202esiraP", "wrong", "shows the answer, holds another"),
        ("\u202eParis", "wrong", "holds the answer, shows another"),
        ("\u200b" * 1_000, "blank", "nothing visible, often"),
        (" " * 100_000, "blank", "blanks, often"),
        ("P" * 100_000, "wrong", "no time is spent on comparing it"),
        ("Pa\u0301" * 50_000, "wrong", "accents, often"),
        ("P" + "\u0301\u0323" * 50_000, "wrong", "slow to normalise: measured before that"),
        ("Paris\nLondon", "wrong", "two lines"),
        (["Paris"], "wrong", "a list with the answer"),
        ({"accepted": ["Paris"]}, "wrong", "an object"),
        (0, "wrong", "a number"),
        (_nested(20_000), "wrong", "deeper than recursion reaches"),
    ),
    *_rows("text", _words("True"), (True, "wrong", "a boolean that prints as the answer")),
    *_rows("text", _words("None"), (None, "blank", "null that prints as the answer")),
    *_rows("text", _words("5"), (5, "wrong", "a number that prints as the answer")),
    *_rows(
        "choice",
        PLANETS,
        (["b"], "wrong", "a list with the id, which cannot be hashed"),
        ({"id": "b"}, "wrong", "an object with the id"),
        (1, "wrong", "the place of the choice"),
        (True, "wrong", "a boolean"),
        ("b\x00", "wrong", "NUL"),
        ("b' OR 'a'='a", "wrong", "SQL is text"),
        ("b" * 100_000, "wrong", "long"),
        (_nested(20_000), "wrong", "deeper than recursion reaches"),
    ),
    *_rows(
        "essay",
        MappingProxyType({"guidance": ""}),
        (["An essay."], "wrong", "a list is nothing that a pupil wrote"),
        (7, "wrong", "a number"),
        ("\x00\x00", "blank", "nothing visible"),
    ),
)

ALL: tuple[Pair, ...] = NUMERIC + TEXT + CHOICE + ESSAY + HOSTILE
