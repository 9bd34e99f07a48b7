"""Every mathematics key of the starter bank, worked out again from the numbers in its prompt."""

import ast
import re
import tomllib
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

BANK = Path(__file__).parents[2] / "cozmic" / "seed" / "bank"
FILES: list[dict[str, Any]] = [
    tomllib.loads(p.read_text("utf-8")) for p in sorted(BANK.glob("*.toml"))
]
MATHEMATICS: list[tuple[str, dict[str, Any]]] = [
    (f["skill"]["slug"], q)
    for f in FILES
    if f["skill"]["subject"] == "mathematics"
    for q in f["question"]
]


def root(a: int | Fraction, b: int, c: int, d: int) -> Fraction:
    """The x of ax + b = cx + d."""
    return Fraction(d - b) / (Fraction(a) - c)


def solutions(a: int, b: int, c: int, d: int) -> str:
    """How many x solve ax + b = cx + d, in the words of the question."""
    if a != c:
        return "Exactly one"
    return "Infinitely many" if b == d else "None"


def sign(left: Fraction, right: Fraction) -> str:
    """The sign that makes a true statement of two numbers."""
    return "<" if left < right else ">" if left > right else "="


ANSWERS: dict[str, dict[str, Fraction | str]] = {
    "adding-and-subtracting-to-20": {
        "What is 8 + 5?": Fraction(8 + 5),
        "There are 9 birds": Fraction(9 - 4),
        "Which number goes in place of the question mark?\n7 + ? = 15": Fraction(15 - 7),
        "What is 14 − 6?": Fraction(14 - 6),
        "Mia has 6 red pencils, 4 blue pencils and 7 green": Fraction(6 + 4 + 7),
        "Which of these has the same answer as 9 + 3?": Fraction(9 + 3),
        "Which sign goes in place of the question mark, + or − ?\n12 ? 5 = 7": "+"
        if 12 + 5 == 7
        else "-",
    },
    "multiplication-and-division-stories": {
        "A baker puts 6 buns in each box. She fills 7": Fraction(6 * 7),
        "24 children stand in 4 equal rows": Fraction(24, 4),
        "Which calculation answers this story?\nTom has 18 stickers. He puts 3": Fraction(18, 3),
        "Seedlings are planted in 4 rows, with 9": Fraction(4 * 9),
        "A ribbon 56 cm long is cut into 8": Fraction(56, 8),
        "The same number goes in place of both question marks. Which number is it?\n? × 6 = 54": Fraction(
            54, 6
        ),
        "Which sign goes in place of the question mark: <, > or = ?\n3 × 8 ? 4 × 6": sign(
            Fraction(3 * 8), Fraction(4 * 6)
        ),
    },
    "adding-fractions": {
        "What is 2/5 + 1/5?": Fraction(2, 5) + Fraction(1, 5),
        "What is 3/8 + 2/8?": Fraction(3, 8) + Fraction(2, 8),
        "Lena runs 3/10 km before school and 4/10 km": Fraction(3, 10) + Fraction(4, 10),
        "Which sum makes exactly one whole?": Fraction(1),
        "What is 4/6 + 5/6?": Fraction(4, 6) + Fraction(5, 6),
        "Which fraction goes in place of the question mark?\n3/8 + ? = 7/8": Fraction(7, 8)
        - Fraction(3, 8),
        "Which sign goes in place of the question mark: <, > or = ?\n1/5 + 3/5 ? 1": sign(
            Fraction(1, 5) + Fraction(3, 5), Fraction(1)
        ),
    },
    "solving-linear-equations": {
        "Solve the equation. What is x?\n3x + 5 = 26": root(3, 5, 0, 26),
        "Solve the equation. What is x?\n7x − 4 = 3x + 16": root(7, -4, 3, 16),
        "Solve the equation. What is x?\n2(x + 3) = 22": root(2, 2 * 3, 0, 22),
        # The story's n; the right equation is the one that it satisfies.
        "Tickets for a show cost £8 each, and there is one booking fee of £3": Fraction(43 - 3, 8),
        "Solve the equation. What is x?\n(2/3)x + 1 = 7": root(Fraction(2, 3), 1, 0, 7),
        "Solve the equation. What is x?\n5(x − 2) = 3x − 16": root(5, 5 * -2, 3, -16),
        "How many solutions does this equation have?\n4x + 6 = 4x + 9": solutions(4, 6, 4, 9),
    },
}


def worked_out(text: str, letter: Fraction) -> Fraction:
    """The exact value of a sum such as "18 ÷ 3" or "8n + 3", any letter in it standing for `letter`."""
    plain = text.replace("×", "*").replace("÷", "/").replace("−", "-")
    return fold(ast.parse(re.sub(r"(\d)([a-z])", r"\1*\2", plain), mode="eval").body, letter)


def fold(node: ast.expr, letter: Fraction) -> Fraction:
    match node:
        case ast.Constant(value=int() | float() as value):
            return Fraction(str(value))
        case ast.Name():
            return letter
        case ast.BinOp(left=left, op=op, right=right):
            a, b = fold(left, letter), fold(right, letter)
            match op:
                case ast.Add():
                    return a + b
                case ast.Sub():
                    return a - b
                case ast.Mult():
                    return a * b
                case ast.Div():
                    return a / b
    raise ValueError(f"not a sum: {ast.unparse(node)}")


def is_right(choice: str, answer: Fraction) -> bool:
    """Whether a choice has this value or, where it is an equation, holds for it."""
    left, _, right = choice.partition("=")
    return worked_out(left.strip(), answer) == (
        worked_out(right.strip(), answer) if right else answer
    )


@pytest.mark.parametrize(
    ("slug", "question"),
    [pytest.param(s, q, id=f"{s}: {q['prompt'][:40]!r}") for s, q in MATHEMATICS],
)
def test_each_mathematics_key_is_what_the_prompt_works_out_to(
    slug: str, question: dict[str, Any]
) -> None:
    found = [
        answer for prompt, answer in ANSWERS[slug].items() if question["prompt"].startswith(prompt)
    ]
    assert len(found) == 1, "one line of ANSWERS for each mathematics question"
    answer, body = found[0], question["body"]
    if question["kind"] == "choice" and isinstance(answer, Fraction):
        assert [c["id"] for c in body["choices"] if is_right(c["text"], answer)] == [
            body["correct"]
        ]
    elif question["kind"] == "choice":
        assert [c["id"] for c in body["choices"] if c["text"] == answer] == [body["correct"]]
    elif question["kind"] == "numeric":
        assert Fraction(body["answer"]) == answer
    else:
        assert body["accepted"][0] == answer


def test_each_line_of_the_answers_belongs_to_a_question() -> None:
    lines = [(slug, line) for slug, table in ANSWERS.items() for line in table]
    used = [
        (s, n)
        for s, n in lines
        if any(s == t and q["prompt"].startswith(n) for t, q in MATHEMATICS)
    ]
    assert used == lines
    assert len(lines) == len(MATHEMATICS)
