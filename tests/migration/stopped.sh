# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154 # variables of machine.sh
# A machine that is stopped, continued or reset while it is being migrated.

halt() { qmp stop >/dev/null || complain "it does not stop"; }
go_on() { qmp cont >/dev/null || complain "it does not go on"; }

# The destination stays stopped, until it is told to go on.
stopped_all_the_time() {
	on b && incoming "unix:$files/socket" || return
	on a && halt && at_once && migrate "unix:$files/socket" && ended completed || return
	on b && go_on && owed
}

# The states have been sent, or may have been, when they change once more.
stopped_at_first() {
	on b && incoming "unix:$files/socket" || return
	on a && halt && slowly && migrate "unix:$files/socket" && passes 1 || return
	sleep 0.3
	go_on && changed && passes 2 && at_once && ended completed && running b && owed
}

# stand: until a pass has ended, which is when states are sent. The next one
# takes a second: it ends the migration if the machine is still at a standstill.
stand() {
	local pass
	set_parameters '"max-bandwidth": 2000000' && status || return
	pass=$(of_migration dirty-sync-count)
	halt && passes $((pass + 1))
}

stopped_in_between() {
	on b && incoming "unix:$files/socket" || return
	on a && slowly && migrate "unix:$files/socket" && passes 2 && stand || return
	go_on && changed && stand && go_on || return
	at_once && ended completed && running b && owed
}

# A machine at a standstill does not wait for the last pass.
stopped_at_last() {
	on b && incoming "unix:$files/socket" || return
	on a && slowly && migrate "unix:$files/socket" && passes 2 && changed && halt || return
	at_once && ended completed && on b && go_on && owed
}

# All pages are stable then: the program begins anew.
reset_in_between() {
	on b && incoming "unix:$files/socket" || return
	on a && slowly && migrate "unix:$files/socket" && passes 2 || return
	qmp system_reset >/dev/null
	ready=$((ready + 1))
	await_ready $ready && changed && passes 3 && at_once && ended completed && running b && owed
}

for host in "host 3600000" "always 0"; do
	# shellcheck disable=SC2086 # two words
	lend $host
	for test in stopped_all_the_time stopped_at_first stopped_in_between stopped_at_last reset_in_between; do
		start a keeper -smp 2
		[ $test != stopped_all_the_time ] || changed
		listen b keeper -smp 2
		silent "${test//_/ }, policy ${host% *}" $test
	done
done
