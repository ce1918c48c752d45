# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# How a suite says what it has found, a line for each test and the last line, or why it
# does not begin. The caller gives $suite, its name.

passed=0 failed=0 skipped=0
about=''		# what names of tests begin with

ok() { echo "ok $about$1"; passed=$((passed + 1)); }
not_ok() { echo "not ok $about$1${2+: $2}"; failed=$((failed + 1)); }
skip() { echo "skip $about$1: $2"; skipped=$((skipped + 1)); }

finish() {
	echo "$passed passed, $failed failed, $skipped skipped"
	exit $((failed > 0))
}

quit() { echo "$suite/run: $*" >&2; exit 2; }

# number_between TEXT FROM TO: it is such a number, in decimal, below a thousand million
number_between() { [[ $1 =~ ^(0|[1-9][0-9]{0,8})$ ]] && [ "$1" -ge "$2" ] && [ "$1" -le "$3" ]; }
