# abidiff: every way in.  `make demo` and `make test` set up all they need.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
RUN    := $(BIN)/python
OLD    ?= releases/libvirt-9.0.0.tar.xz
NEW    ?= releases/libvirt-11.3.0.tar.xz
HISTORY_REPOSITORY ?= build/libvirt

.PHONY: help setup demo test explore test-slow check lint types generated generated-check targets system-layouts \
        releases distributions corpora applications judges bench bench-profile bench-mutants bench-libraries bench-neighbours bench-runtime bench-schemas fuzz warm found golden new-rule history-repository ship-history \
        package package-tools interface container site clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 18

setup: $(VENV)/.ready ## create the environment in .venv

$(VENV)/.ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev,libarchive]'
	@touch $@

demo: setup ## compare two small bundled releases and print the report
	@echo '$$ abi-diff compare fixtures/demo/harbour-1.0.0 fixtures/demo/harbour-1.1.0'
	@echo
	@$(BIN)/abi-diff compare fixtures/demo/harbour-1.0.0 fixtures/demo/harbour-1.1.0; \
	status=$$?; \
	echo; \
	echo "The exit code is $$status: 0 compatible, 1 incompatible, 2 usage, 3 could not be decided."; \
	echo; \
	echo 'Now with your own releases (tarballs, directories, or REPO@REV of a git repository):'; \
	echo '  $(BIN)/abi-diff compare libvirt-9.0.0.tar.xz libvirt-11.3.0.tar.xz'; \
	echo '  $(BIN)/abi-diff compare ../libvirt@v11.0.0 ../libvirt@HEAD'; \
	echo 'Real libvirt tarballs: make releases'; \
	test $$status -eq 1

test: setup ## run the tests (those on real releases when `make releases` was run)
	$(RUN) -m pytest -n 2 --dist worksteal -m "not slow"

explore: setup ## the property tests with examples of their own each time
	ABIDIFF_EXPLORE=1 $(RUN) -m pytest -n 2 --dist worksteal -m "not slow and not real and not judge" $$(grep -rl --include='test_*.py' hypothesis tests)

test-slow: setup ## the long tests: 100,000 random documents, thousands of structs for each target
	$(RUN) -m pytest -m slow

check: lint types generated-check test ## everything that CI asks for

lint: setup ## ruff
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup ## mypy, strict
	$(BIN)/mypy

generated: setup ## rewrite the generated files
	$(RUN) tools/generate_tables.py
	$(RUN) tools/generate_profiles.py
	$(RUN) tools/generate_docs.py
	$(RUN) tools/index_decisions.py
	$(RUN) tools/generate_limits.py
	$(RUN) tools/generate_interface.py
	$(RUN) tools/generate_commands.py
	$(RUN) tools/generate_schema.py

system-layouts: setup ## measure structs of C libraries: ROOT=DIR, unpacked libc6-dev-*-cross and mingw-w64-x86-64-dev
	$(RUN) tools/generate_system_layouts.py $(ROOT)

targets: setup ## rewrite the tables of predefined macros from what gcc and clang print
	$(RUN) tools/generate_targets.py

generated-check: setup ## fail when a generated file is not current
	$(RUN) tools/generate_tables.py --check
	$(RUN) tools/generate_profiles.py --check
	$(RUN) tools/generate_docs.py --check
	$(RUN) tools/index_decisions.py --check
	$(RUN) tools/generate_limits.py --check
	$(RUN) tools/generate_interface.py --check
	$(RUN) tools/generate_commands.py --check
	$(RUN) tools/generate_schema.py --check

new-rule: setup ## write the frame of a rule: make new-rule RULE=xdr/some-name
	$(RUN) tools/new_rule.py $(RULE)

golden: setup ## rewrite the golden reports of the tests
	$(RUN) -m tests.reports.regenerate

releases: ## fetch the real libvirt tarballs from Debian's sources
	$(PYTHON) tools/fetch_sources.py --into releases libvirt

distributions: setup ## write which release of libvirt each suite of Debian ships, from its archive
	$(RUN) tools/distributions.py

corpora: ## fetch the other real input: -dev packages, .x files, schemas
	$(PYTHON) tools/fetch_sources.py --into corpora/xdr --suite bookworm rpcsvc-proto glusterfs nfs-utils krb5 \
	  nfs-ganesha
	$(PYTHON) tools/fetch_sources.py --into corpora/xdr --suite trixie ntirpc nfs-ganesha quota libtirpc glusterfs krb5
	$(PYTHON) tools/fetch_sources.py --into corpora/rng --suite bookworm --suite trixie pacemaker
	$(PYTHON) tools/fetch_sources.py --into corpora/rng --suite trixie jing-trang docbook5-xml
	$(PYTHON) tools/fetch_sources.py --into corpora/rng --binary --suite bookworm biber kiwi latexml
	$(PYTHON) tools/fetch_sources.py --into corpora/dev --binary zlib1g-dev libxml2-dev libexpat1-dev \
	  libsqlite3-dev libcurl4-openssl-dev libpng-dev libusb-1.0-0-dev libssl-dev libglib2.0-dev \
	  libssh2-1-dev libevent-dev
	$(PYTHON) tools/fetch_formats.py

