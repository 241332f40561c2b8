# The two commands of the README, and what they stand on.
PYTHON ?= python3.11
VENV := .venv
STAMP := $(VENV)/.ready

.PHONY: setup demo test check format
setup: $(STAMP)

# uv lives in a small environment of its own, so that nothing but Python with pip and venv is needed. All is compiled
# once, since not every machine lets Python keep what it compiles: then each command would begin a second or two later.
$(STAMP): pyproject.toml uv.lock
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed: set PYTHON=/path/to/python3.11" >&2; exit 1; }
	@test -x $(VENV)-uv/bin/uv || { $(PYTHON) -m venv $(VENV)-uv && $(VENV)-uv/bin/pip -q install 'uv>=0.13'; }
	UV_PROJECT_ENVIRONMENT=$(VENV) $(VENV)-uv/bin/uv sync --locked --python $(PYTHON) --no-progress --compile-bytecode
	$(VENV)/bin/python -m compileall -q src
	@touch $(STAMP)

demo: setup
	$(VENV)/bin/aboveloop demo

check: setup
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

# The browser driver keeps an event loop running in its process, so its tests have a process of their own.
test: check
	$(VENV)/bin/pytest -n 2 --dist loadgroup --ignore=tests/browser
	$(VENV)/bin/pytest tests/browser

format: setup
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .
