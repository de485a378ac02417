# `make report` and `make test` are all that a fresh clone needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed
OUT := out
# The package as it is installed: four folders under one import name. mypy reads it from here.
TREE := build/typing/gradcheck
FOLDERS := reference reports suites

.PHONY: report test lint format clean

report: $(INSTALLED)
	$(BIN)/gradcheck run --output $(OUT)

test: $(INSTALLED)
	$(BIN)/python -m pytest -n auto

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	rm -rf $(TREE) && mkdir -p $(TREE)
	ln -s $(filter-out %__pycache__,$(wildcard $(CURDIR)/gradcheck/*)) $(addprefix $(CURDIR)/,$(FOLDERS)) $(TREE)
	$(BIN)/mypy

format: $(INSTALLED)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The versions are pinned: an open range of torch would fetch a build for GPUs, gigabytes larger.
$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[torch,jax,test,dev]'
	touch $@

clean:
	rm -rf $(VENV) $(OUT) build
