PORT ?= 8000
WORKERS ?= auto
ARGS ?=
# What .venv is made of: python3.12, or else the newest Python that starts here.
PYTHON ?=

BIN := .venv/bin
INSTALLED := .venv/installed

# What a shell happens to export must not decide which settings or database are used; nor, that each process has to
# compile all modules anew.
unexport DJANGO_SETTINGS_MODULE TEST_DATABASE_URL PYTHONDONTWRITEBYTECODE

.DELETE_ON_ERROR:
.PHONY: help run serve test soak road tour lint format lock audit licences topologies states translations docs docs-serve screenshots package packaged test-deploy smoke bench bench-growth bench-import bench-where bench-page bench-coldstart bench-house bench-strangers mutants clean

help:  ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(INSTALLED) .env  ## Everything, then the server with the demonstration library on PORT (8000)
	$(BIN)/python manage.py migrate
	$(BIN)/python manage.py load_demo
	$(BIN)/python manage.py create_demo_staff
	$(BIN)/python manage.py runserver 127.0.0.1:$(PORT)

serve: export DEBUG := False
serve: $(INSTALLED) .env  ## As production does, on PORT (8000), for a proxy that ends TLS; ARGS="--workers 4": docs/serving.md
	$(BIN)/python manage.py migrate
	$(BIN)/python manage.py collectstatic --no-input --verbosity 0
	$(BIN)/python -m library_site.serving --port $(PORT) $(ARGS)

test: $(INSTALLED)  ## The suite on SQLite, then on PostgreSQL what may differ there; ARGS="-k borrow" narrows it
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup $(ARGS)
	$(BIN)/python -m tests.postgres $(BIN)/pytest -n $(WORKERS) --dist loadgroup -m "postgresql and not browser and not soak and not alike" $(ARGS)

soak: package  ## What takes long, on SQLite and on PostgreSQL, and its figures; ARGS as for test
	$(BIN)/pytest -n $(WORKERS) -m soak -rP --log-disable=django.request $(ARGS)
	$(BIN)/python -m tests.postgres $(BIN)/pytest -n $(WORKERS) -m "(soak or alike) and postgresql and not browser" -rP --log-disable=django.request $(ARGS)
	$(BIN)/python -m tests.postgres $(BIN)/pytest -n $(WORKERS) --dist loadgroup -m soak deploy/tests $(ARGS) || test $$? = 5  # none is asked for

road: $(INSTALLED)  ## The steps from CRUD to commands: the tests of each, its exercise unsolved and solved; ARGS="2 3" narrows it
	$(BIN)/python -m road test $(ARGS)

tour: $(INSTALLED)  ## The story in a minute, on real processes; ALL=1: on all five topologies
	$(BIN)/python -m road.tour $(if $(ALL),--all) $(ARGS)

# As in production, whatever .env says.
lint: export DEBUG := False
lint: export DATABASE_URL := sqlite://:memory:
lint: export REPLICA_DATABASE_URL :=
lint: export LIBRARY_OPERATIONS := *
lint: export SECURE_SSL_REDIRECT := True
lint: export SECRET_KEY = $(shell head -c 60 /dev/urandom | base64 | tr -d '\n')
lint: $(INSTALLED)  ## Format, lint, types, import contracts, licences, migrations, deployment, API schema
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive .
	$(BIN)/python -m tests.licences --quiet
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python manage.py spectacular --validate --fail-on-warn --file /dev/null

format: $(INSTALLED)  ## Formats, and repairs what ruff can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

LOCK = $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command "make lock" $(ARGS)

lock: $(INSTALLED)  ## Both requirements files from pyproject.toml; ARGS=--upgrade takes newer versions
	$(LOCK) --group server --group lambda --group dev --group docs --group bench --output-file requirements.txt
	$(LOCK) --group lambda --constraint requirements.txt --output-file requirements-lambda.txt

audit: $(INSTALLED)  ## Asks PyPI for known vulnerabilities of what both requirements files pin; ARGS as for pip-audit
	$(BIN)/python -m tests.audit $(ARGS)

licences: $(INSTALLED)  ## The licences of what is in the zip, and on a server; fails for one that nobody has looked at
	$(BIN)/python -m tests.licences

topologies: $(INSTALLED)  ## zappa_settings.json and deploy/*.json, from the operations of the code
	$(BIN)/python -m deploy write

states: $(INSTALLED)  ## docs/states.md, from the tables that the commands move by
	@SECRET_KEY=- $(BIN)/python manage.py draw_states > docs/states.md.new
	@mv docs/states.md.new docs/states.md

TRANSLATIONS := library_site/locale/de/LC_MESSAGES/django

# Versions of gettext break the lines that name files in different places, whatever they are told: each file has a line of
# its own here, and nothing says when it was made. So a diff shows what is new, and nothing else.
translations: $(INSTALLED)  ## The German of library_site/locale: what is new to be translated, what is there compiled
	SECRET_KEY=- $(BIN)/python manage.py makemessages --locale de --add-location file --no-obsolete --no-wrap \
		--ignore bench --ignore build --ignore deploy --ignore docs --ignore handbook --ignore road --ignore tests
	@awk '/^"POT-Creation-Date:/ { next } { if (/^#: /) for (n = 2; n <= NF; n++) print "#:", $$n; else print }' \
		$(TRANSLATIONS).po > $(TRANSLATIONS).po.new
	@mv $(TRANSLATIONS).po.new $(TRANSLATIONS).po
	msgfmt --check-format --check-domain --output-file $(TRANSLATIONS).mo $(TRANSLATIONS).po

MKDOCS := NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs

