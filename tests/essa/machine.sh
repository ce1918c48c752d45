# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# Programs and machines: how one is built, the other started and talked to.
# The caller gives $here, $O and quit. Programs are in $here or beside this file,
# and what they share is in lib of both.

# shellcheck disable=SC2154 # of the caller
QEMU=${QEMU:-$O/qemu/qemu-system-s390x}
FIRMWARE=${FIRMWARE:-$(dirname "$QEMU")/pc-bios/s390-ccw}
CC=${CROSS_COMPILE:-s390x-linux-gnu-}gcc
essa=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=$O/tests/$(basename "$here")
memory=256
device=s390-storage_attributes-tcg
# shellcheck disable=SC2054 # commas are QEMU's
machine=("$QEMU" -L "$FIRMWARE" -M s390-ccw-virtio -m "$memory" -nodefaults
	-no-user-config -display none -cpu max,cmm=on -action panic=exit-failure)

[ -x "$QEMU" ] || quit "$QEMU is not there: run make qemu, or set QEMU"
command -v "$CC" >/dev/null || quit "no $CC: run make packages"
mkdir -p "$out" || exit 2
work=$(mktemp -d) || exit 2
# One of the machines is run by nobody.
chmod 755 "$work"
machine_pid='' machine_status=''
# Suites that have more to undo redefine this.
undo() { :; }
# A child that is killed before it has put its traps aside must not clean up.
trap '[ "$BASHPID" != $$ ] || {
	undo
	[ -z "$machine_pid" ] || kill -KILL "$machine_pid" 2>/dev/null
	rm -rf "$work"
}' EXIT
trap 'exit 130' INT TERM HUP
# A machine that has ended is found out by what it does not answer.
trap : PIPE

# lender POLICY INTERVAL: sets ${lender[@]} to the arguments for that
lender() {
	lender=(-global "$device.policy=$1" -global "$device.interval-ms=$2"
		-global "$device.wait-for-pressure=off")
}

compile() { # FILE OBJECT
	"$CC" -march=z10 -mno-vx -msoft-float -O2 -g -std=gnu11 -ffreestanding -nostdlib \
		-fno-builtin -fno-pic -fno-stack-protector -fno-asynchronous-unwind-tables \
		-fno-delete-null-pointer-checks -fno-strict-aliasing \
		-fno-tree-loop-distribute-patterns -fno-toplevel-reorder -Wall -Wno-array-bounds \
		-I"$essa/lib" -I"$here/lib" -DMEMORY_MIB="$memory" -c -o "$2" "$1" || quit "$1 does not build"
}

declare -A built=()
build() { # PROGRAM: to $out/PROGRAM.elf
	local file
	if [ ${#built[@]} = 0 ]; then
		for file in "$essa"/lib/*.[cS] "$here"/lib/*.c; do
			[ ! -e "$file" ] || compile "$file" "$work/$(basename "$file").o"
		done
	fi
	[ -z "${built[$1]-}" ] || return 0
	file=$here/$1.c
	[ -e "$file" ] || file=$essa/$1.c
	compile "$file" "$out/$1.o"
	"$CC" -static -no-pie -nostdlib -T "$essa/lib/link.ld" \
		-Wl,--build-id=none,-n,-z,noexecstack,--no-warn-rwx-segments \
		-o "$out/$1.elf" "$out/$1.o" "$work"/*.o || quit "$1 does not build"
	built[$1]=1
}

# result PREFIX LINE: what a program has found becomes ours, if the line is that
result() {
	local text
	case $2 in
	ok\ *) ok "$1${2#ok }" ;;
	not\ ok\ *) not_ok "$1${2#not ok }" ;;
	skip\ *)
		text=${2#skip }
		skip "$1${text%: *}" "${text##*: }"
		;;
	*) return 1 ;;
	esac
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
