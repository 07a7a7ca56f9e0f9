# Two commands do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
# Half as many again as there are cores: some tests mostly wait for programs that they have started.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(-(-3 * (os.cpu_count() or 1) // 2))')
NOTES   ?= 10000

.PHONY: demo test campaign planted coverage mutation lint docs format admissions marks lock bench soak audit clean

demo: $(READY) ## start the demo help desk and open the workstation on it
	@$(BIN)/csat-tui demo

# Compiled code is kept whatever the environment says: the suite starts the program a hundred times.
test: $(READY) ## run the whole suite
	PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n $(WORKERS) --dist worksteal

# Each campaign begins from another seed; SEED=... goes through the same one again.
EXAMPLES ?= 50000
SEED     ?= $(shell date +%s)

campaign: $(READY) ## the proof of delivery with many more examples than in the suite, and a year of alerts
	CSAT_TUI_EXAMPLES=$(EXAMPLES) CSAT_TUI_SEED=$(SEED) $(BIN)/pytest -n $(WORKERS) --dist worksteal tests/proof/test_delivery_over_the_wire.py tests/proof/test_reviews_over_the_wire.py tests/proof/test_alerts_killed_at_every_write.py

# PLANTED="stamp base" plants those that have one of these words in their names.
PLANTED ?=

planted: $(READY) ## which test notices each fault that is planted in delivery, and after how many random examples
	nice $(BIN)/python -m tests.proof.planted_faults --machine $(PLANTED)

# The tests of those floors alone: what only the screens' tests reach does not count.
COVERED := $(addprefix tests/,admin config domain effects helpdesk intake oauth playbook procedures reports store sync \
	targets toml_file transport workflow) $(wildcard tests/test_*.py)

coverage: $(READY) ## branches of floors 1 to 4 and the roots that their own tests reach: at least 90 %
	rm -rf .coverage
	nice $(BIN)/coverage run -m pytest -n $(WORKERS) --dist worksteal $(COVERED)
	$(BIN)/coverage combine --quiet
	$(BIN)/python -m tests.coverage_by_package

# Goes on where it was stopped. MUTATION="--sample 400" tries some, MUTATION="decide guards" these modules,
# MUTATION=--survivors once more what survived; `mutmut show NAME` and `mutmut browse` show a mutant.
MUTATION ?=

mutation: $(READY) ## mistakes made in the rules that the tests notice: at least 80 %; hours, or minutes of a sample
	nice $(BIN)/python -m tests.mutation $(MUTATION)

lint: $(READY) ## ruff, format, types, the floors, and whether the references say what the code says
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m docs.generate --check

docs: $(READY) ## make the references from the code: keys, configuration, command line, man page, completions
	$(BIN)/python -m docs.generate

format: $(READY) ## rewrite the sources in the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(READY) ## speed and memory, each as a ratio from one run
	$(BIN)/python -m benchmarks

soak: $(READY) ## many notes through a bad line and killed processes: none lost, none doubled; NOTES=10000
	$(BIN)/python -m tests.soak --notes $(NOTES)

audit: $(READY) ## what the machine's audit finds of the faults planted in 1,000 notes, from another seed each time
	$(BIN)/python -m tests.domain.audit_measure

admissions: $(READY) ## learn anew what reads like an admission of fault, after a change to the sentences
	$(BIN)/python -m tests.playbook.admissions.learn

marks: $(READY) ## write anew what the rule about admissions marks, word by word; then read the diff
	$(BIN)/python -m tests.domain.admission_marks

lock: $(READY) ## renew the hashed lock after a change to pyproject.toml (needs uv)
	uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --extra demo --group dev \
		--generate-hashes --no-emit-index-url --no-annotate --no-header -o requirements-dev.lock

$(READY): requirements-dev.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("csat-tui needs Python 3.11 or newer; this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

clean: ## remove the environment and every cache
	rm -rf $(VENV) .coverage mutants .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
