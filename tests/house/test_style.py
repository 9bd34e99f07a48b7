"""The house rules, held over the source: where the database is used and committed, docstrings, sizes, names, clocks.

A rule takes a module's path below the checkout and its source, and yields what is wrong. Each is shown a planted
fault too, so that none of them can fall asleep.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cozmic.config import ROOT

VIEWS = ("auth", "student", "teacher", "classroom", "ops", "web")
LONGEST_FUNCTION, LONGEST_VIEW, LONGEST_FILE = 40, 20, 260
ROUTE = re.compile(r"\w+\.(get|post|put|patch|delete)\(")
READ_NAME = re.compile(r"_|(find|get|list|count|is|has|may|select)_")
"""Private names are free; `select_` names a SELECT that several reads make their own of."""
FIND_OR_GET = re.compile(r"_?(find|get)_")
CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}
READS_ENVIRONMENT = {"cozmic/config.py", "gunicorn.conf.py"}
WITH_CONTEXT = re.compile(r"\{%-?\s*(?:from|import)\b[^%]*\bwith context\b")

Rule = Callable[[str, str], Iterator[str]]
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def list_sources() -> list[tuple[str, str]]:
    """Every module of the application, with gunicorn's and wsgi's: path and source."""
    paths = [*(ROOT / "cozmic").rglob("*.py"), ROOT / "gunicorn.conf.py", ROOT / "wsgi.py"]
    return [(path.relative_to(ROOT).as_posix(), path.read_text()) for path in sorted(paths)]


def no_database_in_views(path: str, source: str) -> Iterator[str]:
    """Views, and what they share, ask reads and writes."""
    if path.split("/")[1:2] and path.split("/")[1] in VIEWS:
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Name) and node.id == "db":
                yield f"{path}:{node.lineno} uses the database"
            elif isinstance(node, ast.ImportFrom) and any(one.name == "db" for one in node.names):
                yield f"{path}:{node.lineno} imports the database"


def only_the_transaction_commits(path: str, source: str) -> Iterator[str]:
    """One place sets revisions and commits; all else would forget them."""
    if path != "cozmic/transaction.py":
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Attribute) and node.attr == "commit":
                if ast.unparse(node.value) == "super()":
                    continue  # a connection that counts its own COMMIT
                yield f"{path}:{node.lineno} commits"


def all_that_is_public_says_what_it_is(path: str, source: str) -> Iterator[str]:
    """Modules, classes and functions, methods among them, whose names have no underscore in front."""
    tree = ast.parse(source)
    if not ast.get_docstring(tree):
        yield f"{path} has no docstring"
    for node in list_definitions(tree):
        if not node.name.startswith("_") and not ast.get_docstring(node):
            yield f"{path}:{node.lineno} {node.name} has no docstring"


def functions_are_short(path: str, source: str) -> Iterator[str]:
    """A function fits on a screen."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield f"{path}:{node.lineno} {node.name} has {length} lines"


def views_are_short(path: str, source: str) -> Iterator[str]:
    """A view is guard, parse, one call, respond."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and any(map(ROUTE.match, decorators_of(node))):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_VIEW:
                yield f"{path}:{node.lineno} {node.name} has {length} lines"


def decorators_of(node: ast.FunctionDef) -> list[str]:
    """The decorators of a function, as they are written."""
    return [ast.unparse(one) for one in node.decorator_list]


def files_are_short(path: str, source: str) -> Iterator[str]:
    """A file has one subject."""
    length = source.count("\n")
    if length > LONGEST_FILE:
        yield f"{path} has {length} lines"


def reads_are_named_for_what_they_return(path: str, source: str) -> Iterator[str]:
    """Their verbs say what comes of nothing: None, an error, an empty list, 0."""
    if path.startswith("cozmic/reads/"):
        for node in ast.parse(source).body:
            if isinstance(node, ast.FunctionDef) and not READ_NAME.match(node.name):
                yield f"{path}:{node.lineno} {node.name} is no name of a read"


def finding_may_find_nothing(path: str, source: str) -> Iterator[str]:
    """find_ may return None and get_ never does, in what reads and loads."""
    if path.startswith(("cozmic/reads/", "cozmic/access/")):
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef) and (verb := FIND_OR_GET.match(node.name)):
                returned = ast.unparse(node.returns) if node.returns else ""
                if ("None" in returned) != (verb[1] == "find"):
                    yield f"{path}:{node.lineno} {node.name} returns {returned}"


def no_clock_but_the_databases(path: str, source: str) -> Iterator[str]:
    """The database's clock decides; another one needs a comment on its line or the line above."""
    explained = list_comment_lines(source)
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Attribute) or {node.lineno, node.lineno - 1} & explained:
            continue
        if ast.unparse(node) in CLOCKS:
            yield f"{path}:{node.lineno} reads {ast.unparse(node)}"


