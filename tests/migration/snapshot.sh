# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154 # variables of machine.sh
# Snapshots of a machine that keeps changing states (tests/qemu has the ways to
# take one), and machines that go from a snapshot to a migration and back.

# job COMMAND ARGUMENTS
job() {
	local i answer
	answer=$(qmp "$1" "{\"job-id\": \"job\", $2}") || complain "$1: $answer" || return
	for ((i = 0; i < 200; i++)); do
		answer=$(qmp query-jobs)
		[[ $answer != *'"concluded"'* ]] || break
		sleep 0.02
	done
	qmp job-dismiss '{"id": "job"}' >/dev/null
	[[ $answer == *'"concluded"'* && $answer != *'"error":'* ]] || complain "$1: $answer"
}

add_disk() {
	local file="$files/disk.$side"
	: >"$file"
	qmp blockdev-add "{\"driver\": \"file\", \"filename\": \"$file\", \"node-name\": \"file\"}" >/dev/null
	job blockdev-create '"options": {"driver": "qcow2", "file": "file", "size": 1048576}' || return
	qmp blockdev-add '{"driver": "qcow2", "file": "file", "node-name": "disk"}' >/dev/null
}

# HMP says nothing if all is well.
save() { hmp_silent savevm one; }
# The program has been asked as often as it had been then.
load() { hmp_silent loadvm one; }
hmp_silent() {
	local said
	said=$(hmp "$*")
	[ -z "$said" ] || complain "$*: $said"
}

there_and_back() {
	on a && add_disk && changed && save && owed && changed && owed || return
	load && owed && changed && owed && load && owed
}

# A snapshot is loaded while the machine is still the one that was migrated to.
after_a_migration() {
	listen b keeper -smp 2
	migrate_live a b && owed && add_disk && changed && save && owed && load && owed
}

before_a_migration() {
	listen a keeper -smp 2
	on b && load && on a && incoming "unix:$files/socket" && on b || return
	at_once && migrate "unix:$files/socket" && ended completed && running a && owed
}

# Saving one cancels no migration, and is not done in one.
during_a_migration() {
	local said
	listen b keeper -smp 2
	incoming "unix:$files/socket" && on a && slowly && migrate "unix:$files/socket" && passes 2 || return
	said=$(hmp savevm two)
	[ -n "$said" ] || complain "savevm says nothing"
	changed && at_once && ended completed && running b && owed
}

for host in "host 3600000" "always 50" "random 20"; do
	# shellcheck disable=SC2086 # two words
	lend $host
	start a keeper -smp 2
	silent "there and back, policy ${host% *}" there_and_back
	silent "after a migration, policy ${host% *}" after_a_migration
	silent "before a migration, policy ${host% *}" before_a_migration
	silent "during a migration, policy ${host% *}" during_a_migration
done
