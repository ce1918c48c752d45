#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# rest.sh: pages of a file on /dev/vda that are written over and over, and written
# back each time, become volatile once, and not again until they have rested.

states=/sys/kernel/mm/page_states
pages=64
rounds=20

fail() { echo "rest: FAILED: $*"; exit 1; }
counter() { sed -n "s/^$1 //p" /proc/vmstat; }
rewrite() { dd if=/dev/urandom of=/mnt/file bs=4k count=$pages conv=notrunc,fsync 2>/dev/null; }
volatile_of() { # COMMAND...: pages made volatile meanwhile
	before=$(counter page_volatile)
	"$@"
	made=$(($(counter page_volatile) - before))
}
scanned() { echo 1 >/sys/kernel/debug/page_states/scan; }
rewritten() {
	i=0
	while [ $i -lt $rounds ]; do
		rewrite || fail "cannot write"
		usleep 100000
		i=$((i + 1))
	done
}

mkdir -p /mnt
mount -t ext4 /dev/vda /mnt || fail "no disk"
echo 10 >$states/interval_ms
echo 3600000 >$states/rest_ms
volatile_of rewritten
# Once, and some of metadata; if they did not rest, once a round
[ $made -ge $pages ] || fail "$made pages became volatile, not $pages"
[ $made -lt $((3 * pages)) ] || fail "$made times one of $pages pages became volatile in $rounds rounds"
volatile_of scanned
[ $made -ge $pages ] || fail "$made pages became volatile after their rest, not $pages"
echo "rest: $made after their rest"
