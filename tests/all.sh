#!/usr/bin/env bash
# Every test, quickest first. Stops at the first step that fails; the last lines say what ran and what passed.
#
#   tests/all.sh             says what is missing on this computer, if anything, and fails
#   tests/all.sh --install   gets it: Debian packages, and npm packages as the lock file has them
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

install=false
case "$*" in
  '') ;;
  --install) install=true ;;
  *)
    echo "usage: tests/all.sh [--install]" >&2
    exit 2
    ;;
esac

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

has() { command -v "$1" >/dev/null; }
has_node() { has node && [ "$(node --print 'process.versions.node.split(".")[0]')" -ge 20 ]; }
has_npm_packages() { has npm && npm ls --prefix tests/browser >"$scratch/npm" 2>&1; }

# Debian's names for what is not here.
missing_debian_packages() {
  has cc || echo gcc libc6-dev
  has node || echo nodejs
  has npm || echo npm
  has "${CHROMIUM:-chromium}" || echo chromium
  has "${FIREFOX:-firefox-esr}" || echo firefox-esr
  has pdftotext || echo poppler-utils
  has strace || echo strace
}

get() {
  has_node || ! has node || return 0 # too old: another package of the same name would not help
  local packages root=()
  mapfile -t packages < <(missing_debian_packages | tr ' ' '\n')
  if [ ${#packages[@]} -gt 0 ] && has apt-get; then
    [ "$(id -u)" -eq 0 ] || root=(sudo)
    "${root[@]}" apt-get update
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "${packages[@]}"
  fi
  if has rustup; then
    cargo fmt --version >/dev/null 2>&1 || rustup component add rustfmt
    cargo clippy --version >/dev/null 2>&1 || rustup component add clippy
  fi
  has_npm_packages || npm ci --prefix tests/browser
}

# One line for each thing that is not here, and how to get it.
say_missing() {
  local debian
  has cargo || echo "cargo, Rust's build tool: https://rustup.rs"
  if has cargo; then
    cargo fmt --version >/dev/null 2>&1 || echo "rustfmt: rustup component add rustfmt"
    cargo clippy --version >/dev/null 2>&1 || echo "clippy: rustup component add clippy"
  fi
  debian=$(missing_debian_packages | tr '\n' ' ')
  [ -z "$debian" ] || echo "Debian packages: apt-get install ${debian% } (or another Chromium or Firefox, named in the variable CHROMIUM or FIREFOX)"
  ! has node || has_node || echo "Node.js 20 or newer, where this is $(node --version): https://nodejs.org, or Debian 13"
  has_npm_packages || echo "npm packages: npm ci --prefix tests/browser"
}

if $install; then get </dev/null || true; fi # what could not be got is named now
missing=$(say_missing)
if [ -n "$missing" ]; then
  printf 'Missing here:\n%s\n' "$missing" >&2
  $install || echo "tests/all.sh --install gets what Debian and npm have." >&2
  echo "FAILED: nothing was tested."
  exit 1
fi

table=()
n_tests=0

# How many tests passed, from what cargo and node print; 0 for a step without tests. One that was left out fails the step:
# a test either runs or goes. So does a run in which there was nothing to test.
count_tests() {
  awk '
    /^test result:/ { ran = 1; passed += $4; left_out += $8 }
    /^ℹ pass /  { ran = 1; passed += $3 }
    /^ℹ (skipped|todo|cancelled) / { left_out += $3 }
    END {
      print passed + 0
      if (left_out) print left_out " tests were left out" >"/dev/stderr"
      if (ran && !passed) print "no test ran" >"/dev/stderr"
      exit left_out || ran && !passed
    }' "$1"
}

# step NAME COMMAND…
step() {
  local name=$1 started=$SECONDS count result
  shift
  printf '\n== %s\n' "$name"
  if "$@" </dev/null 2>&1 | tee "$scratch/log" && count=$(count_tests "$scratch/log"); then
    n_tests=$((n_tests + count))
    case $count in
      0) result='passed' ;;
      1) result='1 test passed' ;;
      *) result="$count tests passed" ;;
    esac
    table+=("$(printf '%5d s  %-17s %s' $((SECONDS - started)) "$result" "$name")")
  else
    printf '\n'
    [ ${#table[@]} -eq 0 ] || printf '%s\n' "${table[@]}"
    echo "FAILED: $name, after $((SECONDS - started)) s"
    exit 1
  fi
}

debug=${CARGO_TARGET_DIR:-target}/debug

build_site() {
  cargo build && "$debug/signpost" build --output "$scratch/public"
}

step "layout of the code (cargo fmt)" cargo fmt --check
step "lints (clippy)" cargo clippy --all-targets -- -D warnings
step "lints of the generator alone" cargo clippy --all-targets --no-default-features -- -D warnings
step "lints without the inbox" cargo clippy --all-targets --no-default-features --features serve -- -D warnings
step "lints with every feature" cargo clippy --all-targets --all-features -- -D warnings
step "documentation (rustdoc)" env RUSTDOCFLAGS="-D warnings" cargo doc --no-deps
step "Rust tests" cargo test
step "Rust tests of the elasticlunr export" cargo test --lib --features elasticlunr elasticlunr
step "script tests" node --test --test-reporter=spec tests/js/*.test.mjs
step "the site builds" build_site
step "tests of the wire format, from outside" node --test --test-reporter=spec tests/wire/*.test.mjs
step "browser tests" node --test --test-reporter=spec tests/browser/*.test.mjs
# Two files at a time: one of them mostly types, which leaves a computer idle.
step "e-workbooks in Chromium and in Firefox" node --test --test-concurrency=2 --test-reporter=spec tests/browser/engines/*.test.mjs

printf '\n'
printf '%s\n' "${table[@]}"
echo "All ${#table[@]} steps passed, with $n_tests tests, in $((SECONDS / 60)) min $((SECONDS % 60)) s."
