# Everything a person types. `make` alone lists it.

SWIFT ?= swift
# Where `make install` puts things, what `make run` runs, and the address at which its sample is heard.
PREFIX ?= /usr/local
CONFIG ?=
ADDRESS ?=

# The suites, and programs that they start, that run once more under sanitizers: each group in a build that holds
# nothing else. PJSIP is not instrumented, so what starts it stays out of the thread ring.
THREAD_RING ?= TelephonyTests,EntriesTests,DistributionTests,ConversationsTests,DialingTests,RecordingsTests,$\
  DirectoryTests,HistoryTests,FiguresTests,ChangesTests,OverloadTests,SupervisionTests,ControlTests,CallCenterTests,ControlSocketTests,MediaPlaneTests
SHIM_RING ?= CRecorderTests,recorder-probe,CMediaPlaneTests,MediaPlaneTests,CSIPBridgeTests,NumbersTests,ConfigurationTests

# Tests that only reckon, by the thousand: on two cores they would keep those waiting that wait for sockets and phones,
# so they run first, and alone.
ARITHMETIC = ^(Telephony|Entries|Distribution|Conversations|Dialing|Recordings|Directory|History|Figures|Changes|Overload|Supervision|Numbers|Configuration|CMediaPlane|Staffing|Simulation)Tests\.|Any.day|Simulating.

# `kill -9` of the whole daemon, again and again.
KILLS = ^LoopbackTests\..Killed.at.any.instant

# Days of the rules made by chance: a hundred thousand, or a million in `make soak`, which only an optimised build gets
# through.
SCHEDULES = ^DistributionTests\..A.great.many

# Tests of the media plane are phones by the dozen that want to be on time: they run by themselves, too.
MEDIA = ^MediaPlaneTests\.

# Of these, what at full length measures by how much the process itself has grown.
CHURN = ^MediaPlaneTests\.ChurnTests

# Whole daemons with their phones, who answer in time only while nobody else is in a hurry: by themselves again. Nor may the
# stack of CSIPBridgeTests be in their process: it closes libsrtp for all when it ends, also for phones that speak SRTP.
CALLS = ^LoopbackTests\.

# Our own package comes first: pkg-config itself would prefer a PJSIP under /usr/local.
export PKG_CONFIG_PATH := /usr/lib/$(shell uname -m)-linux-gnu/pkgconfig:$(PKG_CONFIG_PATH)

BUILD_FLAGS = --explicit-target-dependency-import-check error
SCRIPTS = .ci/run docker/install-dependencies docker/pjproject/install-libpjproject docker/bare-test docker/run

.NOTPARALLEL:
.PHONY: help demo run test soak bench build release format lint test-all test-long test-schedules test-threads test-shims test-mutants bare-test install clean \
  prepare prepare-tests

help: ## what can be typed here
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

demo: prepare-tests release ## real phones call a queue: what happens, with a stopwatch
	.build/release/tsunagi-demo

run: prepare release ## tsunagid in the foreground with the sample configuration, or CONFIG=path
	@ADDRESS="$(ADDRESS)" docker/run "$(CONFIG)"

test: prepare-tests lint release test-all test-schedules test-threads test-shims ## every test, from nothing

soak: prepare-tests test-long test-schedules ## the long tests at their full length, an hour on the wire and 200 kills among them

bench: prepare-tests release ## the benchmarks, as lines of JSON
	.build/release/tsunagi-bench

build: prepare ## a debug build of everything
	$(SWIFT) build $(BUILD_FLAGS)

release: prepare
	$(SWIFT) build -c release $(RELEASE_FLAGS)

format: ## brings the source into its form
	$(SWIFT) format --in-place --parallel --recursive Package.swift Sources Tests docker/demo

lint: ## says where the source is out of its form
	$(SWIFT) format lint --strict --parallel --recursive Package.swift Sources Tests docker/demo
	shellcheck $(SCRIPTS)

test-mutants: prepare ## that tests notice broken rules of distribution and broken figures: a sample (Python 3, an hour)
	docker/test-mutants .build-mutants

