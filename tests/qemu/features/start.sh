# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154,SC2034 # variables of life.sh
# Ways to start a machine: where pages can be lent the guest gets what it is
# owed, whatever else is set; where they cannot, QEMU says so.

# lends PAGES ARGUMENT...: the machine of so many pages runs and lends
lends() {
	local pages=$1
	shift
	if start_life always 0 "$@"; then
		get_states
		[ "$(total_pages)" = "$pages" ] || echo "$(total_pages) pages instead of $pages"
		[[ $states == *'"lending": true'* ]] || echo "$states"
		owed
	fi
	stop_machine
	[ "$machine_status" = 0 ] || echo "QEMU ended with status $machine_status"
	grep -v "is deprecated" "$work/stderr"
}

# lends_not PATTERN ARGUMENT...: it runs, does not lend, and says why
lends_not() {
	local pattern=$1
	shift
	if start_life always 0 "$@"; then
		get_states
		[[ $states == *'"lending": false'* ]] || echo "$states"
		owed
	fi
	stop_machine
	grep -q "no page will be discarded: .*$pattern" "$work/stderr" || echo "it says: $(cat "$work/stderr")"
}

# refused PATTERN ARGUMENT...: QEMU does not start
refused() {
	local pattern=$1 status=0
	shift
	timeout --foreground 10 "${machine[@]}" -S "$@" </dev/null >"$work/stdout" 2>"$work/stderr" || status=$?
	[ $status = 1 ] || echo "QEMU ended with status $status"
	grep -q -e "$pattern" "$work/stderr" || echo "it says: $(head -n 1 "$work/stderr")"
}

build life
usual=$((memory * 256))

# Memory: not a multiple of anything; more than 2 GiB; room for more
for mib in 53 257 1023 5000; do
	silent "-m $mib" lends $((mib * 256)) -m "$mib"
done
silent "-m with maxmem" lends $((257 * 256)) -m 257M,maxmem=1023M
silent "-m with less than a MiB over" refused "ram size" -m 102401k
silent "-m 1" refused "RAM" -m 1
silent "maxmem below the size" refused "maxmem" -m 256M,maxmem=255M
ram=(-object "memory-backend-ram,id=ram,size=${memory}M" -machine memory-backend=ram)
silent "memory of a backend" lends $usual "${ram[@]}"
silent "memory allocated in advance" lends $usual "${ram[0]}" "${ram[1]},prealloc=on" "${ram[@]:2}"
silent "memory that is not dumped or merged" lends $usual "${ram[0]}" "${ram[1]},merge=off,dump=off" "${ram[@]:2}"
silent "-mem-path" lends_not "file" -mem-path "$work"

# What the host's kernel may do with guest memory
memory_flags() {
	awk -v kib=$((memory * 1024)) '$1 == "Size:" { is = $2 == kib } is && $1 == "VmFlags:"' "/proc/$machine_pid/smaps"
}

# KSM and MADV_FREE together would lose stable pages.
mergeable() {
	local cmm flags
	for cmm in off on; do
		start_qemu "${machine[@]}" -cpu "max,cmm=$cmm" -S
		flags=$(memory_flags)
		case $cmm:$flags in
		on:*" mg"*) echo "cmm=on: $flags" ;;
		off:*" mg"* | on:*VmFlags*) ;;
		*) echo "cmm=$cmm: '$flags'" ;;
		esac
		stop_machine
	done
}
if [ -e /sys/kernel/mm/ksm ]; then
	silent "memory that may be lent is not merged" mergeable
else
	skip "memory that may be lent is not merged" "this kernel has no KSM"
fi

# Execution
silent "one thread for all CPUs" lends $usual -accel tcg,thread=single -smp 2
silent "a small translation buffer" lends $usual -accel tcg,tb-size=1 -smp 2
silent "an instruction at a time" lends $usual -accel tcg,one-insn-per-tb=on
silent "-icount shift=auto" lends $usual -icount shift=auto -smp 2
silent "-icount shift=3" lends $usual -icount shift=3 -smp 2
silent "recording" lends_not "replay" -icount "shift=auto,rr=record,rrfile=$work/replay"

# CPU models and machines
silent "-cpu qemu,cmm=on" lends $usual -cpu qemu,cmm=on
silent "a CPU model older than the facility" refused "cmm" -cpu z900,cmm=on
versions=$("$QEMU" -machine help | sed -n 's/^\(s390-ccw-virtio-[0-9.]*\) .*/\1/p' | sort -V)
for version in $(sed -n '1p;$p' <<<"$versions"); do
	silent "$version" lends $usual -machine "$version"
done

# -accel qtest runs no CPU: there are no states to ask for.
qtest_accel() {
	start_qemu "$QEMU" -L "$FIRMWARE" -accel qtest -M s390-ccw-virtio -m "$memory" \
		-nodefaults -display none
	if answer=$(qmp query-s390x-page-states); then
		echo "$answer"
	fi
	[[ $answer == *'"error"'*TCG* ]] || echo "$answer"
	stop_machine
	[ "$machine_status" = 0 ] || echo "QEMU ended with status $machine_status"
}
silent "-accel qtest has no states" qtest_accel

# Threads that were made before QEMU goes to the background would be lost.
in_background() {
	local i
	mkfifo "$work/qmp.in" "$work/qmp.out"
	: >"$work/console"
	lender always 0
	timeout --foreground 10 "${machine[@]}" "${lender[@]}" -kernel "$out/life.elf" -smp 2 \
		-serial "file:$work/console" -qmp "pipe:$work/qmp" -daemonize \
		-pidfile "$work/pid" 2>&1 || echo "QEMU ended with status $?"
	read -r machine_pid <"$work/pid"
	exec {to}<>"$work/qmp.in" {from}<>"$work/qmp.out"
	ready=1
	if qmp qmp_capabilities >/dev/null && await_ready 1; then
		get_states
		[[ $states == *'"lending": true'* ]] && [ "$(number lent)" -gt 0 ] || echo "$states"
		owed
	else
		echo "QEMU does not answer"
	fi
	qmp quit >/dev/null
	for ((i = 0; i < 100; i++)); do
		kill -0 "$machine_pid" 2>/dev/null || break
		sleep 0.05
	done
	if kill -KILL "$machine_pid" 2>/dev/null; then
		echo "QEMU goes on after quit"
	fi
	exec {to}>&- {from}<&-
	machine_pid=
}
silent "-daemonize" in_background
