# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154,SC2034 # variables of ../essa/machine.sh, and for tests
# The program life.c in a machine, and what it says of its pages.

# Where owed.c puts its pages
owed_pages=$((48 << 20))

# start_life POLICY INTERVAL ARGUMENT...: a machine with pages in each state
start_life() {
	lender "$1" "$2"
	shift 2
	ready=1
	start_machine life "$@"
}

# owed: have the program look whether it has what it is owed; says what not
owed() {
	ready=$((ready + 1))
	qmp inject-nmi >/dev/null || { echo "QEMU does not answer"; return; }
	await_ready $ready || return 0
	complaints
}

# reset_machine: until that has been done, which is after the answer
reset_machine() {
	local line
	echo '{"execute": "system_reset"}' 1>&"$to" 2>/dev/null || return 1
	while IFS= read -r -t 10 line <&"$from"; do
		[[ $line != *'"event": "RESET"'* ]] || return 0
	done
	return 1
}

# complaints: the last case, if it is one that failed
complaints() {
	tr -d '\r' <"$work/console" | awk '
		/^    / { said = said "; " substr($0, 5) }
		/^ok / { verdict = ""; said = "" }
		/^not ok / { verdict = substr($0, 8) said; said = "" }
		END { if (verdict != "") print verdict }'
}

# silent NAME COMMAND...: the test passes if the command prints nothing
silent() {
	local name=$1 said
	shift
	# Not in a subshell, which would keep machines and variables to itself
	"$@" >"$work/said" 2>&1
	said=$(<"$work/said")
	if [ -z "$said" ]; then
		ok "$name"
	else
		not_ok "$name" "${said//$'\n'/; }"
	fi
}

# total_pages: in $states
total_pages() {
	local count sum=0
	for count in $(grep -oE '"[a-z-]+-(resident|preserved|zero)": [0-9]+' <<<"$states" | grep -oE '[0-9]+$'); do
		sum=$((sum + count))
	done
	echo $sum
}
