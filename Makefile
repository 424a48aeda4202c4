# What a newcomer needs: `make run`. What CI runs: `make check test`. `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

BINARY := target/release/parlor
FRONTEND := $(shell git ls-files -co --exclude-standard frontend 2>/dev/null | grep -v '^frontend/e2e/' | grep -v '\.test\.')
BACKEND := $(shell git ls-files -co --exclude-standard backend/src migrations backend/build.rs 2>/dev/null) Cargo.toml Cargo.lock backend/Cargo.toml

.PHONY: help run build dev check test chaos crowd kills test-backend test-services test-frontend test-e2e e2e-long engines acceptance security autobahn fuzz siege schemathesis audit sbom contracts migration bench bench-large bench-scale bench-web docker clean

help: ## List what there is to make
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-24s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## Build everything and start on http://127.0.0.1:8000
	$(BINARY)

build: $(BINARY) ## Leave the server, web client inside, at target/release/parlor

dev: frontend/node_modules/.installed ## Server and web client, rebuilt on change: http://127.0.0.1:5173
	trap 'kill 0' EXIT; cargo run & npm --prefix frontend run dev & wait

check: frontend/dist/index.html ## Format, lints, types, lock files, contracts
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	npm --prefix frontend run check

test: test-backend test-frontend test-e2e ## Everything that CI tests; installs and starts what it lacks

test-backend: frontend/dist/index.html ## Server: everything on SQLite, then on Postgres, then on several nodes
	cargo test --workspace --locked
	docker/services postgres redis nginx haproxy -- $(MAKE) --no-print-directory test-services

# What needs services; they are there when this is called.
test-services:
	cargo test --locked --package parlor --lib -- store:: actions::
	cargo test --locked --package parlor --test main -- consistency gateway:: api:: security::matrix
	cargo test --locked --package parlor --test main -- --ignored --test-threads 2 --skip schemathesis:: --skip slowhttptest

kills: frontend/dist/index.html ## Kill a node on SQLite a hundred times while people talk: make kills KILLS=100
	KILLS=$(or $(KILLS),100) cargo test --locked --package parlor --test main -- --nocapture durability::

# Nodes of a release build. FLOOD messages are sent without waiting for each, beside those of the talkers;
# something is broken every EVERY seconds, or all the time: make chaos SECONDS=240 EVERY=8 FLOOD=200000
chaos: $(BINARY) ## Break three nodes, Postgres and Redis while people talk: make chaos SECONDS=60 SEED=1 FLOOD=0
	PARLOR_TEST_NODE=$(abspath $(BINARY)) SECONDS_OF_CHAOS=$(or $(SECONDS),60) SEED_OF_CHAOS=$(or $(SEED),1) FLOOD_OF_CHAOS=$(or $(FLOOD),0) EVERY_OF_CHAOS=$(or $(EVERY),0) \
	  docker/services postgres redis -- cargo test --locked --package parlor --test main -- --ignored --nocapture --test-threads 1 chaos::

crowd: $(BINARY) ## Let thousands of sockets come back at once: make crowd SOCKETS=2000
	ulimit -n 20000 && PARLOR_TEST_NODE=$(abspath $(BINARY)) SOCKETS=$(or $(SOCKETS),2000) \
	  cargo test --locked --package parlor --test main -- --nocapture faults::crowd

test-frontend: frontend/dist/index.html ## Web client: units and sizes
	npm --prefix frontend test
	npm --prefix frontend run budget

test-e2e: $(BINARY) ## The shipped build in a real browser
	docker/services postgres redis chromium -- npm --prefix frontend run e2e

# Tests carry the numbers of what they check: a promise's in Rust as `at_002_10_…`, in a browser as
# `[002-10]`; a security requirement's as `az_17_…` and `[AZ-17]`. `prefix` is what stands before a row's
# number in Rust.
define HELD
FILENAME ~ /rows\.tsv$$/ {
  split($$0, row, "\t"); id = row[1]; ids[++count] = id; phrases[id] = row[2]
  carried[id] = prefix tolower(id) "_"; gsub("-", "_", carried[id]); next
}
/^test .* \.\.\. / { name = $$2; sub(/.*::/, "", name); name = "_" name
  for (at = 1; at <= count; at++) if (index(name, "_" carried[ids[at]])) note(ids[at], / ok$$/, / FAILED$$/) }
