# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154 # variables of ../essa/machine.sh
# Two machines and what goes from one to the other.

declare -A kept
side='' ready=0

two_machines() {
	base=$work
	files=$base/files
	mkdir "$files"
	trap end_at_once EXIT
}

end_at_once() {
	local one
	[ -z "$side" ] || kept[$side]=$machine_pid
	for one in "${kept[@]}"; do
		[ -z "${one%%:*}" ] || kill -KILL "${one%%:*}" 2>/dev/null
	done
	rm -rf "$base"
}

# lend POLICY INTERVAL: as soon as pages are idle
lend() {
	lender "$1" "$2"
	lender+=(-global "$device.wait-for-pressure=off")
}

# on SIDE: what follows talks to that machine
on() {
	[ -z "$side" ] || kept[$side]=$machine_pid:${to-}:${from-}:$ready
	side=$1
	IFS=: read -r machine_pid to from ready <<<"${kept[$side]-:::0}"
	work=$base/$side
	mkdir -p "$work"
}

end_machines() {
	local one
	for one in "${!kept[@]}" "$side"; do
		[ -z "$one" ] || { on "$one"; stop_machine; }
	done
}

# start SIDE PROGRAM ARGUMENT...: in place of what was there, until it is ready
start() {
	on "$1"
	stop_machine
	ready=1
	# bash wonders about two coprocesses.
	start_machine "${@:2}" 2>/dev/null
}

# listen SIDE PROGRAM ARGUMENT...: a machine that can be migrated to
listen() {
	local program=$2
	on "$1"
	stop_machine
	ready=0
	start_qemu "${machine[@]}" "${lender[@]}" -serial "file:$work/console" \
		-kernel "$out/$program.elf" -incoming defer "${@:3}" 2>/dev/null
}

# incoming URI: the machine listens there
incoming() {
	local answer
	answer=$(qmp migrate-incoming "{\"uri\": \"$1\"}") || complain "$answer"
}

# Complaints make silent() fail.
complain() {
	echo "$*"
	return 1
}

# silent NAME COMMAND...: the test passes if the command prints nothing
silent() {
	local name=$1
	shift
	# Not in a subshell: what the command does to the machines shall last.
	"$@" >"$base/said" 2>&1
	if [ -s "$base/said" ]; then
		not_ok "$name" "$(tr '\n' ';' <"$base/said")"
		return 1
	fi
	ok "$name"
}

# poke: the program does what it does next
poke() {
	ready=$((ready + 1))
	qmp inject-nmi >/dev/null || complain "side $side: QEMU does not answer: $(tail -n 1 "$work/stderr")" || return
	await_ready $ready || complain "side $side: no answer to request $ready"
}

# changed: the program has changed the states of pages
# owed: and then it has been asked whether all is as it must be
changed() { poke; }
owed() {
	poke || return
	tr -d '\r' <"$work/console" | awk -v side="$side" '
		/^    / { said = said "; " substr($0, 5) }
		/^ok / { verdict = ""; said = "" }
		/^not ok / { verdict = substr($0, 8) said; said = "" }
		END { if (verdict != "") print "side " side ": " verdict }'
}

# counted KEY: what the program has counted last, "N WORD N WORD"
counted() {
	tr -d '\r' <"$work/console" | sed -n "s/^# $1 //p" | tail -n 1
}

# set_parameters JSON, set_capability NAME on|off
set_parameters() {
	local answer
	answer=$(qmp migrate-set-parameters "{$1}") || complain "$answer"
}
set_capability() {
	local answer value=false
	[ "$2" = off ] || value=true
	answer=$(qmp migrate-set-capabilities \
		"{\"capabilities\": [{\"capability\": \"$1\", \"state\": $value}]}") || complain "$answer"
}

# So slow that a machine that writes never comes to an end, or as fast as can be
slowly() { set_parameters '"max-bandwidth": 16000000, "downtime-limit": 20'; }
at_once() { set_parameters '"max-bandwidth": 0, "downtime-limit": 5000'; }

# migrate URI: begins
migrate() {
	local answer
	answer=$(qmp migrate "{\"uri\": \"$1\"}") || complain "migrate: $answer"
}

status() { # of the migration, in $migration
	migration=$(qmp query-migrate)
	[[ $migration =~ \"return\":.*\"status\":\ \"([a-z-]+)\" ]] && migration_status=${BASH_REMATCH[1]}
}

of_migration() { # KEY: a number in $migration
	[[ $migration =~ \"$1\":\ ([0-9]+) ]] && echo "${BASH_REMATCH[1]}"
}

# ended STATUS [SECONDS]: the migration ends so
ended() {
	local deadline=$((SECONDS + ${2-20}))
	migration_status=
	while [ $SECONDS -lt $deadline ]; do
		status || break
		case $migration_status in
		completed | failed | cancelled) break ;;
		esac
		sleep 0.02
	done
	[ "$migration_status" = "$1" ] ||
		complain "the migration is ${migration_status:-not known}, not $1: $migration"
}

# passes N: it is in its pass N over memory, at least
passes() {
	local i
	for ((i = 0; i < 1000; i++)); do
		status
		[ "$migration_status" != completed ] || complain "it has come to its end" || return
		[ "$(of_migration dirty-sync-count)" -lt "$1" ] 2>/dev/null || return 0
		sleep 0.02
	done
	complain "it does not come to pass $1: $migration"
}

# running SIDE: that machine runs
running() {
	local i answer
	on "$1"
	for ((i = 0; i < 100; i++)); do
		answer=$(qmp query-status)
		[[ $answer != *'"status": "running"'* ]] || return 0
		sleep 0.05
	done
	complain "side $side does not run: $answer $(tail -n 1 "$work/stderr")"
}

# gone SIDE PATTERN: QEMU has ended there in order, and said that
gone() {
	local i
	on "$1"
	for ((i = 0; i < 200; i++)); do
		kill -0 "$machine_pid" 2>/dev/null || break
		sleep 0.05
	done
	[ $i -lt 200 ] || complain "side $side is still there" || return
	stop_machine
	[ "$machine_status" = 1 ] || complain "QEMU has ended with status $machine_status"
	grep -qi -e "$2" "$work/stderr" || complain "QEMU says: $(cat "$work/stderr")"
}

# migrate_live FROM TO: at the pace that is set, with changes after the first
# pass, until TO runs
migrate_live() {
	on "$2" && incoming "unix:$files/socket" || return
	on "$1"
	slowly && migrate "unix:$files/socket" && passes 2 && changed || return
	at_once && ended completed && running "$2"
}
