# make book · make test: both set themselves up.   make help lists the rest.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
export OMP_NUM_THREADS ?= 1

.DEFAULT_GOAL := book
PARTS := avx2 default threads oldest newest colab seeds
.PHONY: book slides test bench fuzz kills sbom mutants stamp pictures lint chapters-everywhere assignments anywhere $(PARTS:%=anywhere-%) clean clean-pages help

$(READY): requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet -r requirements.txt -e .
	touch $@

book: $(READY)  ## execute every chapter and build _build/html
	$(BIN)/python tools/build_book.py
	@echo "open _build/html/index.html"

slides: $(READY)  ## a deck of each lesson, from its executed notebook, in _build/slides
	$(BIN)/python tools/build_book.py --execute-only
	$(BIN)/python tools/slides.py
	@echo "open _build/slides/index.html"

test: $(READY)  ## everything that must hold before a change lands
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python tools/stamp.py --check
	$(BIN)/python tools/build_book.py
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --durations 40 tests
	again=$$($(BIN)/python tests/chapters.py) && MUSICGAN_STATIC=1 $(BIN)/python -m pytest -n 2 --dist loadfile \
		--nbval-lax --nbval-current-env -W default $$again

bench: $(READY)  ## timings, as ratios within one run
	$(BIN)/python tests/bench.py

mutants: $(READY)  ## each one-line mistake must turn a named test red
	$(BIN)/python tools/mutants.py

fuzz: $(READY)  ## a million broken inputs, thrown at every reader of files
	$(BIN)/python tools/fuzz.py

kills: $(READY)  ## whatever writes files is killed, runs out of room, and meets another like it
	$(BIN)/python tools/kills.py

sbom: $(READY)  ## licences of all that is installed, checked, and a list of it as CycloneDX in _build/sbom.json
	$(BIN)/python tools/licences.py > /dev/null
	$(PYTHON) -m venv _build/sbom
	_build/sbom/bin/python -m pip install --quiet cyclonedx-bom==7.5.0
	_build/sbom/bin/cyclonedx-py environment $(BIN)/python --pyproject pyproject.toml --output-file _build/sbom.json

chapters-everywhere: $(READY)  ## every chapter, from the built wheel in an empty folder, with other parameters
	MUSICGAN_WEEKLY=1 $(BIN)/python -m pytest -n 2 --dist load tests/test_chapters_elsewhere.py

assignments: $(READY)  ## the graded notebooks as students get them, in _build/assignments/release
	$(BIN)/python tools/assignments.py

anywhere: $(READY)  ## chapters and tests on other processors, threads, versions and seeds; a part: make anywhere-avx2
	$(BIN)/python tools/build_book.py --execute-only
	$(BIN)/python tools/anywhere.py

$(PARTS:%=anywhere-%): anywhere-%: $(READY)
	$(if $(filter colab,$*),$(BIN)/python tools/build_book.py --execute-only)
	$(BIN)/python tools/anywhere.py $*

stamp: $(READY)  ## write the cells and figures that are the same everywhere
	$(BIN)/python tools/stamp.py
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

pictures: $(READY)  ## README's pictures, from the built pages
	$(BIN)/python tools/pictures.py

clean:  ## forget everything built
	rm -rf _build dist

clean-pages:  ## forget the pages, and keep what the chapters said when they were executed
	rm -rf _build/html _build/jupyter_execute _build/.doctrees _build/.jupyter_cache dist

help:
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/ ·/'