docs: $(INSTALLED) build/manual/made  ## The documentation as a site, build/docs/index.html; a link that leads nowhere fails. It needs graphviz
	$(MKDOCS) build --quiet

docs-serve: export HANDBOOK_WITHOUT_PICTURES := 1
docs-serve: $(INSTALLED)  ## The same on PORT (8000), built anew whenever a page is written
	$(MKDOCS) serve --livereload --no-strict --dev-addr 127.0.0.1:$(PORT) --watch road --watch CONTRIBUTING.md --watch handbook/theme

SCREENSHOTS := build/screenshots
MANUAL := build/manual
PICTURED := tests/manual_pictures.py $(TRANSLATIONS).mo $(shell find templates library_site/static -type f)

# The pictures of docs/librarians: anew, when what they show has changed. By CI=1 a lack of Chromium fails: none is made.
$(MANUAL)/made: $(PICTURED) | $(INSTALLED)
	rm -rf $(MANUAL) && mkdir -p $(MANUAL)
	CI=1 MANUAL=$(MANUAL) $(BIN)/pytest -q -p no:randomly tests/manual_pictures.py
	@touch $@

screenshots: $(INSTALLED) $(MANUAL)/made  ## Every page, empty and full, at 1280 and 390 px, light and dark: build/screenshots/index.html
	rm -rf $(SCREENSHOTS) && mkdir -p $(SCREENSHOTS)
	SCREENSHOTS=$(SCREENSHOTS) $(BIN)/pytest -n $(WORKERS) -q -m "" tests/test_browser.py -k every_page
	$(BIN)/python -m bench.contact_sheet $(SCREENSHOTS)

package: $(INSTALLED)  ## The one zip for Lambda, build/library.zip
	$(BIN)/python -m deploy.package

# Nothing is built anew of the same sources.
packaged: $(INSTALLED)
	$(BIN)/python -m deploy.package --if-needed

smoke: $(INSTALLED)  ## Another Python than that of .venv, if there is one: installs everything, and tries it
	.ci/smoke

test-deploy: packaged  ## That zip and its deployment, on this machine; ARGS="-k static" narrows it
	$(BIN)/python -m tests.postgres $(BIN)/pytest -n $(WORKERS) --dist loadgroup --ignore deploy/tests/test_coldstart.py deploy/tests $(ARGS)
	$(BIN)/python -m tests.postgres $(BIN)/pytest deploy/tests/test_coldstart.py  # alone: it is about time

bench: $(INSTALLED)  ## Requests a second, beside usual REST framework, FastAPI and a bare floor; ARGS="--books 1000" narrows it
	$(BIN)/python -m bench.speed $(ARGS)

bench-growth: $(INSTALLED)  ## How long everything takes at 1,000, 100,000 and 1,000,000 books; ARGS="--sizes 1000" narrows it
	$(BIN)/python -m bench.growth $(ARGS)

bench-import: $(INSTALLED)  ## Rows a second of an import beside a bulk loop, and its memory; ARGS="--rows 1000" narrows it
	$(BIN)/python -m bench.importing $(ARGS)

bench-where: $(INSTALLED)  ## Where the CPU of a request goes; ARGS as for bench
	$(BIN)/python -m bench.where $(ARGS)

bench-page: $(INSTALLED)  ## docs/performance.md, from what these three have measured last
	$(BIN)/python -m bench.speed --write

bench-coldstart: package  ## How long a function takes to its first answer, beside a bare Django project
	$(BIN)/python -m tests.postgres $(BIN)/python -m bench.coldstart

bench-house: $(INSTALLED)  ## How much is read for one borrow, and how crowded each folder is
	$(BIN)/python -m bench.house

bench-strangers: $(INSTALLED)  ## How long a scan takes while eight clients ask for the schema or try passwords; it needs wrk
	$(BIN)/python -m bench.strangers

mutants: $(INSTALLED)  ## Which changes of the core no test notices: 400 mutants, seeded
	$(BIN)/python -m bench.mutants $(ARGS)

clean:  ## Removes what make has made, but for .env and the database
	rm -rf .venv build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

PIP = $(BIN)/python -m pip install --disable-pip-version-check --quiet --require-hashes --requirement

# By uv, in a tenth of the time; it does not read pip's settings, so where it cannot, by pip.
$(INSTALLED): requirements.txt
	@test -x $(BIN)/python || { \
		python=$$(.ci/python $(PYTHON) | head -n 1); \
		test -n "$$python" || { echo "Python 3.11 to 3.14 with its venv module is needed (Debian: python3-venv)." >&2; exit 1; }; \
		"$$python" -m venv .venv; }
	@test -n "$$(.ci/python $(BIN)/python)" || { echo ".venv holds no Python 3.11 to 3.14: make clean." >&2; exit 1; }
	@$(BIN)/python -c 'import pip' 2>/dev/null || $(BIN)/python -m ensurepip
	@echo "Installing what requirements.txt names into .venv: this takes a few minutes, once."
	@awk '/^uv==/ { on = 1 } on; on && !/\\$$/ { exit }' requirements.txt > .venv/uv.txt
	$(PIP) .venv/uv.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --requirement requirements.txt || $(PIP) requirements.txt
	@touch $@

define NEW_ENV
from secrets import choice, token_urlsafe
word = lambda: "".join(choice("bdfgklmnprstvz") + choice("aeiou") for _ in range(3))
print("DEBUG=True")
print("SECRET_KEY=" + token_urlsafe(64))
print("DEMO_STAFF_PASSWORD=" + "-".join(word() for _ in range(3)))
endef
export NEW_ENV

.env: | $(INSTALLED)
	@umask 077 && $(BIN)/python -c "$$NEW_ENV" > $@
