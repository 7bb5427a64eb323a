# `make run` starts the whole service on this machine; `make test` tests it; `make help` lists the rest.
.DEFAULT_GOAL := help
.PHONY: help run mail manage test check bench bench-ui requirements messages compose-test clean
MAKEFLAGS += --no-print-directory

VENV := .venv
PYTHON := $(VENV)/bin/python
PIP := $(PYTHON) -m pip install -qq --disable-pip-version-check --no-input --require-hashes
PYTEST := $(PYTHON) -m pytest
# Commands that only read the code still load the settings.
READ_ONLY := DJANGO_SETTINGS_MODULE=helpdesk.settings MODE=embedded SECRET_KEY=reads-the-code-alone \
  DATABASE_URL=postgresql:///none BROKER_URL=redis://none

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/.installed ## Start everything here; HTTP_PORT, SMTP_PORT, DATA_DIR. Ctrl-C stops it
	@exec $(PYTHON) -m helpdesk.start

mail: $(VENV)/.installed ## Send a mail to what `make run` started; FROM, SUBJECT, TEXT, FILES, SMTP_PORT
	@set --; \
	if [ -n "$$FROM" ]; then set -- "$$@" --from "$$FROM"; fi; \
	if [ -n "$$SUBJECT" ]; then set -- "$$@" --subject "$$SUBJECT"; fi; \
	if [ -n "$$TEXT" ]; then set -- "$$@" --text "$$TEXT"; fi; \
	exec $(PYTHON) -m helpdesk.samples "$$@" $(FILES)

manage: $(VENV)/.installed ## A command of manage.py on the data of `make run`: make manage DO="migrate --plan"
	@exec $(PYTHON) -m helpdesk.start manage $(DO)

test: $(VENV)/.installed-dev ## Install what the tests need, start the real parts, run all tests, or those in TESTS
	@sh tests/install-parts
	@exec $(PYTEST) -n 4 --dist worksteal $(TESTS)

check: $(VENV)/.installed-dev ## Format, lint, types, migrations, translations, templates
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(READ_ONLY) $(VENV)/bin/mypy .
	$(READ_ONLY) $(PYTHON) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	$(PYTHON) -m tests.check_translations
	$(READ_ONLY) $(PYTHON) -m tests.check_templates

bench: $(VENV)/.installed-dev ## Measure; each result as JSON under bench/results/. Honours SIZE
	@mkdir -p bench/results
	@missed=0; for file in bench/bench_*.py; do echo "$$file"; $(PYTHON) "$$file" || missed=1; done; exit $$missed

bench-ui: $(VENV)/.installed-dev ## Look at every page and state in a browser: six widths, three kinds of colours, two languages
	@sh tests/install-parts
	@exec $(PYTHON) -m bench.ui $(TESTS)

requirements: $(VENV)/.installed-dev ## Pin requirements.in and requirements-dev.in with hashes
	@set -e; for name in requirements requirements-dev; do \
	  $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-emit-find-links --no-header $$name.in --output-file $$name.txt; \
	done

messages: $(VENV)/.installed-dev ## Gather the texts to translate, then compile what is translated
	@command -v xgettext >/dev/null || { echo "xgettext is missing; on Debian: apt-get install gettext"; exit 1; }
	$(READ_ONLY) $(PYTHON) manage.py makemessages --all --no-location --no-obsolete \
	  --ignore '.venv/*' --ignore 'var/*' --ignore 'tests/*' --ignore 'bench/*'
	sed -i '/^"\(POT-Creation-Date\|Report-Msgid-Bugs-To\):/d' locale/*/LC_MESSAGES/django.po
	$(PYTHON) -m tests.check_translations --compile

compose-test: ## Build the image, start every service of compose.yaml, stop; needs Docker
	@docker info >/dev/null 2>&1 || { echo "compose-test needs a Docker engine, and none answers here."; exit 1; }
	@folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; sh deploy/prepare-test "$$folder" || exit 1; \
	compose="docker compose --project-name helpdesk-test --env-file $$folder/env"; \
	trap '$$compose down --volumes; rm -rf "$$folder"' EXIT; status=0; \
	$$compose up --build --wait --wait-timeout 300 || { status=$$?; $$compose logs --tail 40; }; \
	$$compose ps --all; exit $$status

clean: ## Remove the environment and caches; the data stay
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis

# A shim may be there and fail, and Debian's Python may come without venv: so each candidate is tried.
$(PYTHON):
	@lacks=; \
	for name in python3 python3.13 python3.12 python3.11; do \
	  "$$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1 || continue; \
	  if ! "$$name" -c 'import venv, ensurepip' >/dev/null 2>&1; then lacks="$$name"; continue; fi; \
	  echo "Making an environment of $$("$$name" --version) in $(VENV) …"; \
	  "$$name" -m venv --clear $(VENV); exit $$?; \
	done; \
	if [ -n "$$lacks" ]; then \
	  version=$$("$$lacks" -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
	  echo "Python $$version is here, but without venv: install it (on Debian and Ubuntu: apt-get install python$$version-venv) and run make again."; \
	else \
	  found=$$(python3 --version 2>/dev/null) || found="no python3"; \
	  echo "No Python from 3.11 to 3.13 is here (found: $$found): install one, for example from https://www.python.org/downloads/, and run make again."; \
	fi; exit 1

$(VENV)/.installed: requirements.txt | $(PYTHON)
	@echo "Installing the requirements into $(VENV) (about a minute, once) …"
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@echo "Installing what tests and checks need into $(VENV) …"
	@$(PIP) -r requirements-dev.txt
	@touch $@
