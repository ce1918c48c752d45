# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# Nothing is lent before tasks of the host have to wait for memory.

waits() { # ARGUMENT...: whether the machine waits
	start_qemu "${machine[@]}" -S "$@"
	sleep 1
	get_states
	stop_machine
	[[ $states == *'"waiting": true'* ]]
}

stalls() { sed -n 's/^some .*total=//p' /proc/pressure/memory; }

if ! stalled=$(stalls 2>/dev/null) || [ -z "$stalled" ]; then
	if waits; then
		not_ok 'host/waiting: without PSI' 'it waits'
	else
		ok 'host/waiting: without PSI lending begins at once'
	fi
elif waits; then
	ok 'host/waiting: nothing is lent while there is memory'
elif [ "$(stalls)" = "$stalled" ]; then
	not_ok 'host/waiting: nothing is lent while there is memory' "$states"
else
	skip 'host/waiting: nothing is lent while there is memory' 'the host is short of memory'
fi
for option in wait-for-pressure=off policy=always; do
	if waits -global "$device.$option"; then
		not_ok "host/waiting: not with $option" "$states"
	else
		ok "host/waiting: not with $option"
	fi
done
