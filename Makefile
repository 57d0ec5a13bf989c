# What people run. `make demo` needs Python 3.11+ and make, nothing else.
#
#   make demo    the demo mall: broker, simulated feeds, live twin, dashboard (Ctrl-C ends all of it)
#   make test    the tests;      make check   format, lint, types, layers
#   make docs    the manual in docs/_build/html, warnings are errors
#   make bench   timings as one JSON document, beside the peers (which get an environment of their own)
#   make record  verification and benchmarks anew, with the pages and tables that show them (an hour, idle)
#   make lock    both lock files, from pyproject.toml;   make lock-peers   that of the peers
#   make clean   removes what was built; the next `make` starts from nothing
#
# ARGS goes to the program behind the target: make test ARGS="tests/plan -x".

# The first of these that is new enough; 3.11 comes first because PyBullet (sight lines) has a wheel for it only.
PYTHON ?= $(shell for name in python3.11 python3 python3.12 python3.13 python3.14; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo "$$name" && break; done)
VENV ?= .venv
BIN := $(VENV)/bin
PEERS := .venv-peers
# Who has the peers already names their interpreter: make bench MALL_TWIN_PEERS=/path/to/python
PEERS_READY = $(if $(MALL_TWIN_PEERS),,$(PEERS)/lock.stamp)
PIP := $(BIN)/python -m pip --disable-pip-version-check
SAY := @echo "mall-twin:"
# Both locks hold everything that is needed, the build back end too: nothing is resolved, nothing else fetched.
INSTALL := $(PIP) install --quiet --require-hashes --no-deps --only-binary :all:
ITSELF := $(PIP) install --quiet --no-deps --no-build-isolation --editable .
export MALL_TWIN_SHARED ?= ../shared

.PHONY: demo test check docs bench record lock lock-peers clean

demo: $(VENV)/compiled.stamp
	@$(BIN)/twin demo $(ARGS)

$(VENV)/python.stamp:
	@test -n "$(PYTHON)" || { echo "mall-twin: no Python 3.11 or newer found; name one: make PYTHON=/path/to/python3" >&2; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit("mall-twin: needs Python 3.11 or newer; this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else 0'
	$(SAY) "1/4 making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/lock.stamp: $(VENV)/python.stamp requirements.lock
	$(SAY) "2/4 installing $$(grep -c == requirements.lock) packages from requirements.lock (once; one to three minutes)"
	@$(INSTALL) -r requirements.lock
	@touch $@

$(VENV)/demo.stamp: $(VENV)/lock.stamp pyproject.toml
	$(SAY) "3/4 installing the twin itself"
	@$(ITSELF)
	@touch $@

# One small day and drill in one process: else each of the demo's workers would compile the same.
$(VENV)/compiled.stamp: $(VENV)/demo.stamp
	$(SAY) "4/4 compiling the engine (once; two to three minutes)"
	@$(BIN)/twin day demo --visits 200 --replications 1 --json >/dev/null
	@$(BIN)/twin drill demo --people 50 --replications 1 --json >/dev/null
	@$(BIN)/python -c 'from twin.world.warm import warm_up; warm_up()'
	@touch $@

$(VENV)/dev.stamp: $(VENV)/demo.stamp requirements-dev.lock
	$(SAY) "installing what tests, checks and manual need, from requirements-dev.lock"
	@$(INSTALL) -r requirements-dev.lock
	@touch $@

# Compiled first: a browser test that waits for an answer must not wait for the compiler.
test: $(VENV)/dev.stamp $(VENV)/compiled.stamp
	@$(BIN)/python -m pytest $(ARGS)

check: $(VENV)/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(VENV)/dev.stamp
	$(BIN)/python -m sphinx -W --keep-going -b html docs docs/_build/html

# The peers are installed for these targets alone: one of them brings a gigabyte with it.
bench: $(VENV)/compiled.stamp $(PEERS_READY)
	@$(BIN)/twin bench $(if $(ARGS),$(ARGS),--json)

# A failed test ends `twin verify` with 1 and is part of the record.
record: $(VENV)/dev.stamp $(VENV)/compiled.stamp $(PEERS_READY)
	@$(BIN)/twin verify --record --page docs/verification.md >/dev/null || test $$? = 1
	@$(BIN)/twin bench --report docs/benchmarks.md >/dev/null
	@$(BIN)/python docs/figures.py

$(PEERS)/lock.stamp: $(VENV)/python.stamp benchmarks/requirements-peers.lock
	$(SAY) "installing the peers in $(PEERS) (once; a gigabyte)"
	@$(BIN)/python -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes --no-deps \
		--only-binary :all: -r benchmarks/requirements-peers.lock
	@touch $@

# Names, versions and hashes only: no address of a registry, no option of this machine.
PIN = $(BIN)/python -m piptools compile --quiet --generate-hashes --allow-unsafe --strip-extras \
	--no-emit-options --no-annotate --no-header
COMPILE = $(PIN) --build-deps-for editable --extra body --extra verify --extra trajectories
lock: $(VENV)/python.stamp
	$(SAY) "resolving; several minutes, since every file's hash is asked for"
	@$(PIP) install --quiet 'pip-tools>=7.5'
	@$(COMPILE) --output-file requirements.lock pyproject.toml
	@$(COMPILE) --extra dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml
	@! grep -nE '://|^ *--(index|extra|find|trusted|constraint)' requirements.lock requirements-dev.lock

lock-peers: $(VENV)/python.stamp
	@$(PIP) install --quiet 'pip-tools>=7.5'
	@$(PIN) --output-file benchmarks/requirements-peers.lock benchmarks/requirements-peers.in
	@! grep -nE '://|^ *--(index|extra|find|trusted|constraint)' benchmarks/requirements-peers.lock

clean:
	rm -rf $(VENV) $(PEERS) var dist docs/_build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
