# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154 # variables of machine.sh
# A migration that is cancelled or that fails leaves the source as it was, and
# the next one succeeds.

cancelled() {
	qmp migrate_cancel >/dev/null || complain "migrate_cancel is refused"
	ended cancelled && running a
}

# The destination of a cancelled migration ends.
cancel_once() {
	listen b keeper -smp 2
	incoming "unix:$files/socket" && on a || return
	slowly && migrate "unix:$files/socket" && passes "$1" || return
	# Some of the changes are made before it, and some are seen by the next.
	[ "$1" = 1 ] || changed || return
	cancelled || return
	[ "$1" != 1 ] || changed || return
	owed
}

then_succeed() {
	listen b keeper -smp 2
	migrate_live a b && owed
}

# The destination is killed in the middle.
lose_destination() {
	listen b keeper -smp 2
	incoming "unix:$files/socket" && on a || return
	slowly && migrate "unix:$files/socket" && passes 2 && changed && on b || return
	{
		kill -KILL "$machine_pid"
		wait "$machine_pid"
		machine_pid=
	} 2>/dev/null
	on a && ended failed && running a && owed
}

# Nobody listens.
no_destination() {
	on a && migrate "unix:$files/nobody"
	ended failed && running a && changed && owed
}

# A disk that is full
no_room() {
	on a && at_once && migrate "exec:head -c 1000000 >/dev/null"
	ended failed && running a && changed && owed
}

for host in "host 3600000" "always 0"; do
	# shellcheck disable=SC2086 # two words
	lend $host
	start a keeper -smp 2
	silent "in the first pass, policy ${host% *}" cancel_once 1
	silent "in the second pass, policy ${host% *}" cancel_once 2
	silent "no destination, policy ${host% *}" no_destination
	silent "no room, policy ${host% *}" no_room
	silent "the destination dies, policy ${host% *}" lose_destination
	silent "in the end it succeeds, policy ${host% *}" then_succeed
done