def only_the_config_reads_the_environment(path: str, source: str) -> Iterator[str]:
    """A setting that is read elsewhere stands in no list and is checked by nobody."""
    if path not in READS_ENVIRONMENT:
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, ast.Attribute) or ast.unparse(node) == "request.environ":
                continue  # the latter is the request's own
            if node.attr in {"environ", "environb", "getenv"}:
                yield f"{path}:{node.lineno} reads the environment"


def each_index_names_its_screen(path: str, source: str) -> Iterator[str]:
    """An index stands there for somebody: a comment on its lines says for whom."""
    if path.startswith("cozmic/models/"):
        explained = list_comment_lines(source)
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and is_index(node):
                lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
                if not explained.intersection(lines):
                    yield f"{path}:{node.lineno} an index without its screen"


def is_index(call: ast.Call) -> bool:
    """Whether a call makes an index: by itself, or a column with one."""
    name = getattr(call.func, "id", "")
    keywords = {one.arg for one in call.keywords if ast.unparse(one.value) == "True"}
    is_column = name == "mapped_column" and bool({"index", "unique"} & keywords)
    return name in {"Index", "UniqueConstraint"} or is_column


def list_definitions(tree: ast.Module) -> Iterator[Definition]:
    """Classes and functions that others can reach: of the module, and of its public classes."""
    for node in tree.body:
        if isinstance(node, Definition):
            yield node
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from (one for one in node.body if isinstance(one, Definition))


def list_comment_lines(source: str) -> set[int]:
    """The numbers of the lines that hold a comment."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {token.start[0] for token in tokens if token.type == tokenize.COMMENT}


PLANTED: dict[Rule, tuple[str, str]] = {
    no_database_in_views: ("cozmic/ops/x.py", "from cozmic.extensions import db\n"),
    only_the_transaction_commits: ("cozmic/writes/x.py", "db.session.commit()\n"),
    all_that_is_public_says_what_it_is: ("cozmic/x.py", '"""X."""\nclass A:\n    """A."""\n    def b(self): ...\n'),
    functions_are_short: ("cozmic/x.py", "def a():\n" + "    b()\n" * LONGEST_FUNCTION),
    views_are_short: ("cozmic/ops/x.py", "@ops.get('/')\ndef a():\n" + "    b()\n" * LONGEST_VIEW),
    files_are_short: ("cozmic/x.py", "a = 1\n" * (LONGEST_FILE + 1)),
    reads_are_named_for_what_they_return: ("cozmic/reads/x.py", "def roster(): ...\n"),
    finding_may_find_nothing: ("cozmic/reads/x.py", "def find_a() -> A: ...\ndef get_b() -> B: ...\n"),
    no_clock_but_the_databases: ("cozmic/x.py", "# A comment elsewhere.\n\nnow = datetime.now(UTC)\n"),
    only_the_config_reads_the_environment: ("cozmic/web/x.py", "os.environ['A']\n"),
    each_index_names_its_screen: ("cozmic/models/x.py", "# not here\na = mapped_column(index=True)\n"),
}  # fmt: skip
"""Each rule with a module that breaks it."""


@pytest.mark.parametrize("rule", PLANTED, ids=lambda rule: rule.__name__)
def test_the_source_keeps_the_rule(rule: Rule) -> None:
    assert [fault for path, source in list_sources() for fault in rule(path, source)] == []


@pytest.mark.parametrize("rule", PLANTED, ids=lambda rule: rule.__name__)
def test_the_rule_finds_a_planted_fault(rule: Rule) -> None:
    assert len(list(rule(*PLANTED[rule]))) == 1


def list_imports_with_context(folder: Path) -> list[str]:
    """The templates that hand their context to a macro."""
    return [path.name for path in folder.rglob("*.html") if WITH_CONTEXT.search(path.read_text())]


def test_macros_are_imported_without_context(tmp_path: Path) -> None:
    assert list_imports_with_context(ROOT / "cozmic") == []
    planted = tmp_path / "page.html"
    planted.write_text('{% from "macros/ui.html" import icon with context %}')
    assert list_imports_with_context(tmp_path) == ["page.html"]
