# Every target works on a fresh clone; `make` alone says what there is.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STATE  ?= .state
export STATE

.DEFAULT_GOAL := help
.PHONY: help env dev-env page plugin run certs demo demo-stop lint test test-all test-tools fuzz bench bench-probe bench-api bench-ui screenshots lock

help: ## what can be made
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

env: ## the Python environment (.venv) that `make run` needs
	@$(PYTHON) -m stack env

dev-env:
	@$(PYTHON) -m stack dev-env

page: env ## the page the API serves, built again when its sources changed
	@$(PYTHON) -m stack page

plugin: env ## dist/promscope-topology-app-VERSION.zip, the plugin for Grafana
	@$(PYTHON) -m stack plugin

run: ## exporter, Prometheus and API of this machine; Ctrl-C stops them
	@exec $(PYTHON) -m stack run

certs: env ## an authority and certificates in .state/certs, to try TLS on every hop
	@$(BIN)/python -m stack.certificates

demo: ## a small shop of containers that talk, to look at
	@$(PYTHON) -m demo up

demo-stop: ## removes what `make demo` made
	@$(PYTHON) -m demo down

lint: test-tools dev-env page ## formatting, types, configuration files, copies and licences
	@$(BIN)/python -m stack lint

test-tools:
	@$(PYTHON) -m stack test-tools

test: test-tools dev-env page ## unit, hostile, acceptance, browser and page tests
	@$(BIN)/python -m stack test

test-all: test-tools dev-env page ## test, and the acceptance tests on Prometheus 3 and VictoriaMetrics
	@$(BIN)/python -m stack test --all-backends

fuzz: dev-env ## hostile input for the parsers, 10 minutes side by side (SECONDS=…)
	@$(BIN)/python -m tests.fuzz --seconds $(or $(SECONDS),600)

bench: test-tools dev-env page ## measured figures against their targets
	@$(BIN)/python -m tests.bench

bench-probe: test-tools dev-env page ## what the probe alone costs at scale (hours; ONLY=part)
	@$(BIN)/python -m tests.bench.probe $(if $(ONLY),--only $(ONLY))

bench-api: test-tools dev-env page ## what the API costs with 10, 100 and 1,000 hosts (45 minutes; ONLY=part HOSTS=10,100)
	@$(BIN)/python -m tests.bench.api $(if $(ONLY),--only $(ONLY)) $(if $(HOSTS),--hosts $(HOSTS))

bench-ui: test-tools dev-env page ## what the map costs a browser (NODES=1000,10000)
	@$(BIN)/python -m tests.bench.ui $(if $(NODES),--nodes $(NODES))

screenshots: test-tools dev-env page ## docs/images, from a running demo
	@$(BIN)/python -m tests.browser.screenshots

lock: dev-env ## requirements/*.txt from pyproject.toml and requirements/*.in
	@$(BIN)/python -m stack lock
