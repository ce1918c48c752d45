# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154 # variables of machine.sh
# Options that make no sense are refused at the start.

refuses() { # NAME PATTERN ARGUMENT...
	local name="host/options: $1 is refused" pattern=$2 status=0
	shift 2
	timeout 10 "${machine[@]}" -S "$@" </dev/null >"$work/stdout" 2>"$work/stderr" || status=$?
	if [ $status != 1 ]; then
		not_ok "$name" "QEMU ended with status $status: $(head -n 1 "$work/stderr")"
	elif ! grep -qi -e "$pattern" "$work/stderr"; then
		not_ok "$name" "it says: $(head -n 1 "$work/stderr")"
	else
		ok "$name"
	fi
}

refuses "an unknown policy" "policy.*sometimes\|sometimes.*policy" -global "$device.policy=sometimes"
refuses "an empty policy" "policy" -global "$device.policy="
refuses "a negative interval" "interval-ms" -global "$device.interval-ms=-5"
refuses "an interval of words" "interval-ms" -global "$device.interval-ms=soon"
refuses "an interval out of range" "interval-ms" -global "$device.interval-ms=4294967296"
refuses "a negative seed" "seed" -global "$device.seed=-1"
refuses "a seed of words" "seed" -global "$device.seed=lucky"
refuses "a seed out of range" "seed" -global "$device.seed=4294967296"
refuses "more than each page" "discard-percent.*0 to 100" -global "$device.discard-percent=101"
refuses "an unknown property" "speed" -global "$device.speed=1"
refuses "a second device" "$device" -device "$device"
