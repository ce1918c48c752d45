# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154,SC2034,SC2054 # variables of others and for them; commas are QEMU's
# The disk that discarded pages have to be read from again has errors, or stands still.
# Between it and its file is a filter, whose file can be another and which can be slow.

# faulty FILE: sets ${faulty[@]}, the disk "tree"
faulty() {
	faulty=(-blockdev "driver=file,node-name=file,filename=$1,read-only=on"
		-object throttle-group,id=pace
		-blockdev driver=throttle,node-name=filter,file=file,throttle-group=pace,read-only=on
		-device virtio-blk-ccw,drive=filter,serial=tree)
}

# must NAME ARGUMENTS: which must be done
must() {
	local answer
	answer=$(qmp "$1" "$2") || complain "$1: $answer"
}

# reads_from NODE. To do so ends what stands still, too.
reads_from() {
	must blockdev-reopen "{\"options\": [{\"driver\": \"throttle\", \"node-name\": \"filter\",
		\"file\": \"$1\", \"throttle-group\": \"pace\", \"read-only\": true}]}"
}

# Each read fails, with EIO.
add_errors() {
	must blockdev-add '{"driver": "blkdebug", "node-name": "errors", "image": "file", "read-only": true,
		"inject-error": [{"event": "none", "iotype": "read", "errno": 5, "once": false}]}'
}

# counted_errors WAY: what ioerror has said of it last
counted_errors() { heard | sed -n "s/^ioerror:.* $1 [0-9]* errors \([0-9]*\).*/\1/p" | tail -n 1; }

# looks: all looks so far at the tree's disk
looks() { heard | sed -n 's/^ioerror: read//p' | tail -n 1 | awk '{ for (i = 1; i < NF; i += 4) n += $i } END { print n + 0 }'; }

ways="read sendfile mmap write gup populate exec"

errors() { # TYPE OPTIONS
	local deadline n way some
	scratch ext4
	disk ext4 "$scratch"
	image "$1"
	faulty "$tree"
	words="tree=$1 options=$2"
	guest_is "errors-$1" 256 "2 ioerror ext4" "${faulty[@]}" "${disk[@]}"
	begin a && add_errors && goes_on 90 || return
	figure=
	for ((n = 0; n < rounds; n++)); do
		# Errors are allowed from the first phase on.
		[ $n -gt 0 ] || { press && until_phase 1; } || return
		reads_from errors || return
		deadline=$((SECONDS + 40))
		some=
		while [ -z "$some" ] && [ $SECONDS -lt $deadline ]; do
			well || return
			some=1
			for way in $ways; do
				[ "$(counted_errors "$way")" -ge $((20 * (n + 1))) ] || [ $way = exec ] || some=
			done
			[ "$(counted_errors exec)" -ge $((3 * (n + 1))) ] || some=
			sleep 0.5
		done
		[ -n "$some" ] || complain "too few errors: $(heard | grep '^ioerror' | tail -n 1)" || return
		goes_on 30 && reads_from file || return
	done
	over 120 || return
	for way in $ways; do
		figure+="$way $(counted_errors "$way"), "
	done
	figure="errors: $figure$discarded discards"
}

# until_phase N: the guest has heard of it
until_phase() {
	local i
	for ((i = 0; i < 100; i++)); do
		! says "^faults: phase $1" || return 0
		sleep 0.1
	done
	complain "the guest does not hear of phase $1"
}

limits() { must qom-set "{\"path\": \"/objects/pace\", \"property\": \"limits\", \"value\": $1}"; }

# rounds_of WORK BEAT
rounds_of() { sed -n "s/.* $1 \([0-9]*\).*/\1/p" <<<"$2"; }

# Whatever waits for the disk can be killed, what does not need it goes on, and when
# it moves again so does everything.
stalls() {
	local n=0 before still work waited
	scratch ext4
	disk ext4 "$scratch"
	image ext4
	faulty "$tree"
	# Of a task that cannot be killed for five seconds the kernel is to tell.
	words="hung=5"
	guest_is stalls 256 "2 tree exec ext4 anon victims" "${faulty[@]}" "${disk[@]}"
	begin a && goes_on 90 || return
	limits '{"bps-total": 1}' && press && until_phase 1 || return
	# What was under way comes to its end.
	sleep 2
	before=$(beat)
	until says '^faults: left' || [ $((n += 1)) -gt 60 ]; do
		well || return
		sleep 0.5
	done
	sleep $((4 * rounds))
	still=$(beat)
	well || return
	for work in tree exec; do
		[ "$(rounds_of $work "$still")" -le $(($(rounds_of $work "$before") + 1)) ] ||
			complain "$work goes on without the disk: $before; $still"
	done
	for work in ext4 anon; do
		[ "$(rounds_of $work "$still")" -gt "$(rounds_of $work "$before")" ] ||
			complain "$work has nothing to wait for, and does not go on: $before; $still"
	done
	waited=$(heard | sed -n 's/^faults: waiting \([0-9]*\) of \1:.*/\1/p')
	[ -n "$waited" ] || complain "not all wait for the disk: $(heard | grep '^faults: waiting')"
	[ "$(heard | sed -n 's/^faults: left //p')" = 0 ] || complain "what waits for the disk cannot be killed"
	limits '{"bps-total": 0}' && reads_from file && goes_on 60 && over 60 || return
	figure="$waited waited and were killed, $discarded discards"
}

lender always 0
tree 16 64
host "errors, ext4" errors ext4 noload
host stalls stalls
