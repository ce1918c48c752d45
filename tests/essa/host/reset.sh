# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154 # variables of machine.sh
# A reset makes all pages stable, and what is lent is the guest's again.

all_stable() {
	local name
	get_states
	for name in {unused,volatile}-{resident,zero} potentially-volatile-resident; do
		[ "$(number "$name")" = 0 ] || return 1
	done
}

reset_test() { # NAME PROGRAM INTERVAL
	local i
	lender always "$3"
	if ! start_machine "$2"; then
		not_ok "host/reset: $1"
		return
	fi
	qmp stop >/dev/null
	qmp system_reset >/dev/null
	# It is done a moment after it is asked for.
	for ((i = 0; i < 50; i++)); do
		all_stable && break
		sleep 0.05
	done
	if all_stable; then
		ok "host/reset: all pages are stable after $1"
	else
		not_ok "host/reset: all pages are stable after $1" "$states"
	fi
	if [ "$(number lent)" = "$(number taken-back)" ]; then
		ok "host/reset: nothing is lent after $1"
	else
		not_ok "host/reset: nothing is lent after $1" "$states"
	fi
	qmp cont >/dev/null
	if await_ready 2; then
		ok "host/reset: the machine runs again after $1"
	else
		not_ok "host/reset: the machine runs again after $1"
	fi
	stop_machine
}

reset_test states states 3600000
reset_test discards lending 0
