# What a newcomer needs: `make run`. What CI runs: `make check test`. `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

BINARY := target/release/parlor
FRONTEND := $(shell git ls-files -co --exclude-standard frontend 2>/dev/null | grep -v '^frontend/e2e/' | grep -v '\.test\.')
BACKEND := $(shell git ls-files -co --exclude-standard backend/src migrations backend/build.rs 2>/dev/null) Cargo.toml Cargo.lock backend/Cargo.toml

.PHONY: help run build dev check test chaos kills test-backend test-services test-frontend test-e2e acceptance security contracts migration bench bench-web docker clean

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
	docker/services postgres redis -- $(MAKE) --no-print-directory test-services

# What needs services; they are there when this is called.
test-services:
	cargo test --locked --package parlor --lib -- store:: actions::
	cargo test --locked --package parlor --test main -- consistency gateway:: api::
	cargo test --locked --package parlor --test main -- --ignored --test-threads 2

kills: frontend/dist/index.html ## Kill a node on SQLite a hundred times while people talk: make kills KILLS=100
	KILLS=$(or $(KILLS),100) cargo test --locked --package parlor --test main -- --nocapture durability::

chaos: frontend/dist/index.html ## Break three nodes, Postgres and Redis while people talk: make chaos SECONDS=60 SEED=1
	SECONDS_OF_CHAOS=$(or $(SECONDS),60) SEED_OF_CHAOS=$(or $(SEED),1) docker/services postgres redis -- \
	  cargo test --locked --package parlor --test main -- --ignored --nocapture chaos::

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

acceptance: $(BINARY) ## Hold Parlor against every promise, one line each
	mkdir -p target/acceptance
	-docker/services postgres redis -- cargo test --locked --package parlor at_0 -- --include-ignored --test-threads 4 2>&1 | tee target/acceptance/server.log
	-docker/services chromium -- npm --prefix frontend run e2e -- --reporter list --grep '\[00[0-4]-' 2>&1 | tee target/acceptance/browser.log
	@awk -v prefix=at_ "$$HELD" backend/tests/acceptance/rows.tsv target/acceptance/server.log target/acceptance/browser.log

# What a test's name has before a requirement's number.
FAMILIES := au tk se az ws in fi wb do lo cf sc

security: $(BINARY) ## Hold Parlor against every security requirement, one line each
	mkdir -p target/security
	-docker/services postgres redis -- cargo test --locked --package parlor -- --include-ignored --test-threads 4 \
	  $(foreach family,$(FAMILIES),::$(family)_ _$(family)_) 2>&1 | tee target/security/server.log
	-docker/services chromium -- npm --prefix frontend run e2e -- --reporter list --grep '\[[A-Z][A-Z]-' 2>&1 | tee target/security/browser.log
	@awk "$$HELD" backend/tests/security/rows.tsv target/security/server.log target/security/browser.log

contracts: frontend/dist/index.html ## Write openapi/ and the web client's types anew from the code
	cargo run --quiet -- contracts
	npm --prefix frontend run types

migration: ## Begin a migration in both folders: make migration name=add_flags
	@test -n "$(name)" || { echo "say what it does: make migration name=add_flags"; exit 2; }
	@for folder in sqlite postgres; do \
	  into=migrations/$$folder/$$(date -u +%Y-%m-%d-%H%M%S)_$(name); mkdir -p $$into; touch $$into/{up,down}.sql; echo $$into; done

bench: $(BINARY) ## Measure start, memory, latency and throughput, the machine's floor beside them
	cargo run --release --locked --package parlor-bench -- $(BINARY)

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
