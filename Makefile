# The commands of the project. `make run` and `make test` need Python 3.11+ and nothing else.

PYTHON      ?= python3
PORT        ?= 8000
STAFF_PORT  ?= 8001
DATA        ?= var
NAME        ?= all
BIN         := .venv/bin
export DEMO ?= yes

.PHONY: run test check test-spark bench crash build lock pictures messages clean help

help:  ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

run: .venv/ready build  ## a filled, running site (PORT, STAFF_PORT, DATA)
	@DATA=$(DATA) PORT=$(PORT) STAFF_PORT=$(STAFF_PORT) $(BIN)/tumpeang run

test: .venv/ready build  ## everything to a green suite: linters, types, contracts, both databases, browser
	@$(BIN)/python -m tests.everything

check: .venv/ready build  ## the same without a browser, on SQLite only: for while you work
	@$(BIN)/python -m tests.everything --quick

bench: .venv/ready build  ## measure: make bench NAME=intake (or pages, desk); one JSON line a figure
	@$(BIN)/python -m bench $(NAME)

test-spark: .venv/ready  ## the same tables of figures on Spark in local mode: takes the extra (pyspark) and Java 17
	@java -version >/dev/null 2>&1 || { echo "Spark wants Java 17: apt-get install default-jre-headless"; exit 1; }
	@$(BIN)/python -c "import pyspark" 2>/dev/null || VIRTUAL_ENV=$(CURDIR)/.venv $(BIN)/uv pip install --quiet --editable ".[spark]"
	@SPARK_LOCAL_IP=127.0.0.1 $(BIN)/python -m pytest tests/spark/tables_on_spark.py -W ignore::pytest.PytestUnraisableExceptionWarning

crash: .venv/ready build  ## kill everything, again and again, during 2,000 reports and 2,000 staff acts on each database
	@$(BIN)/python -m tests.crash sqlite
	@$(BIN)/python -m tests.crash postgresql

build: build/stamp  ## styles, font subset, translations, static files

build/stamp: .venv/ready $(shell find tumpeang/config/styles tumpeang/config/static_src tumpeang/locale tumpeang/config/build.py -type f -not -name '*.mo' 2>/dev/null)
	@$(BIN)/tumpeang build
	@touch $@

# uv comes from the package index into the environment itself, when the machine has none
.venv/ready: requirements-dev.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@VIRTUAL_ENV=$(CURDIR)/.venv $(BIN)/uv pip sync --quiet requirements-dev.lock
	@VIRTUAL_ENV=$(CURDIR)/.venv $(BIN)/uv pip install --quiet --no-deps --editable .
	@touch $@

lock:  ## renew the lock: names, versions and hashes, no addresses
	$(BIN)/uv pip compile --quiet --no-emit-index-url --generate-hashes --no-header --universal --upgrade pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --no-emit-index-url --generate-hashes --no-header --universal --extra dev pyproject.toml -c requirements.lock -o requirements-dev.lock

pictures: .venv/ready build  ## screenshots of every page, Khmer and English, phone and desktop, into build/pictures
	@$(BIN)/python -m tests.browser.pictures

messages: .venv/ready  ## gather the sentences that want translating
	@$(BIN)/tumpeang messages

clean:  ## remove what was built (the data stays)
	rm -rf .venv build