applications: setup ## hold what `requires` says of applications against libvirt's own tags (APPLICATIONS="FOLDER...")
	test -n "$(APPLICATIONS)" || $(PYTHON) tools/fetch_sources.py --into corpora/applications --suite bookworm \
	  --suite trixie collectd libvirt-dbus nova virt-manager || true
	$(RUN) tools/check_uses.py $(NEW) $(or $(APPLICATIONS),corpora/applications/*.tar.*)

judges: ## install the independent programs that the tests hold the tool against (Debian, root)
	apt-get install --yes --no-install-recommends gcc gcc-multilib clang castxml rpcsvc-proto libtirpc-dev \
	  pkg-config libxml2-utils jing trang abigail-tools abi-compliance-checker libarchive13 xz-utils zip chromium
	apt-get install --yes --no-install-recommends clang-16 || true # knows loongarch64; newer suites' clang does

build/tools/.ready: .ci/tools.txt
	$(PYTHON) -m venv build/tools
	build/tools/bin/pip install --quiet --disable-pip-version-check --require-hashes --requirement .ci/tools.txt
	@touch $@

interface: build/tools/.ready ## hold the Python interface against the recorded one of the last release (griffe)
	build/tools/bin/python tools/check_interface.py

container: build/tools/.ready ## lint the container file; build and run the image where docker or podman answers
	build/tools/bin/hadolint Containerfile
	@for builder in podman docker; do \
	  if $$builder info >/dev/null 2>&1; then \
	    $$builder build --quiet --tag abi-diff --file Containerfile . && $$builder run --rm abi-diff --version; exit; \
	  fi; \
	done; echo 'neither podman nor docker answers here: the container file is linted only'

site: build/tools/.ready ## build the documentation site in build/site; warnings are errors, links are checked
	NO_MKDOCS_2_WARNING=1 build/tools/bin/mkdocs build --quiet

package: setup build/tools/.ready ## build and check the distributions, install them as a user would; writes dist/
	$(RUN) tools/try_package.py --tools build/tools/bin

package-tools: ## pin anew what `make package` uses (.ci/tools.in), with hashes
	build/tools/bin/uv pip compile --quiet --generate-hashes --python-version 3.11 --no-header --no-annotate \
	  .ci/tools.in --output-file .ci/tools.txt --upgrade

bench: setup ## measure: time, memory, growth
	$(RUN) -m bench

bench-profile: setup ## write docs/bench/profile.md: where the CPU time goes (ABIDIFF_LIBVIRT_GIT: of a history too)
	$(RUN) -m bench.profile

bench-mutants: setup ## judge thousands of mutations of real headers, protocols and schemas
	$(RUN) -m bench.mutants headers --out docs/bench
	$(RUN) -m bench.mutants.header_uses --seconds 3600 --out docs/bench/mutants-header-uses.md
	$(RUN) -m bench.mutants xdr --out docs/bench
	$(RUN) -m bench.mutants rng --out docs/bench

bench-schemas: setup ## measure pairs of large schemas beside jing (SCHEMAS="OLD.rng:NEW.rng ..."); writes docs/bench/schemas.md
	$(RUN) -m bench.rng_schemas --out docs/bench/schemas.md $(SCHEMAS)

bench-libraries: setup ## compare -dev packages of Debian's suites: PACKAGES=FOLDER... (make corpora), gcc judges each break
	$(RUN) -m bench.packages $(or $(PACKAGES),corpora/dev) --rows build/libraries.jsonl --reports build/libraries
	$(RUN) -m bench.oracle build/libraries $(or $(PACKAGES),corpora/dev)

bench-neighbours: setup ## compare the tags of clones of libvirt, each with the next, judged (LIBVIRT_GIT="CLONE ..."; goes on); writes docs/bench/neighbours.md
	$(RUN) -m bench.neighbours $(LIBVIRT_GIT)

bench-runtime: setup ## hold -dev packages with their runtime packages against readelf, libabigail and the SONAMEs of suites: PACKAGES=FOLDER...
	$(RUN) -m bench.runtime $(or $(PACKAGES),corpora/runtime) --rows build/runtime.jsonl

fuzz-archives: setup ## hold the two readers of archives against each other over damaged archives (SECONDS=300)
	$(RUN) -m tests.sources.mutants --seconds $(or $(SECONDS),300) --out docs/bench

SECONDS ?= 600

fuzz: setup ## mutated input of every KIND, SECONDS of CPU time each, going on (AGAIN=1: anew); writes docs/bench/fuzz.md
	$(RUN) -m bench.fuzz --seconds $(SECONDS) $(addprefix --kind ,$(KIND)) $(if $(AGAIN),--again)

warm: setup ## edit a small release at random and hold what the cache answers against reading anew (SECONDS of CPU time, going on; AGAIN=1: anew)
	$(RUN) -m bench.warm --seconds $(SECONDS) $(if $(AGAIN),--again)

found: setup ## rewrite docs/found-in-libvirt.md from the real releases
	$(RUN) tools/found_in_libvirt.py

history-repository: setup ## make a git repository with a tag each from the releases (HISTORY_REPOSITORY=FOLDER)
	$(RUN) tools/history_repository.py releases $(HISTORY_REPOSITORY)

ship-history: setup ## put libvirt's history into the package: LIBVIRT_GIT=CLONE, and the releases of `make releases`
	rm -f libvirt.db
	$(BIN)/abi-diff history build -o libvirt.db '$(LIBVIRT_GIT)@v*' releases/libvirt-*.tar.*
	$(RUN) tools/ship_history.py libvirt.db libvirt --made-by "make ship-history LIBVIRT_GIT=libvirt"
	rm -f libvirt.db

clean: ## remove the environment and what the tools leave behind
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
