# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154 # variables of machine.sh
# What the monitor shows is what a known program has done.

# expected WHAT: the program's lines "expect WHAT ...", the rest of them
expected() {
	sed -n "s/\r//; s/^expect $1 //p" "$work/console"
}

# matches NAME COMMAND...: the command prints no complaint
matches() {
	local name="host/counters: $1" complaints
	shift
	complaints=$("$@")
	if [ -z "$complaints" ]; then
		ok "$name"
	else
		not_ok "$name" "${complaints//$'\n'/; }"
	fi
}

essa_counts() {
	local op count counts
	[[ $states =~ \"essa\":\ \[([0-9, ]+)\] ]] || { echo "no counts"; return; }
	IFS=', ' read -ra counts <<<"${BASH_REMATCH[1]}"
	[ ${#counts[@]} = 8 ] || echo "${#counts[@]} counts"
	while read -r op count; do
		[ "${counts[op]}" = "$count" ] || echo "operation $op: ${counts[op]}, not $count"
	done < <(expected essa)
}

page_counts() {
	local name count sum=0 found
	while read -r name count; do
		found=$(number "$name")
		[ "$found" = "$count" ] || echo "$name: $found, not $count"
	done < <(expected pages)
	for name in {stable,unused,volatile}-{resident,zero} stable-preserved potentially-volatile-resident; do
		found=$(number "$name")
		sum=$((sum + ${found:-0}))
	done
	[ $sum = $((memory * 256)) ] || echo "$sum pages in all, not $((memory * 256))"
}

cmma_bytes() {
	local address value found
	while read -r address value; do
		found=$(hmp "info cmma $address 1" | sed -n 2p)
		[ "$found" = "$value" ] || echo "page $address: $found, not $value"
	done < <(expected cmma)
}

fault_count() {
	[ "$(number faults)" = "$(expected faults)" ] || echo "$(number faults), not $(expected faults)"
}

at_least() {
	local name count
	while read -r name count; do
		[ "$(number "$name")" -ge "$count" ] || echo "$name: $(number "$name") is less than $count"
	done < <(expected least)
}

# Whoever reads a discarded page for the monitor finds zeroes, and it stays so.
read_from_outside() {
	local address
	while read -r address; do
		qmp pmemsave "{\"val\": $((address)), \"size\": 4096, \"filename\": \"$work/page\"}" >/dev/null ||
			echo "page $address cannot be read"
		cmp -n 4096 "$work/page" /dev/zero || echo "page $address is not zero"
	done < <(expected untouched)
	cmma_bytes
}

table() {
	local name number shown
	shown=$(hmp info page-states)
	for name in lent taken-back discarded faults {unused,volatile}-{resident,zero}; do
		number=$(number "$name")
		grep -qw -- "$number" <<<"$shown" || echo "$name: no $number in: $shown"
	done
	grep -q "policy always" <<<"$shown" || echo "no policy in: $shown"
}

lending_always() {
	[[ $states == *'"policy": "always"'* && $states == *'"lending": true'* ]] || echo "$states"
}

unchanged() {
	local later
	later=$(qmp query-s390x-page-states)
	[ "$later" = "$states" ] || echo "$later, not $states"
}

lender always 3600000
if start_machine states; then
	get_states
	matches "operations" essa_counts
	matches "faults" fault_count
	matches "pages by state" page_counts
	matches "info cmma" cmma_bytes
	matches "info page-states" table
	matches "policy and lending" lending_always
	matches "looking changes nothing" unchanged
else
	not_ok "host/counters: a machine with known states"
fi
stop_machine

lender always 0
if start_machine lending; then
	get_states
	matches "faults after discards" fault_count
	matches "discarded pages" page_counts
	matches "info cmma of discarded pages" cmma_bytes
	matches "lent, taken back, discarded" at_least
	matches "discarded pages read from outside" read_from_outside
else
	not_ok "host/counters: a machine that lends"
fi
