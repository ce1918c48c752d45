# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154 # variables of machine.sh
# Whatever a guest does with its pages, QEMU goes on or ends in order.

lender always 0
if ! start_machine hostile -smp 2; then
	not_ok "host/hostile: the machine uses discarded pages"
	stop_machine
	[ "$machine_status" = 0 ] || not_ok "host/hostile: QEMU ended with status $machine_status"
else
	ok "host/hostile: the machine uses discarded pages"
	sleep 0.5
	answer=$(qmp query-s390x-page-states)
	stop_machine
	# A guest that panics ends QEMU with 1.
	if [[ $answer == *'"return"'* && $machine_status = 0 ]] || [ "$machine_status" = 1 ]; then
		ok "host/hostile: a discarded prefix area"
	else
		not_ok "host/hostile: a discarded prefix area" \
			"QEMU ended with status $machine_status: $(tail -n 1 "$work/stderr")"
	fi
fi
