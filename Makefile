# Everything needs only Python 3.11 or later and make; the rest is installed into .venv on the way.
PYTHON ?= python3
BIN := .venv/bin
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run test check bench soak

help: ## what there is to make
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | awk -F'|' '{ printf "make %-8s %s\n", $$1, $$2 }'

# PYTHONPATH: Streamlit reloads a changed file only if it is below rr/ui or in there.
run: .venv/installed ## the app with demo data and demo accounts, on http://localhost:8501
	PYTHONPATH=. RR_DEMO=1 $(BIN)/python -m rr migrate
	PYTHONPATH=. RR_DEMO=1 $(BIN)/python -m rr demo
	PYTHONPATH=. RR_DEMO=1 $(BIN)/streamlit run app.py --server.address=localhost --server.port=8501

test: .venv/installed-dev ## every test, and the ten slowest; ARGS="-k words" picks some
	CHROMIUM=$$(sh tests/chromium.sh $(BIN)/python) && export CHROMIUM && $(BIN)/python -m pytest -n 2 --dist loadscope --durations=10 $(ARGS)

check: .venv/installed-dev ## format, lint, types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/ty check

bench: .venv/installed-dev ## how fast it is, on small and large data; ARGS="--quick" for two minutes
	$(BIN)/python -m tests.bench $(ARGS)

soak: .venv/installed-dev ## attacks for an hour or more, and a table of what they broke; ARGS="--only kill --kills 5" for a few
	$(BIN)/python -m tests.soak $(ARGS)

# Stamps: an install runs again when a list or the project's file changes. A half-made environment is made anew.
.venv/installed: requirements.txt requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "This needs Python 3.11 or later. Say which: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv || \
		{ echo "Python can't make an environment. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock -r requirements-dev.txt
	@touch $@