bare-test: ## the tests and the demo in a Debian 12 that has nothing else (root; an hour at most)
	docker/bare-test

# Programs that run where no Swift toolchain is.
install: RELEASE_FLAGS = --static-swift-stdlib
install: release ## into PREFIX (/usr/local), with a systemd unit
	install -D -m 0755 -t $(DESTDIR)$(PREFIX)/bin .build/release/tsunagid .build/release/tsunagi
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/share/doc/tsunagi README.md LICENSE
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/share/doc/tsunagi/examples docker/examples/*
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system
	sed 's|@PREFIX@|$(PREFIX)|g' docker/systemd/tsunagid.service >$(DESTDIR)$(PREFIX)/lib/systemd/system/tsunagid.service

clean: ## removes what was built
	rm -rf .build .build-threads .build-shims .build-schedules .build-mutants

# ---- steps of the above

prepare:
	@docker/install-dependencies --swift --build
	@docker/pjproject/install-libpjproject

prepare-tests: prepare
	@docker/install-dependencies --test

# Tests leave folders with logs and recordings: all below one, which stays when one fails. What failed is said once more at
# the end, where it is looked for.
run-tests = left=$$(mktemp -d "$${TMPDIR:-/tmp}/tsunagi-tests-XXXXXX") && \
  { TMPDIR=$$left $(SWIFT) test --skip-build --disable-xctest $(1); echo $$? >"$$left/status"; } 2>&1 | tee "$$left/log"; \
  if [ "$$(cat "$$left/status")" = 0 ]; then rm -rf "$$left"; \
  else grep -A 3 '^✘' "$$left/log" >&2; echo "what the tests left: $$left" >&2; exit 1; fi

test-all:
	$(SWIFT) build --build-tests $(BUILD_FLAGS)
	@$(call run-tests,--filter '$(ARITHMETIC)')
	@$(call run-tests,--filter '$(MEDIA)')
	@$(call run-tests,--filter '$(CALLS)')
	@$(call run-tests,--skip '$(ARITHMETIC)|$(MEDIA)|$(CALLS)')

# What the long tests are told; it holds for all that `soak` needs.
soak test-long: export TSUNAGI_SOAK = 1
test-long:
	$(SWIFT) build --build-tests $(BUILD_FLAGS)
	@$(call run-tests,--filter '$(CHURN)')
	@$(call run-tests,--filter '$(MEDIA)' --skip '$(CHURN)')
	@$(call run-tests,--filter '$(KILLS)')

test-schedules: export TSUNAGI_RING = DistributionTests
test-schedules:
	$(SWIFT) build -c release --build-tests -Xswiftc -enable-testing --scratch-path .build-schedules
	@$(call run-tests,-c release --scratch-path .build-schedules --filter '$(SCHEDULES)')

test-threads: export TSUNAGI_RING = $(THREAD_RING)
test-threads:
	$(SWIFT) build --build-tests --sanitize=thread --scratch-path .build-threads
	@$(call run-tests,--sanitize=thread --scratch-path .build-threads --filter '$(ARITHMETIC)')
	@$(call run-tests,--sanitize=thread --scratch-path .build-threads --filter '$(MEDIA)')
	@$(call run-tests,--sanitize=thread --scratch-path .build-threads --skip '$(ARITHMETIC)|$(MEDIA)')

# Only Swift Testing is used; XCTest would say that it ran no test, and leaks, which AddressSanitizer counts.
test-shims: export UBSAN = 1
test-shims: export TSUNAGI_RING = $(SHIM_RING)
test-shims:
	$(SWIFT) build --build-tests --sanitize=address --scratch-path .build-shims
	@$(call run-tests,--sanitize=address --scratch-path .build-shims --filter '$(ARITHMETIC)')
	@$(call run-tests,--sanitize=address --scratch-path .build-shims --filter '$(MEDIA)')
	@$(call run-tests,--sanitize=address --scratch-path .build-shims --skip '$(ARITHMETIC)|$(MEDIA)')
