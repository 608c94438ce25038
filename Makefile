# The workflow. `make run` and `make test` are all a newcomer needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: run test check bench chaos train evaluate widget built node lock browser format

run: $(VENV)/.run
	@exec $(BIN)/python -m tryout

test: $(VENV)/.dev browser
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.dev $(VENV)/peer/.installed
	$(BIN)/python -m benchmarks $(BENCH)

chaos: $(VENV)/.dev
	$(BIN)/python -m benchmarks.chaos

# Both write qualification/understanding/data/weights.npz; what they learned from is named by its checksum.
train: $(VENV)/.dev $(VENV)/train/.done
	$(VENV)/train/bin/python -m training.encoder
	$(BIN)/python -m training.tagger
	$(BIN)/python -m training.intents

evaluate: $(VENV)/.dev
	$(BIN)/python -m training.evaluate training/dev/*.tsv training/heldout/*.jsonl --report training/REPORT.md

widget: node
	cd widget && npm ci --silent && npm run --silent check && npm run --silent build

# What is committed is what the sources build.
built: widget
	git diff --exit-code --stat -- widget/dist
	test -z "$$(git status --porcelain -- widget/dist)"

node:
	@command -v npm >/dev/null 2>&1 || sh tests/install-node.sh

# uv is only needed to change what is pinned; pip installs the result.
lock:
	uv pip compile --quiet --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --upgrade requirements.in -o requirements.txt
	uv pip compile --quiet --generate-hashes --no-header --no-emit-index-url --no-emit-find-links requirements-dev.in -o requirements-dev.txt
	uv pip compile --quiet --generate-hashes --no-header --no-emit-index-url --no-emit-find-links requirements-bench.in -o requirements-bench.txt

browser:
	@command -v chromium >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || sh tests/install-browser.sh

$(VENV)/.run: requirements.txt
	@test -x $(BIN)/python || (echo "Making $(VENV) ..." && $(PYTHON) -m venv $(VENV))
	@test -f $(VENV)/.dev || (echo "Installing what Foyer needs (about half a minute the first time) ..." && \
	  $(BIN)/python -m pip install --quiet --require-hashes --only-binary :all: -r requirements.txt)
	@touch $@

$(VENV)/train/.done: requirements.txt requirements-train.txt
	@test -x $(VENV)/train/bin/python || $(PYTHON) -m venv $(VENV)/train
	@$(VENV)/train/bin/python -m pip install --quiet --require-hashes -r requirements.txt
	@$(VENV)/train/bin/python -m pip install --quiet -r requirements-train.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt
	@test -x $(BIN)/python || (echo "Making $(VENV) ..." && $(PYTHON) -m venv $(VENV))
	@echo "Installing what the tests need ..." && $(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	@touch $@ $(VENV)/.run

$(VENV)/peer/.installed: requirements-bench.txt
	@echo "Installing the peer that benchmarks compare with ..." && $(BIN)/python -m pip install --quiet --require-hashes --upgrade --target $(VENV)/peer -r requirements-bench.txt
	@touch $@
