# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154 # variables of machine.sh
# A CPU whose prefix area is discarded: QEMU and the other CPU go on.

lender always 0
if start_machine lostprefix -smp 2; then
	ok "host/lostprefix: the other CPU goes on"
else
	not_ok "host/lostprefix: the other CPU goes on" "$(tail -n 1 "$work/console")"
fi
if [[ $(qmp query-s390x-page-states) == *'"return"'* ]]; then
	ok "host/lostprefix: QEMU answers"
else
	not_ok "host/lostprefix: QEMU answers" "$(tail -n 1 "$work/stderr")"
fi
stop_machine
if [ "$machine_status" = 0 ] && [ ! -s "$work/stderr" ]; then
	ok "host/lostprefix: QEMU ends in order"
else
	not_ok "host/lostprefix: QEMU ends in order" "status $machine_status: $(tail -n 1 "$work/stderr")"
fi
