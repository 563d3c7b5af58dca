PYTHON ?= python3
BIN := .venv/bin
LIBRARY ?= library
export ANONYMIZED_TELEMETRY := False
export GRADIO_ANALYTICS_ENABLED := False

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1\t\2/' | expand -t 12

# The lock file pins every version: with loose ranges pip searched for a fitting set for over ten minutes.
.venv/ready: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

.PHONY: setup
setup: .venv/ready .venv/encoders ## make .venv with the pinned dependencies

# torch is needed for another encoder or reader by name, a local model's folder, and their tests. Its wheel on PyPI for
# Linux brings 3.4 GB of CUDA, so only a build for the CPU is taken; where none can be had, all else works without it.
TORCH := 2.13.0
.venv/encoders: requirements-encoders.lock .venv/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps torch==$(TORCH)+cpu \
	  || { $(BIN)/python -m pip install --quiet --disable-pip-version-check uv \
	    && $(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --torch-backend cpu torch==$(TORCH); } \
	  || { echo "no CPU build of torch here: other encoders, and the tests that need torch, are left out"; touch $@; exit 0; }; \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps -r requirements-encoders.lock && touch $@

.PHONY: chat
chat: setup ## index the sample articles and open the chat on http://127.0.0.1:7860
	$(BIN)/newsdesk add --samples --library $(LIBRARY)
	$(BIN)/newsdesk chat --library $(LIBRARY)

.PHONY: test
test: setup ## every test, on every core
	$(BIN)/python -m pytest -n auto --dist loadfile

.PHONY: quick
quick: setup ## the tests that take no browser, no server and no long run: under three minutes on two cores
	$(BIN)/python -m pytest -n auto --dist loadfile -m "not slow"

.PHONY: torture
torture: setup ## kill a process at 400 random moments of its work and look for what was lost: some half an hour
	$(BIN)/python -m bench.torture --rounds 400

.PHONY: check
check: setup ## ruff, mypy --strict and import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: docs
docs: setup ## make the pages that come out of the code, and the documentation site in site/
	$(BIN)/python docs/theme/generate.py
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build -f docs/theme/mkdocs.yml

.PHONY: format
format: setup ## put the code into the one form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: lock
lock: setup ## renew requirements.lock from pyproject.toml
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --group dev --python-version 3.11 --no-header \
	  $(if $(PIP_FIND_LINKS),--find-links $(PIP_FIND_LINKS)) --no-annotate -o requirements.lock --upgrade

.PHONY: screenshots
screenshots: setup ## pictures of the page over the sample articles, into docs/images
	$(BIN)/python -m bench.screenshots --out docs/images

.venv-bench/ready: bench/requirements.lock
	test -x .venv-bench/bin/python || $(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check -r bench/requirements.lock
	touch $@

.PHONY: bench
bench: setup .venv-bench/ready ## Newsdesk beside its peers, then at a million passages: two hours (BENCH="--passages 50000 --flat 2000": less)
	.venv-bench/bin/python bench/compare.py $(BENCH)

.PHONY: clean
clean: ## delete .venv and what the tools left
	rm -rf .venv .venv-bench build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
