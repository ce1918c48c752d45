# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154 # variables of life.sh
# What a guest may get wrong is the guest's to suffer, never the end of QEMU.

run_program adapter 1 20 always 0 -device virtio-rng-ccw

answers_with() { # COMMAND PATTERN
	local answer
	answer=$(qmp "$1")
	[[ $answer == *$2* ]] || echo "$1: $answer"
}

# A CPU that is interrupted for ever stands still, until it is reset.
no_end_of_interruptions() {
	local i
	for ((i = 0; i < 100; i++)); do
		[[ $(qmp query-status) != *guest-panicked* ]] || break
		sleep 0.05
	done
	answers_with query-status guest-panicked
	answers_with query-cpus-fast check-stop
	qmp cont >/dev/null
	sleep 0.2
	answers_with query-cpus-fast check-stop
	reset_machine || echo "no reset"
	qmp cont >/dev/null
	await_ready 2
	stop_machine
	[ "$machine_status" = 0 ] || echo "QEMU ended with status $machine_status: $(tail -n 1 "$work/stderr")"
}

lender always 0
if start_machine psw -action panic=pause; then
	while IFS= read -r line; do
		result "psw: " "${line%$'\r'}" || echo "$line"
	done < <(sed '/ready/q' "$work/console" | grep -v ready)
	silent "program interruptions without end" no_end_of_interruptions
else
	not_ok psw "the program does not come to its end"
fi
