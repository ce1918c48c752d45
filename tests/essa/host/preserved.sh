# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154 # variables of machine.sh
# Stable pages that the host has swapped out: content "preserved". It takes a
# memory cgroup with a limit, and swap of our own.

# set_up: $group, $limit, the file of its limit, and a swap file; or $reason
set_up() {
	[ "$(id -u)" = 0 ] || { reason="it takes root"; return; }
	if [ -w /sys/fs/cgroup/memory/cgroup.procs ]; then
		group=/sys/fs/cgroup/memory/page-states-test-$$ limit=memory.limit_in_bytes
	elif grep -qw memory /sys/fs/cgroup/cgroup.subtree_control 2>/dev/null; then
		group=/sys/fs/cgroup/page-states-test-$$ limit=memory.high
	else
		reason="there is no memory cgroup"
		return
	fi
	mkdir "$group" 2>/dev/null || { group=''; reason="no memory cgroup can be made"; return; }
	[ -e "$group/$limit" ] || { reason="a memory cgroup has no $limit"; return; }
	swap_file=$out/swap
	# Not sparse: a file with holes is no swap.
	dd if=/dev/zero of="$swap_file" bs=1M count=256 status=none 2>/dev/null &&
		chmod 600 "$swap_file" && mkswap "$swap_file" >/dev/null 2>&1 &&
		swapon "$swap_file" 2>/dev/null || reason="$swap_file is no swap file"
}

# Also when the tests are interrupted
clean_up() {
	[ -z "$machine_pid" ] || kill -KILL "$machine_pid" 2>/dev/null
	if [ -n "$swap_file" ]; then
		swapoff "$swap_file" 2>/dev/null
		rm -f "$swap_file"
	fi
	[ -z "$group" ] || for _ in 1 2 3 4 5; do
		rmdir "$group" 2>/dev/null && break
		sleep 0.1
	done
	swap_file='' group=''
}

# said WORD: the program has
said() {
	tr -d '\r' <"$work/console" | grep -qx "$1"
}

usage() {
	cat "$group"/memory.{usage_in_bytes,current} 2>/dev/null
}

# The results of the program become ours.
tell() {
	local line
	while read -r line; do
		result "host/preserved: " "$line" || echo "$line"
	done < <(tr -d '\r' <"$work/console" | grep -vx "squeeze\|ready\|done")
}

squeeze() {
	local i target
	# A few times: the limit of version 1 is not set if too little can be had.
	for ((i = 0; i < 10; i++)); do
		target=$(($(usage) - (24 << 20)))
		echo $target >"$group/$limit" 2>/dev/null && break
		sleep 0.2
	done
}

release() {
	echo $((4 << 30)) >"$group/$limit"
}

# squeezed PROGRAM: from its beginning to its end, with less memory once it says so
squeezed() {
	local i squeezes=0
	build "$1"
	release
	# shellcheck disable=SC2016 # the shell's own
	start_qemu sh -c 'echo $$ >"$1/cgroup.procs" && shift && exec "$@"' sh "$group" \
		"${machine[@]}" "${lender[@]}" -serial "file:$work/console" -kernel "$out/$1.elf"
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
	release
	tell
	said ready || not_ok "host/preserved: $1 comes to its end" "$(tail -n 1 "$work/console")"
	stop_machine
}

group='' swap_file='' reason=''
set_up
if [ -n "$reason" ]; then
	skip "host/preserved" "$reason"
else
	undo() { clean_up; }
	lender host 0
	squeezed preserved
	if [ "${preserved:-0}" -gt 0 ]; then
		ok "host/preserved: query-s390x-page-states counts them"
	else
		not_ok "host/preserved: query-s390x-page-states counts them" "$states"
	fi
	lender host 3600000
	squeezed evicted
	undo() { :; }
fi
clean_up
