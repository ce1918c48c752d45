#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# faults.sh PHASES SEED FILES PAGES WORK...: works that verify what they see, over
# and over, while the host has its faults. The host presses the power button to say
# that another of PHASES begins (/tmp/phaseN); with the last one the works end.
#
# Each second "faults: beat N discards N WORK ROUNDS ...". Disks are found by their
# serial numbers: "tree", read-only, and those that are named as their file systems.

last=$1 seed=$2 files=$3 pages=$4
shift 4
states=/sys/kernel/mm/page_states

quit() { echo "faults: FAILED: $*"; exit 2; }

phase=0
trap 'phase=$((phase + 1)); : >/tmp/phase$phase; echo "faults: phase $phase"' INT
echo 0 >/proc/sys/kernel/ctrl-alt-del
echo $$ >/proc/sys/kernel/cad_pid || quit "no power button"
# Waiting for a disk is no reason to be killed for, but for a message.
echo "${hung:-0}" >/proc/sys/kernel/hung_task_timeout_secs

for disk in /sys/block/vd*; do
	name=$(cat "$disk/serial")
	mkdir -p "/disks/$name"
	case $name in
	tree) mount -t "${tree:-ext4}" -o "ro,${options:-noload}" "/dev/${disk##*/}" /disks/tree ;;
	*) mount -t "$name" "/dev/${disk##*/}" "/disks/$name" ;;
	esac || quit "no disk $name"
done
echo "${interval:-30}" >$states/interval_ms
echo "${rest:-0}" >$states/rest_ms

at_end() { [ -e "/tmp/phase$last" ]; }

# One round each: status 0 if all was right
round_tree() {
	set -- read mmap sendfile cow gup fork mlock
	shift $((n % 7))
	/tests/tree "$1" /disks/tree/tree "$files" "$pages" $((seed * 1000 + n)) 200
}
# Files that are larger than what the host has
round_sweep() {
	[ $n -gt 0 ] || cat /disks/tree/tree/* >/dev/null
	/tests/tree read /disks/tree/tree "$files" "$pages" $((seed * 1000 + n)) 1000
}
round_exec() {
	is=$(/disks/tree/busybox sha256sum /disks/tree/tree/0 2>&1) && status=0 || status=$?
	sum=$(cat /disks/tree/sum)
	[ "${is%% *}" = "$sum" ] || {
		echo "status $status: $is; not ${sum:-known}" >/tmp/out.exec
		return 1
	}
}
# So long that files live through a migration
round_ext4() { /tests/churn /disks/ext4 3 $((seed * 1000 + n)) >/tmp/out.$work 2>&1; }
round_xfs() { /tests/churn /disks/xfs 5 $((seed * 1000 + n)) >/tmp/out.$work 2>&1; }
round_anon() {
	[ -n "$holder" ] || { anon 24 16384 & holder=$!; }
	sleep 1
	kill -0 $holder 2>/dev/null && [ ! -e /tmp/anon_errors ]
}

work_of() {
	n=0 holder=
	while ! at_end; do
		"round_$work" || {
			echo "faults: FAILED: $work, round $n"
			head -n 30 /tmp/out.$work 2>/dev/null
			: >/tmp/failed
			return
		}
		n=$((n + 1))
		echo $n >/tmp/rounds.new.$work
		mv /tmp/rounds.new.$work /tmp/rounds.$work
	done
	[ -z "$holder" ] || kill $holder
}

# Each of these soon waits for the tree's disk, when that stands still, in its own
# way; they are to wait where they can be killed, and nowhere else.
victims() {
	victims=
	for how in read mmap sendfile gup mlock cow; do
		/tests/tree $how /disks/tree/tree "$files" "$pages" "$seed" 100000000 &
		victims="$victims $!"
	done
	/disks/tree/busybox sh -c 'while :; do :; done' &
	victims="$victims $!"
	while [ ! -e /tmp/phase1 ]; do sleep 1; done
	sleep 4
	all=0 waiting=0 left=0
	for pid in $victims; do
		all=$((all + 1))
		[ "$(state $pid)" != D ] || waiting=$((waiting + 1))
	done
	# shellcheck disable=SC2086 # words
	{
		echo "faults: waiting $waiting of $all: $(for pid in $victims; do cat /proc/$pid/wchan; echo; done | sort | uniq -c | tr '\n' ' ')"
		kill -KILL $victims
	}
	sleep 2
	for pid in $victims; do
		[ -z "$(state $pid | tr -d Z)" ] || left=$((left + 1))
	done
	echo "faults: left $left"
}

state() { cut -d ' ' -f 3 /proc/$1/stat 2>/dev/null; }

vm() { sed -n "s/^$1 //p" /proc/vmstat; }

for work; do
	case $work in
	ioerror) { /tests/ioerror /disks/tree/tree "$files" "$pages" "$seed" || : >/tmp/failed; } & ;;
	victims) victims & ;;
	*)
		echo 0 >/tmp/rounds.$work
		work_of &
		;;
	esac
	pids="$pids $!"
done
(
	beat=0
	while ! at_end; do
		rounds=
		for work; do
			[ ! -e /tmp/rounds.$work ] || rounds="$rounds $work $(cat /tmp/rounds.$work)"
		done
		echo "faults: beat $beat discards $(vm page_discard)$rounds"
		beat=$((beat + 1))
		sleep 1
	done
) &
# A signal ends wait, not what it waits for.
for pid in $pids; do
	while kill -0 "$pid" 2>/dev/null; do wait "$pid"; done
done
for name in /disks/*; do
	umount "$name" || echo "faults: FAILED: ${name##*/} is busy"
done
grep -E '^(nr_volatile|page_(volatile|stable|discard|discard_fault)|oom_kill) ' /proc/vmstat | sed 's/^/vmstat: /'
grep . /sys/kernel/debug/page_states/verify 2>/dev/null | grep -v ' broken 0$' && quit "a folio breaks the rules"
[ ! -e /tmp/failed ]
