"""`make docs`: write what has changed."""

from __future__ import annotations

from pathlib import Path

from scripts.reference.pages import FOLDER, build_all


def main() -> None:
    """Write every generated page that is not as it should be, and say which."""
    for name, text in build_all().items():
        path = FOLDER / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path.relative_to(Path.cwd())}")


if __name__ == "__main__":
    main()
