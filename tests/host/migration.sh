# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154,SC2034 # variables of run and guests.sh, and for them
# Machines that move under load, with all their disks: to a file, after which QEMU is
# killed and started again from that; and back and forth between two QEMUs.

load="1 tree exec ext4 xfs anon"
disks=()

set_up_disks() {
	local type
	disk tree "$tree" readonly=on
	disks=("${disk[@]}")
	for type in ext4 xfs; do
		scratch $type
		disk $type "$scratch"
		disks+=("${disk[@]}")
	done
}

# So that it takes some passes, without which it is not live
pace() { set_parameters "\"max-bandwidth\": $(((24 + (seed + $1) % 40) << 20)), \"downtime-limit\": 20"; }

# to URI N: ends the migration, which may need no second pass
to() {
	pace "$2" && migrate "$1" || return
	passes 2 >/dev/null || [ "$migration_status" = completed ] || complain "no second pass: $migration" || return
	well && at_once && ended completed 60
}

# In each of its forms
forms() { # WORD...: these on
	local one
	for one in multifd mapped-ram; do
		[[ " $* " != *" $one "* ]] || { set_capability $one on || return; }
	done
}

# sound: what is on the disks in the end holds together
sound() {
	e2fsck -fn "$logs/scratch.ext4" >"$logs/fsck.log" 2>&1 || complain "ext4: $(grep -m 1 -E "ALERT|ERROR|bad|would|wrong|Fix" "$logs/fsck.log")"
	xfs_repair -n "$logs/scratch.xfs" >"$logs/fsck.log" 2>&1 || complain "xfs: $(grep -m 1 -E "ALERT|ERROR|bad|would|wrong|Fix" "$logs/fsck.log")"
}

killed() {
	local i=0 n stream=$logs/stream form
	set_up_disks
	guest_is killed 256 "$load" "${disks[@]}"
	begin a && goes_on 90 || return
	for ((n = 0; n < rounds; n++)); do
		for form in "" "mapped-ram" "multifd mapped-ram"; do
			i=$((i + 1))
			rm -f "$stream"
			# shellcheck disable=SC2086 # words
			forms $form && to "file:$stream" $i || return
			kill -KILL "$machine_pid"
			stop_machine 2>/dev/null
			begin a -incoming defer || return
			# shellcheck disable=SC2086 # words
			forms $form && incoming "file:$stream" && running a && goes_on 60 || return
		done
	done
	over 60 && sound || return
	figure="$i times, $discarded discards"
}
lender always 0
tree 64 128
image ext4
host killed killed

# A half of what is volatile is there still, so that it becomes stable with its
# content, and has to arrive.
forth() { # on|off
	local here=a there=b n
	lender random 0
	lender+=(-global "$device.seed=$seed" -global "$device.migrate-volatile=$1")
	set_up_disks
	guest_is "forth-$1" 256 "$load" "${disks[@]}"
	begin a && goes_on 90 || return
	for ((n = 0; n < 4 * rounds; n++)); do
		begin $there -incoming defer || return
		incoming "unix:$files/socket" && on $here && to "unix:$files/socket" $n &&
			running $there && goes_on 60 || return
		[ $here = a ] && here=b there=a || here=a there=b
	done
	over 60 && sound || return
	figure="$n times, $discarded discards"
}
host "back and forth, volatile pages not sent" forth off
host "back and forth, volatile pages sent" forth on
