# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154 # variables of machine.sh
# Capabilities that work with page states, and those that are refused.

with() { # CAPABILITY...
	local one
	listen b keeper -smp 2
	for one; do
		on b && set_capability "$one" on && on a && set_capability "$one" on || return
	done
	migrate_live a b && owed
}

# Where pages are lent already QEMU itself may refuse to have it set.
refused() { # CAPABILITY
	local answer
	on a
	if answer=$(qmp migrate-set-capabilities \
		"{\"capabilities\": [{\"capability\": \"$1\", \"state\": true}]}"); then
		answer=$(qmp migrate "{\"uri\": \"unix:$files/socket\"}") && complain "it is not refused"
		[[ $answer == *'"desc": "'*"$1"* && $answer == *cmm* ]] || complain "it says: $answer"
		status
		[[ $migration_status != active && $migration_status != setup ]] || complain "$migration"
		set_capability "$1" off
	else
		[[ ${answer,,} == *'"desc": "'*"$1"*memory* ]] || complain "it says: $answer"
	fi
	running a && changed && owed
}

for host in "host 3600000" "always 0"; do
	# shellcheck disable=SC2086 # two words
	lend $host
	start a keeper -smp 2
	for capability in postcopy-ram background-snapshot; do
		silent "$capability is refused, and the machine runs on, policy ${host% *}" refused $capability
	done
done
silent "then an ordinary migration succeeds" with

for host in "host 3600000" "always 0"; do
	# shellcheck disable=SC2086 # two words
	lend $host
	for capabilities in multifd xbzrle "auto-converge zero-blocks" "return-path switchover-ack"; do
		start a keeper -smp 2
		# shellcheck disable=SC2086 # words
		silent "$capabilities, policy ${host% *}" with $capabilities
	done
done
