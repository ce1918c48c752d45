# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154,SC2034 # variables of machine.sh
# Destinations that cannot take page states: it fails at once, and the source
# goes on with all that it has.

fails() { # PATTERN
	local began sent
	incoming "unix:$files/socket" && on a && slowly || return
	began=${EPOCHREALTIME/./}
	migrate "unix:$files/socket" && ended failed || return
	began=$(((${EPOCHREALTIME/./} - began) / 1000))
	# At the pace that is set, this is before the first pages are through.
	[ $began -lt 1000 ] || complain "it took $began ms"
	sent=$(of_migration transferred)
	[ "${sent:-0}" -lt 2000000 ] || complain "$sent bytes were sent before"
	running a && gone b "$1" && on a && changed && owed
}

lend always 0
start a keeper -smp 2

listen b keeper -smp 2 -cpu max,cmm=off
silent "a destination without cmm" fails "cmm"

debian=$O/compat/qemu-system-s390x
if [ -x "$debian" ]; then
	on b
	ready=0
	start_qemu "$debian" -M s390-ccw-virtio -m "$memory" -nodefaults -no-user-config \
		-display none -cpu max -smp 2 -serial "file:$work/console" \
		-kernel "$out/keeper.elf" -incoming defer 2>/dev/null
	silent "a QEMU that has never heard of page states" fails "storage_attributes"
else
	skip "a QEMU that has never heard of page states" "$debian is not there: run make compat"
fi

listen b keeper -smp 2 -m 512
silent "a destination with more memory" fails "."

succeeds() { migrate_live a b && owed; }
listen b keeper -smp 2
silent "in the end it succeeds" succeeds

# A guest that has no states is at home where there are some.
without() {
	on b && incoming "unix:$files/socket" || return
	on a && at_once && migrate "unix:$files/socket" && ended completed && on b || return
	get_states
	[ "$(total_but_stable)" = 0 ] || complain "$states"
}

total_but_stable() {
	local name sum=0
	for name in {unused,volatile}-{resident,zero} potentially-volatile-resident; do
		sum=$((sum + $(number "$name")))
	done
	echo $sum
}

lend host 3600000
on a
stop_machine
start_qemu "${machine[@]}" -S -cpu max,cmm=off -serial "file:$work/console" \
	-kernel "$out/states.elf" 2>/dev/null
listen b states
silent "a source without cmm" without
