"""Finding the one number in an answer that says more than a number: "about 5", "x = 7", "minus 3", "2.5 million".

What is found here is never accepted by itself. It says that a person could read the answer as right.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from cozmic.rules.numbers import (
    COMMA_GROUPS,
    DECIMAL,
    END,
    UNSIGNED,
    read_decimal,
    read_prefix,
    unit_key,
)

SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
MULTIPLES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9}
MINUS = frozenset({"minus", "negative"})
NUMBER_WORDS = {word: number for number, word in enumerate(SMALL.split())} | {
    word: 10 * number for number, word in enumerate(TENS.split(), start=2)
}
PARTS = (
    (r"\bthree[ -]quarters\b", " 3/4 "),
    (r"\b(?:(?:a|one)[ -])?half\b", " 1/2 "),
    (r"\b(?:(?:a|one)[ -])?quarter\b", " 1/4 "),
)
# After the small words are figures: 2 hundred and 50, 3 thousand 200.
SUMS = (
    (re.compile(r"(?<![0-9.,/])([1-9]) hundred(?:(?: and)? ([1-9][0-9]?)(?![0-9.,/]))?"), 100),
    (
        re.compile(r"(?<![0-9.,/])([0-9]{1,3}) thousand(?:(?: and)? ([0-9]{1,3})(?![0-9.,/]))?"),
        1000,
    ),
)
_IN_WORDS = re.compile(
    rf"\b(?:(?P<tens>{TENS.replace(' ', '|')})[ -](?P<ones>{'|'.join(SMALL.split()[1:10])})"
    rf"|(?P<word>{'|'.join(NUMBER_WORDS)}))\b"
)
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
SIGN = r"(?:[+-]\ ?)?"
EXPONENT = r"[+-]?[0-9]{1,2}(?![0-9])"
POWER = (
    rf"{SIGN}(?:{DECIMAL}e{EXPONENT}"
    rf"|(?:{DECIMAL}\ ?[x×*·]\ ?)?10(?:\^\ ?{EXPONENT}|[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{{1,2}}(?![⁰¹²³⁴⁵⁶⁷⁸⁹0-9])))"
)
DECIMAL_COMMA = (
    rf"{SIGN}(?!{COMMA_GROUPS})(?:[1-9][0-9]{{0,2}}(?:\ [0-9]{{3}})+|[0-9]*),[0-9]+{END}"
)
_TOKEN = re.compile(
    rf"(?P<power>{POWER}){END}"
    rf"|(?P<comma>{DECIMAL_COMMA})"
    rf"|(?P<number>{SIGN}{UNSIGNED})"
    r"|(?P<squared>(?:mm|cm|dm|km|m|in|ft|yd)(?:\^?[23]|[²³])(?!\w))"
    r"|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*)"
    r"|(?P<unit>[%°$£€¥¢])"
    r"|(?P<nothing>[=~:≈ ]|(?<=[^\W\d_])[-/](?=[^\W\d_]))"
)
_POWER_PARTS = re.compile(
    rf"(?P<sign>[+-]?)\ ?(?:(?P<lead>{DECIMAL})e|(?:(?P<times>{DECIMAL})\ ?[x×*·]\ ?)?10\^?\ ?)"
    r"(?P<exponent>[+-]?[0-9]+)"
)


@dataclass(frozen=True, slots=True)
class Rough:
    """The one number of a text, and the keys of the words and unit signs around it."""

    value: Fraction
    words: tuple[str, ...]


Item = Fraction | str


def find_rough(text: str) -> Rough | None:
    """Return the one number in plain text; None where there is none, more than one, or something unreadable."""
    items = _items(_without_number_words(text.casefold()))
    if items is None:
        return None
    items = _joined(_multiplied(_signed(items)))
    numbers = [item for item in items if isinstance(item, Fraction)]
    words = tuple(unit_key(item) for item in items if isinstance(item, str))
    if len(numbers) != 1 or any(word in MINUS or word in MULTIPLES for word in words):
        return None
    return Rough(numbers[0], words)


def _without_number_words(text: str) -> str:
    """Write number words in figures; "one" only where there are no figures, since "this one is 5" names one number."""
    has_figures = any(c in "0123456789" for c in text)
    for part, figures in PARTS:
        text = re.sub(part, figures, text)

    def figures_for(match: re.Match[str]) -> str:
        word = match["word"]
        if word is None:
            return str(NUMBER_WORDS[match["tens"]] + NUMBER_WORDS[match["ones"]])
        return word if word == "one" and has_figures else str(NUMBER_WORDS[word])

    text = " ".join(_IN_WORDS.sub(figures_for, text).split())
    for pattern, factor in SUMS:
        text = pattern.sub(partial(_sum, factor), text)
    return text


def _sum(factor: int, match: re.Match[str]) -> str:
    return str(int(match[1]) * factor + int(match[2] or 0))


def _items(text: str) -> list[Item] | None:
    """Take a text apart into numbers and words; None where it holds anything else, or a number such as 1/0."""
    items: list[Item] = []
    place = 0
    while place < len(text):
        token = _TOKEN.match(text, place)
        if token is None:
            return None
        place = token.end()
        if token.lastgroup == "nothing":
            continue
        item = _item(token.lastgroup or "", token.group())
        if item is None:
            return None
        items.append(item)
    return items


def _item(kind: str, text: str) -> Item | None:
    if kind == "power":
        return _power(text)
    if kind == "number":
        value, _ = read_prefix(text)
        return value
    if kind == "comma":
        return Fraction(text.replace(" ", "").replace(",", "."))
    if kind == "word" and not text.replace("'", "").replace("’", "").isalpha():
        return None
    return text


def _power(text: str) -> Fraction | None:
    match = _POWER_PARTS.fullmatch(text.translate(RAISED))
    if match is None:
        return None
    lead = read_decimal(match["lead"] or match["times"] or "1")
    value = lead * Fraction(10) ** int(match["exponent"])
    return -value if match["sign"] == "-" else value


def _signed(items: list[Item]) -> list[Item]:
    """Let "minus" and "negative" change the number that follows them."""
    signed: list[Item] = []
    for item in items:
        if isinstance(item, Fraction) and signed and signed[-1] in MINUS:
            signed[-1] = -item
        else:
            signed.append(item)
    return signed


def _multiplied(items: list[Item]) -> list[Item]:
    """Let "hundred" and its like multiply the number before them; alone they are numbers: a hundred."""
    result: list[Item] = []
    for item in items:
        factor = MULTIPLES.get(item) if isinstance(item, str) else None
        last = result[-1] if result else None
        if factor is None:
            result.append(item)
        elif isinstance(last, Fraction):
            result[-1] = last * factor
        else:
            result.append(Fraction(factor))
    return result


def _joined(items: list[Item]) -> list[Item]:
    """Join the whole and the part of a mixed number as it is spoken: 1 and 1/2, 1 whole and 1/2."""
    items = [item for item in items if item not in {"whole", "wholes"}]
    for index in range(len(items) - 2):
        whole, word, part = items[index : index + 3]
        if (
            isinstance(whole, Fraction)
            and isinstance(part, Fraction)
            and word == "and"
            and whole.denominator == 1
            and 0 < part < 1
        ):
            mixed = whole - part if whole < 0 else whole + part
            return [*items[:index], mixed, *items[index + 3 :]]
    return items
