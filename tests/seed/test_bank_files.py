"""The starter bank's files: their shape and their fairness.

The files are read as plain TOML here, so that a fault in a file shows as such and not as a fault of the loader.
"""

import re
import tomllib
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

BANK = Path(__file__).parents[2] / "cozmic" / "seed" / "bank"
SUBJECTS = {"mathematics": 4, "science": 2, "english": 2, "geography": 1, "history": 1}
KINDS = {"choice", "numeric", "text", "essay"}
SKILL_FIELDS = {"slug", "subject", "grade", "name"}
QUESTION_FIELDS = {"kind", "prompt", "explanation", "hints", "difficulty", "body"}
NUMBER_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen "
    "fourteen fifteen sixteen seventeen eighteen nineteen twenty"
)

SKILLS: list[dict[str, Any]] = [
    tomllib.loads(p.read_text("utf-8")) for p in sorted(BANK.glob("*.toml"))
]
ALL: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (s["skill"], q) for s in SKILLS for q in s["question"]
]


def of_kind(*kinds: str) -> list[Any]:
    """The questions of some kinds as test parameters named after skill and prompt."""
    return [
        pytest.param(q, id=f"{s['slug']}: {q['prompt'][:40]!r}")
        for s, q in ALL
        if q["kind"] in kinds
    ]


def correct_text(question: dict[str, Any]) -> str:
    """The words of the right choice."""
    body = question["body"]
    return next(str(c["text"]) for c in body["choices"] if c["id"] == body["correct"])


def test_there_are_ten_skills_over_five_subjects_and_every_grade() -> None:
    skills = [s["skill"] for s in SKILLS]
    assert Counter(s["subject"] for s in skills) == SUBJECTS
    assert {s["grade"] for s in skills} == set(range(1, 9))
    assert len({s["name"] for s in skills}) == len(skills) == 10


def test_there_are_sixty_questions_and_six_for_each_skill() -> None:
    assert len(ALL) >= 60
    assert min(len(s["question"]) for s in SKILLS) >= 6
    kinds = Counter(q["kind"] for _, q in ALL)
    assert set(kinds) == KINDS
    assert kinds["essay"] in (2, 3)


@pytest.mark.parametrize("path", sorted(BANK.glob("*.toml")), ids=lambda p: p.stem)
def test_a_file_holds_one_skill_named_like_the_file(path: Path) -> None:
    content = tomllib.loads(path.read_text("utf-8"))
    skill = content["skill"]
    assert set(content) == {"skill", "question"}
    assert skill.keys() - {"code"} == SKILL_FIELDS
    assert skill["slug"] == path.stem
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", skill["slug"])
    assert len({q["kind"] for q in content["question"]}) >= 2, "kinds are mixed within a skill"


@pytest.mark.parametrize("question", of_kind(*KINDS))
def test_a_question_has_every_field_and_three_hints(question: dict[str, Any]) -> None:
    assert question.keys() - {"source"} == QUESTION_FIELDS
    texts = [question["prompt"], question["explanation"], *question["hints"]]
    assert all(t and t == t.strip() for t in texts)
    assert len(question["hints"]) == len(set(question["hints"])) == 3
    assert question["difficulty"] in range(1, 6)


@pytest.mark.parametrize("question", of_kind(*KINDS))
def test_an_explanation_has_two_to_four_sentences(question: dict[str, Any]) -> None:
    assert 2 <= len(re.findall(r"[.?!]['\")]*(?=\s|$)", question["explanation"])) <= 4


def test_facts_carry_their_source() -> None:
    factual = [q for s, q in ALL if s["subject"] in {"science", "geography", "history"}]
    assert [q["prompt"] for q in factual if not q.get("source")] == []


def test_no_prompt_appears_twice() -> None:
    prompts = Counter(" ".join(q["prompt"].casefold().split()) for _, q in ALL)
    assert [p for p, n in prompts.items() if n > 1] == []


@pytest.mark.parametrize("question", of_kind("choice"))
def test_a_choice_question_offers_four_different_choices_and_one_key(
    question: dict[str, Any],
) -> None:
    body = question["body"]
    assert body.keys() == {"choices", "correct"}
    assert [c["id"] for c in body["choices"]] == ["a", "b", "c", "d"]
    assert len({c["text"].casefold() for c in body["choices"]}) == 4
    assert body["correct"] in "abcd"


@pytest.mark.parametrize("question", of_kind("numeric"))
def test_a_numeric_key_is_an_exact_number(question: dict[str, Any]) -> None:
    body = question["body"]
    assert body.keys() == {"answer", "tolerance", "unit"}
    assert all(isinstance(v, str) for v in body.values())
    Fraction(body["answer"])
    assert Fraction(body["tolerance"]) >= 0


@pytest.mark.parametrize("question", of_kind("text"))
def test_accepted_forms_are_different_and_tidy(question: dict[str, Any]) -> None:
    body = question["body"]
    assert body.keys() == {"accepted", "case_sensitive"}
    assert body["case_sensitive"] is False
    forms = [" ".join(f.split()).casefold() for f in body["accepted"]]
    assert all(forms)
    assert len(forms) == len(set(forms))


@pytest.mark.parametrize("question", of_kind("essay"))
def test_an_essay_tells_the_teacher_what_to_look_for(question: dict[str, Any]) -> None:
    assert question["body"].keys() == {"guidance"}
    assert len(question["body"]["guidance"]) > 100


def keys_of(question: dict[str, Any]) -> list[str]:
    """The words or figures that a hint must not say."""
    match question["kind"]:
        case "choice":
            return [correct_text(question)]
        case "numeric":
            return [question["body"]["answer"]]
        case _:
            return list(question["body"]["accepted"])


def says_number(text: str, number: Fraction) -> bool:
    """Whether a text holds this value in figures (3/2 and 6/4 alike) or as a whole number word."""
    figures = re.findall(r"(?<![\w.])[-−]?\d+(?:\.\d+|/\d+)?", text)
    words = {w: Fraction(n) for n, w in enumerate(NUMBER_WORDS.split())}
    said = {Fraction(f.replace("−", "-")) for f in figures}
    return number in said | {words[w] for w in re.findall(r"[a-z]+", text.casefold()) if w in words}


def says(text: str, key: str) -> bool:
    if re.fullmatch(r"-?\d+(\.\d+|/\d+)?", key):
        return says_number(text, Fraction(key))
    return re.search(rf"(?<!\w){re.escape(key)}(?!\w)", text, re.IGNORECASE) is not None


@pytest.mark.parametrize("question", of_kind("choice", "numeric", "text"))
def test_no_hint_says_the_key(question: dict[str, Any]) -> None:
    assert [(h, k) for h in question["hints"] for k in keys_of(question) if says(h, k)] == []


def test_the_right_choice_is_not_given_away_by_its_place_or_length() -> None:
    choices = [q for _, q in ALL if q["kind"] == "choice"]
    places = Counter(q["body"]["correct"] for q in choices)
    assert set(places) == set("abcd")
    assert max(places.values()) <= 0.4 * len(choices)
    for extreme in (max, min):
        lengths = [
            (sorted(len(c["text"]) for c in q["body"]["choices"]), len(correct_text(q)))
            for q in choices
        ]
        alone = [
            own for others, own in lengths if own == extreme(others) and others.count(own) == 1
        ]
        assert len(alone) <= 0.4 * len(choices), (
            f"the right choice is too often the {extreme.__name__} in length"
        )
