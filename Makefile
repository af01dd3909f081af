# Every command that the README and CI use. `make` alone lists them.
SHELL := /bin/bash
.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: help demo check test needs format lint test-alone test-with-servers test-mixed test-docs docs bench model signals

# `make test` decides by itself which servers the tests see.
unexport DINGDAN_TEST_POSTGRES DINGDAN_TEST_REDIS

help: ## List these commands
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS=$$'\t' read -r name what; \
	    do printf '  make %-19s %s\n' "$$name" "$$what"; done

demo: ## Try everything on this machine: three phones, a clock to move, the board
	cargo run --release --locked -- demo

check: format lint ## The quick look before a commit: format and clippy

test: needs format lint test-alone test-with-servers test-mixed test-docs docs ## Everything that CI runs; installs what it needs first
	@echo 'All passed: format, clippy, tests on SQLite and on Postgres, with and without Redis, doc tests, documentation.'

needs: ## Install what the tests need and this machine lacks
	scripts/install-test-needs

format: ## Is the code formatted?
	cargo fmt --all --check

lint: ## Clippy, warnings are errors
	cargo clippy --workspace --all-targets --locked -- -D warnings

test-alone: ## All tests on SQLite, without Redis
	cargo test --workspace --locked --lib --bins --tests

test-with-servers: ## All tests of the service on Postgres, with Redis
	tests/with-servers cargo test --package dingdan --locked --lib --bins --tests

test-mixed: ## The service from outside, on SQLite with Redis and on Postgres without
	tests/with-servers bash -c '\
	    env -u DINGDAN_TEST_POSTGRES cargo test --package dingdan --locked --test service && \
	    env -u DINGDAN_TEST_REDIS cargo test --package dingdan --locked --test service'

test-docs: ## The examples in the documentation
	cargo test --workspace --locked --doc

docs: ## The documentation, of private items too, warnings are errors
	RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps --document-private-items --locked

bench: ## Measure, print, and write benches/RESULTS.md
	cargo bench --workspace --locked --bench '*'

model: ## Learn keyword-dicts/model anew, after the corpus or the dictionaries changed
	cargo run --release --locked -- signals train --dicts keyword-dicts

signals: ## Measure how good signals are, and write docs/signals.md
	cargo run --release --locked -- signals evaluate --dicts keyword-dicts --markdown docs/signals.md
