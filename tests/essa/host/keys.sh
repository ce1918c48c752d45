# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154 # variables of machine.sh
# A potentially volatile page that becomes changed by its key alone is taken back.

lender host 0
if start_machine keys; then
	get_states
	if [ "$(number lent)" = 16 ] && [ "$(number taken-back)" = 16 ] && [ "$(number discarded)" = 0 ]; then
		ok "host/keys: changed pages are taken back"
	else
		not_ok "host/keys: changed pages are taken back" "of 16: $states"
	fi
else
	not_ok "host/keys: a machine with keys"
fi
