# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# QEMU: how a machine is started, with a program of program.sh or without, and talked
# to. The caller gives what that file takes.

# shellcheck source=tests/essa/program.sh
. "$(dirname "${BASH_SOURCE[0]}")/program.sh"

# shellcheck disable=SC2154 # of the caller
QEMU=${QEMU:-$O/qemu/qemu-system-s390x}
FIRMWARE=${FIRMWARE:-$(dirname "$QEMU")/pc-bios/s390-ccw}
device=s390-storage_attributes-tcg
# shellcheck disable=SC2054 # commas are QEMU's
machine=("$QEMU" -L "$FIRMWARE" -M s390-ccw-virtio -m "$memory" -nodefaults
	-no-user-config -display none -cpu max,cmm=on -action panic=exit-failure)

[ -x "$QEMU" ] || quit "$QEMU is not there: run make qemu, or set QEMU"

# lender POLICY INTERVAL: sets ${lender[@]} to the arguments for that
lender() {
	lender=(-global "$device.policy=$1" -global "$device.interval-ms=$2"
		-global "$device.wait-for-pressure=off")
}

# What a program says becomes ours, and so does how its machine ends. The caller
# gives ok, not_ok and skip.
run_program() { # PROGRAM CPUS SECONDS POLICY INTERVAL ARGUMENT...
	local name=$1 cpus=$2 seconds=$3 log=$out/$1.log status=0 line ended=
	lender "$4" "$5"
	shift 5
	build "$name"
	timeout --foreground --kill-after=1 "$seconds" "${machine[@]}" "${lender[@]}" -smp "$cpus" \
		-serial stdio -kernel "$out/$name.elf" "$@" \
		</dev/null >"$log" 2>"$log.qemu" || status=$?
	while IFS= read -r line; do
		line=${line%$'\r'}
		case $line in
		done) ended=1 ;;
		*) result "$name: " "$line" || echo "$line" ;;
		esac
	done <"$log"
	if [ "$status" = 124 ]; then
		not_ok "$name" "no end after $seconds s"
	elif [ "$status" -gt 1 ] || { [ "$status" = 0 ] && [ -z "$ended" ]; }; then
		not_ok "$name" "QEMU ended with status $status: $(tail -n 1 "$log.qemu")"
	elif [ -z "$ended" ] && ! grep -q '^not ok' "$log"; then
		not_ok "$name" "it died: $(tail -n 1 "$log.qemu")"
	elif [ -s "$log.qemu" ]; then
		not_ok "$name" "QEMU says: $(tail -n 1 "$log.qemu")"
	fi
}

# The rest is for machines that go on running, and are talked to by QMP.

# start_qemu COMMAND...: until QMP answers
start_qemu() {
	local io_PID
	: >"$work/console"
	coproc io { exec "$@" -qmp stdio 2>"$work/stderr"; }
	machine_pid=$io_PID
	# The coprocess's own descriptors vanish when it ends.
	exec {to}>&"${io[1]}" {from}<&"${io[0]}"
	qmp qmp_capabilities >/dev/null
}

# start_machine PROGRAM ARGUMENT...: until the program is ready
start_machine() {
	local name=$1
	shift
	build "$name"
	start_qemu "${machine[@]}" "${lender[@]}" -serial "file:$work/console" \
		-kernel "$out/$name.elf" "$@"
	await_ready 1
}

await_ready() { # TIMES that the program has been ready
	local i
	for ((i = 0; i < 200; i++)); do
		[ "$(grep -c ready "$work/console")" -lt "$1" ] || return 0
		sleep 0.05
	done
	echo "    the program is not ready: $(tail -n 1 "$work/console") $(tail -n 1 "$work/stderr")"
	return 1
}

qmp() { # COMMAND [ARGUMENTS]: the answer, a line of JSON
	local line
	echo "{\"execute\": \"$1\"${2+, \"arguments\": $2}}" 1>&"$to" 2>/dev/null || return 1
	while IFS= read -r -t 60 line <&"$from"; do
		line=${line%$'\r'}
		case $line in
		'{"return"'*) echo "$line"; return 0 ;;
		'{"error"'*) echo "$line"; return 1 ;;
		esac
	done
	return 1
}

hmp() { # COMMAND LINE: what it prints
	local answer
	answer=$(qmp human-monitor-command "{\"command-line\": \"$*\"}") || return 1
	answer=${answer#*: \"}
	answer=${answer%\"*}
	answer=${answer//\\r\\n/$'\n'}
	printf '%s\n' "${answer//\\\"/\"}"
}

# get_states: query-s390x-page-states, for number
get_states() {
	states=$(qmp query-s390x-page-states)
}

number() { # KEY: what it is in $states
	[[ $states =~ \"$1\":\ ([0-9]+) ]] && echo "${BASH_REMATCH[1]}"
}

# stop_machine: sets $machine_status
stop_machine() {
	[ -n "$machine_pid" ] || return 0
	echo '{"execute": "quit"}' 1>&"$to" 2>/dev/null
	wait "$machine_pid"
	# shellcheck disable=SC2034 # for the tests
	machine_status=$?
	machine_pid=
	exec {to}>&- {from}<&-
}
