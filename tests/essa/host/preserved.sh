# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154 # variables of machine.sh
# Stable pages that the host has swapped out: content "preserved". It takes a
# memory cgroup with a limit, and swap of our own.

# shellcheck source=tests/memcg.sh
. "$essa/../memcg.sh"

# said WORD: the program has
said() {
	tr -d '\r' <"$work/console" | grep -qx "$1"
}

# The results of the program become ours.
tell() {
	local line
	while read -r line; do
		result "host/preserved: " "$line" || echo "$line"
	done < <(tr -d '\r' <"$work/console" | grep -vx "squeeze\|ready\|done")
}

squeeze() {
	local i
	# A few times: not if too little can be had
	for ((i = 0; i < 10; i++)); do
		memcg_limit $(($(memcg_usage) - 24)) && break
		sleep 0.2
	done
}

# squeezed PROGRAM: from its beginning to its end, with less memory once it says so
squeezed() {
	local i squeezes=0
	build "$1"
	memcg_no_limits
	start_qemu "${into[@]}" "${machine[@]}" "${lender[@]}" -serial "file:$work/console" -kernel "$out/$1.elf"
	for ((i = 0; i < 1200; i++)); do
		if [ $squeezes = 0 ] && said squeeze; then
			squeezes=1
			squeeze
			squeeze
			get_states
			preserved=$(number stable-preserved)
		fi
		said ready && break
		grep -q "^not ok set-up" "$work/console" && break
		sleep 0.05
	done
	memcg_no_limits
	tell
	said ready || not_ok "host/preserved: $1 comes to its end" "$(tail -n 1 "$work/console")"
	stop_machine
}

# Also when the tests are interrupted
undo() { memcg_end; }
if memcg_make preserved && memcg_add_swap "$out/swap" 256; then
	lender host 0
	squeezed preserved
	if [ "${preserved:-0}" -gt 0 ]; then
		ok "host/preserved: query-s390x-page-states counts them"
	else
		not_ok "host/preserved: query-s390x-page-states counts them" "$states"
	fi
	lender host 3600000
	squeezed evicted
else
	skip "host/preserved" "$memcg_lacks"
fi
memcg_end
undo() { :; }
