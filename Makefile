# Everything runs in .venv; PYTHON is what makes it.
PYTHON ?= python3
BIN = .venv/bin
SIZES ?= 1000,10000
# One process for each processor; whoever is done early takes over from the others.
PARALLEL = --numprocesses auto --dist worksteal

.PHONY: demo test proof bench clean

demo: .venv/installed
	$(BIN)/curagraph build
	@echo
	@echo '$$ curagraph query latest-items'
	@$(BIN)/curagraph query latest-items
	@$(BIN)/curagraph export -o out/graph.ttl
	@$(BIN)/curagraph export -o out/graph.jsonld
	@$(BIN)/curagraph ontology -o out/ontology.html
	@echo
	@echo 'Wrote out/graph.ttl and out/graph.jsonld, and out/ontology.html to look at. Next, after `. .venv/bin/activate`:'
	@echo '  curagraph queries                        what else one can ask'
	@echo '  curagraph query items-of-brand --set brand=foxgrp.com'
	@echo '  curagraph explain 4060 cu:hasTopic       which file and line a triple comes from'
	@echo '  curagraph serve                          pages, search and SPARQL at http://127.0.0.1:8000/'
	@echo '  curagraph new my-site                    a project folder of your own'

test: .venv/tested
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pytest $(PARALLEL)

# The long proofs: kills at random moments, long histories.
proof: .venv/tested
	$(BIN)/pytest $(PARALLEL) -m slow

bench: .venv/tested
	$(BIN)/python -m bench.run --sizes $(SIZES)

.venv/installed: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/tested: .venv/installed
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@

clean:
	rm -rf .venv .curagraph out dist
