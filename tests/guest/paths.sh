#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# paths.sh FILES PAGES SEED ROUNDS [MS]: look at the files of /dev/vda in every
# way, and run programs from there, while the host drops what it may. On more than
# one CPU the ways run against each other. MS are between two runs of the scanner,
# one if not given.

files=$1 pages=$2 seed=$3 rounds=$4 interval=${5:-1}
tree=/tests/tree
failed=/tmp/failed

fail() { echo "paths: FAILED: $*" | tee -a $failed; }

mkdir -p /mnt
mount -t ext4 -o ro,noload /dev/vda /mnt || { echo "paths: no disk"; exit 2; }
echo "$interval" >/sys/kernel/mm/page_states/interval_ms
echo 0 >/sys/kernel/mm/page_states/rest_ms

look() { # HOW SEED N
	$tree "$1" /mnt/tree "$files" "$pages" "$2" "$3" || fail "$1 seed $2"
}

# Text and data of a program that lies on the disk.
run_programs() {
	for _ in 1 2 3 4 5 6 7 8; do
		out=$(/mnt/busybox sh -c 'i=0; while [ $i -lt 200 ]; do i=$((i + 1)); done; echo $i')
		[ "$out" = 200 ] || fail "program from the disk says '$out'"
	done
	sum=$(/mnt/busybox sha256sum </mnt/tree/0)
	[ "$sum" = "$(cat /mnt/sum)" ] || fail "sha256sum says '$sum'"
}

round=0
while [ $round -lt "$rounds" ]; do
	round=$((round + 1))
	s=$((seed * 1000 + round * 10))
	look read $s 0
	touch /tmp/round
	{ look read $((s + 1)) 1500; look sendfile $((s + 2)) 500; } &
	one=$!
	{ look mmap $((s + 3)) 1500; look gup $((s + 4)) 200; } &
	two=$!
	{ look cow $((s + 5)) 300; look fork $((s + 6)) 60; look mlock $((s + 7)) 300; } &
	three=$!
	# Folios move and go meanwhile.
	while [ -e /tmp/round ]; do
		echo 1 >/proc/sys/vm/compact_memory
		usleep 50000
		echo 1 >/proc/sys/vm/drop_caches
		usleep 200000
	done &
	four=$!
	run_programs
	wait $one $two $three
	rm /tmp/round
	wait $four
	look mmap $s 0
	echo "paths: round $round of $rounds, $(grep -E 'page_discard ' /proc/vmstat)"
done

grep -E '^(nr_volatile|page_(volatile|stable|discard|discard_fault)) ' /proc/vmstat |
	sed 's/^/vmstat: /'
cat /sys/kernel/debug/page_states/table
! grep . /sys/kernel/debug/page_states/verify | grep -v ' broken 0$' ||
	fail "a folio breaks the rules"
[ ! -e $failed ]
