# `make` alone lists what there is to do. The recipes are short because scripts/ does the work.

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.PHONY: help run test check bench faults load indices format docs lock

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# `exec`, so that the process make knows is the server: an orphan would go on when make is told to stop.
run: ## Serve the platform with a demo school on http://127.0.0.1:8000 (PORT=... changes it)
	@exec scripts/run

test: ## Run the tests, on SQLite and on a real PostgreSQL, Redis and Chromium (ARGS=... go to pytest)
	@scripts/environment dev
	@exec .venv/bin/python -m pytest --numprocesses=2 -m "not long" $(ARGS)

check: ## Check format, lint, types, imports, security and migrations, then run every test, the long ones too
	@exec scripts/check

bench: ## Measure dashboards, database and pool side by side, and say which figures hold (ARGS=... go to bench.py)
	@scripts/environment dev
	@exec .venv/bin/python locust/bench.py $(ARGS)

faults: ## Break servers while people work, at full size, and say what people saw (ARGS=--write writes its page)
	@scripts/environment dev
	@exec .venv/bin/python -m scripts.faults $(ARGS)

load: ## Load the platform as a school would, and judge it (SHAPE=smoke, class, bell, exam, 2000, knee, spike or soak)
	@scripts/environment dev
	@exec .venv/bin/python locust/load.py $(or $(SHAPE),smoke) $(ARGS)

indices: ## Prove each index on 100,000 pupils and a million responses, and write its page (minutes)
	@scripts/environment dev
	@exec .venv/bin/python -m scripts.prove_indices --write $(ARGS)

format: ## Put the code in the one format, and mend what the linter can
	@scripts/environment dev
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format .

docs: ## Write those pages of docs/reference anew that the code itself tells
	@scripts/environment dev
	@.venv/bin/python -m scripts.reference

lock: ## Pin the packages of the requirements*.in files, with their hashes
	@exec scripts/lock