/ › / { for (at = 1; at <= count; at++)
  if (index($$0, "[" ids[at] "]")) note(ids[at], $$0 ~ /^ *(✓|ok) /, $$0 ~ /^ *(✘|x) /) }
function note(id, passed, failed) {
  if (failed) result[id] = "failed"; else if (passed && !(id in result)) result[id] = "passed"
}
END {
  for (at = 1; at <= count; at++) {
    id = ids[at]; outcome = id in result ? result[id] : "missing"; counts[outcome]++
    printf "%-7s  %-7s  %s\n", id, outcome, phrases[id]
  }
  printf "%d passed, %d failed, %d missing\n", counts["passed"], counts["failed"], counts["missing"]
  exit counts["passed"] != count
}
endef
export HELD

e2e-long: $(BINARY) ## Every state under axe, a day by keys alone, nothing that moves, hostile texts: minutes each
	E2E_LONG=on docker/services postgres redis chromium -- npm --prefix frontend run e2e -- keyboard screens shifts states xss

acceptance: $(BINARY) ## Hold Parlor against every promise, one line each
	mkdir -p target/acceptance
	-docker/services postgres redis -- cargo test --locked --package parlor at_0 -- --include-ignored --test-threads 4 2>&1 | tee target/acceptance/server.log
	-docker/services chromium -- npm --prefix frontend run e2e -- --reporter list --grep '\[00[0-4]-' 2>&1 | tee target/acceptance/browser.log
	@awk -v prefix=at_ "$$HELD" backend/tests/acceptance/rows.tsv target/acceptance/server.log target/acceptance/browser.log

# The suite is of its time: it runs on Python 2.7 alone. Where that is not the `python2.7` of the path,
# PYTHON27 says where it is; one of pyenv's is found.
PYTHON27 ?= $(or $(lastword $(sort $(wildcard $(HOME)/.pyenv/versions/2.7.*/bin/python2.7))),$(shell command -v python2.7))
WSTEST := target/tools/autobahn/bin/wstest
SCHEMATHESIS := target/tools/schemathesis/bin/schemathesis

# What a test's name has before a requirement's number.
FAMILIES := au tk se az ws in fi wb do lo cf sc

security: $(BINARY) $(WSTEST) $(SCHEMATHESIS) ## Hold Parlor against every security requirement, one line each
	mkdir -p target/security
	-SECURITY_SAMPLES=1000 SECURITY_RACES=10000 WSTEST=$(abspath $(WSTEST)) SCHEMATHESIS=$(abspath $(SCHEMATHESIS)) docker/services postgres redis nginx haproxy slowhttptest -- \
	  cargo test --locked --package parlor -- --include-ignored --test-threads 4 \
	  $(foreach family,$(FAMILIES),::$(family)_ _$(family)_) 2>&1 | tee target/security/server.log
	-XSS_EACH=1 docker/services chromium -- npm --prefix frontend run e2e -- --reporter list --grep '\[[A-Z][A-Z]-' 2>&1 | tee target/security/browser.log
	@awk "$$HELD" backend/tests/security/rows.tsv target/security/server.log target/security/browser.log

autobahn: $(WSTEST) frontend/dist/index.html ## Hold the WebSocket against the Autobahn test suite; needs Python 2.7
	WSTEST=$(abspath $(WSTEST)) cargo test --locked --package parlor --lib -- --ignored --nocapture autobahn::

$(WSTEST):
	@test -n "$(PYTHON27)" || { echo "The Autobahn suite needs Python 2.7, and there is none: install it (pyenv install 2.7.18), or say PYTHON27=/path/to/python2.7"; exit 2; }
	mkdir -p target/tools
	$(PYTHON27) -m pip install --quiet --target target/tools/virtualenv 'virtualenv==20.15.1'
	PYTHONPATH=target/tools/virtualenv $(PYTHON27) -m virtualenv --quiet target/tools/autobahn
	target/tools/autobahn/bin/pip install --quiet autobahntestsuite==25.10.1

fuzz: frontend/dist/index.html ## Try millions of hostile frames and requests: make fuzz FRAMES=10000000 ROUNDS=20000 SEED=1
	FUZZ_FRAMES=$(or $(FRAMES),10000000) FUZZ_SEED=$(or $(SEED),1) cargo test --release --locked --package parlor --lib -- --nocapture fuzz::
	HOSTILE_ROUNDS=$(or $(ROUNDS),20000) cargo test --release --locked --package parlor --test main -- --nocapture hostile::

