"""Names of people as lists and forms give them: taken apart, and judged."""

from __future__ import annotations

LONGEST_NAME = 80
MARKUP = "<>{}|="  # what pages and program text are made of, and no name
SAMPLE = "Emma Thompson, or Thompson, Emma"


def split_name(name: str) -> tuple[str, str, str | None]:
    """Return given name, family name and what is wrong, of 'Emma Thompson' or 'Thompson, Emma'.

    The last word is the family name, with small words before it: 'Vincent van Gogh'. One word is a given name.
    """
    if ";" in name:
        return name, "", f"There is a “;” in this line. Write {SAMPLE}, or say that it has columns."
    if "," in name:
        family, _, given = (part.strip() for part in name.partition(","))
        if "," in given:
            return name, "", f"There is more than one comma. Write {SAMPLE}."
        if not (given and family):
            return name, "", f"There is a comma, but a name on one side of it only. Write {SAMPLE}."
        return given, family, None
    words = name.split()
    begin = len(words) - 1
    while begin > 1 and words[begin - 1].islower() and not words[0].islower():
        begin -= 1
    if begin < 1:
        return name, "", None
    return " ".join(words[:begin]), " ".join(words[begin:]), None


def find_name_faults(given: str, family: str) -> list[str]:
    """Return why these cannot be a person's names, and what would be right; empty where they can."""
    faults = []
    if not given:
        faults.append(
            "The given name is missing. People with one name have it as their given name."
        )
    for kind, name in (("given", given), ("family", family)):
        if len(name) > LONGEST_NAME:
            faults.append(
                f"The {kind} name has {len(name)} characters, and at most {LONGEST_NAME} are kept. Shorten it."
            )
        elif name and not any(letter.isalpha() for letter in name):
            faults.append(
                f"“{name}” has no letters, so it is no {kind} name. Is a column in the wrong place?"
            )
        elif "@" in name:
            faults.append(f"“{name}” looks like an e-mail address, not like a {kind} name.")
        elif found := next((sign for sign in name if sign in MARKUP), None):
            faults.append(f"“{name}” has a “{found}” in it, which no {kind} name has. Take it out.")
    return faults
