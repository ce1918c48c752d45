# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154 # variables of life.sh
# Resets by the guest and by system_reset: a CPU's leave all states as they
# are, the machine's make all pages stable.

run_program resets 2 60 always 0
run_program resets 2 60 host 20

system_reset() { # TIMES
	local i
	for ((i = 0; i < $1; i++)); do
		reset_machine || { echo "no reset"; return; }
		ready=$((ready + 1))
		await_ready $ready || { echo "reset $i: the program does not run"; return; }
		complaints
	done
}

# Most come before the program has even set its pages up again.
reset_storm() { # TIMES
	local i
	for ((i = 0; i < $1; i++)); do
		reset_machine || { echo "no reset"; return; }
		sleep "0.0$((RANDOM % 5))"
	done
	qmp stop >/dev/null
	ready=$(grep -c ready "$work/console")
	reset_machine && qmp cont >/dev/null || echo "no answer"
	await_ready $((++ready))
	grep "^not ok" "$work/console"
}

for host in "always 0" "host 20" "random 5"; do
	# shellcheck disable=SC2086 # two words
	if start_life $host -smp 2; then
		silent "system_reset under ${host% *}" system_reset 3
		silent "many of them under ${host% *}" reset_storm 20
		silent "what the guest is owed after them" owed
	else
		not_ok "a machine under ${host% *}"
	fi
	stop_machine
done