siege: $(BINARY) ## Attack a server while a thousand sockets talk, and say what they notice of it (a quiet machine): make siege BESIDE=1
	ulimit -n 20000; $(if $(BESIDE),BESIDE=1 )cargo run --release --locked --package parlor-bench -- siege $(BINARY)

schemathesis: $(SCHEMATHESIS) frontend/dist/index.html ## Let schemathesis look for answers that the contract does not have, on both databases; needs Python 3.10
	SCHEMATHESIS=$(abspath $(SCHEMATHESIS)) docker/services postgres -- \
	  cargo test --locked --package parlor --test main -- --ignored --nocapture --test-threads 1 schemathesis::

$(SCHEMATHESIS):
	mkdir -p target/tools
	python3 -m venv target/tools/schemathesis
	target/tools/schemathesis/bin/pip install --quiet schemathesis==4.32.5 requests

# Tools in Rust, each installed where there is none.
TOOL = $(or $(shell command -v cargo-$(1)),target/tools/bin/cargo-$(1))

target/tools/bin/cargo-%:
	cargo install --locked --root target/tools cargo-$*

audit: $(call TOOL,deny) $(call TOOL,audit) ## Look for known flaws and unwanted licences in what Parlor is made of: make audit ADVISORIES=folder
	$(call TOOL,deny) check licenses bans sources
	$(call TOOL,audit) audit $(if $(ADVISORIES),--db $(ADVISORIES) --no-fetch --stale)
	npm --prefix frontend audit --omit dev || echo "npm: see above; a registry that does not answer knows of no flaws and of no safety either"

sbom: $(call TOOL,cyclonedx) frontend/node_modules/.installed ## Write what Parlor is made of to target/sbom (CycloneDX)
	mkdir -p target/sbom
	$(call TOOL,cyclonedx) cyclonedx --manifest-path backend/Cargo.toml --format json --spec-version 1.5 --no-build-deps --override-filename server.cdx
	mv backend/server.cdx.json target/sbom/
	rm -f backend/bench/server.cdx.json
	npm --prefix frontend sbom --omit dev --sbom-format cyclonedx > target/sbom/client.cdx.json
	@ls -l target/sbom

contracts: frontend/dist/index.html ## Write openapi/ and the web client's types anew from the code
	cargo run --quiet -- contracts
	npm --prefix frontend run types

migration: ## Begin a migration in both folders: make migration name=add_flags
	@test -n "$(name)" || { echo "say what it does: make migration name=add_flags"; exit 2; }
	@for folder in sqlite postgres; do \
	  into=migrations/$$folder/$$(date -u +%Y-%m-%d-%H%M%S)_$(name); mkdir -p $$into; touch $$into/{up,down}.sql; echo $$into; done

bench: $(BINARY) ## Measure start, memory, latency and throughput, the machine's floor beside them
	cargo run --release --locked --package parlor-bench -- $(BINARY)

bench-large: $(BINARY) ## Measure what grows with the work: make bench-large MESSAGES=1000000
	cargo run --release --locked --package parlor-bench -- $(BINARY) $(or $(MESSAGES),1000000)

bench-scale: $(BINARY) ## Measure how costs follow the number of sockets, rooms, members and messages: make bench-scale MESSAGES=1000000
	ulimit -n 20000; cargo run --release --locked --package parlor-bench -- scale $(BINARY) $(or $(MESSAGES),1000000)

bench-web: $(BINARY) ## Measure the web client on a quiet machine: keys, rooms, scrolling, floods, Lighthouse (downloads it)
	docker/services chromium -- npm --prefix frontend run bench

docker: ## Build the image
	docker build --file docker/Dockerfile --tag parlor .

clean: ## Throw away everything that was built; data stays
	rm -rf target frontend/node_modules frontend/dist

$(BINARY): frontend/dist/index.html $(BACKEND)
	cargo build --release --locked --package parlor
	@touch $(BINARY)

frontend/dist/index.html: frontend/node_modules/.installed $(FRONTEND)
	npm --prefix frontend run build
	@touch $@

frontend/node_modules/.installed: frontend/package.json frontend/package-lock.json
	npm --prefix frontend ci
	@touch $@
