#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# rest.sh: pages of a file on /dev/vda that are written over and over, and written
# back each time, do not become volatile again until they have rested, for as long as
# that takes without being written.

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
written() { rewrite && scanned || fail "cannot write"; }
volatile_of written
[ $made -ge $pages ] || fail "$made pages became volatile when they were new, not $pages"

echo 3600000 >$states/rest_ms
volatile_of rewritten
[ $made -lt $pages ] || fail "$made times one of $pages pages became volatile in $rounds rounds without a rest"
volatile_of scanned
[ $made -ge $pages ] || fail "$made pages became volatile after their rest, not $pages"
after=$made

# Several rests, in each of which they are written, but for what is left of the first one
rounds=40
echo 2000 >$states/rest_ms
volatile_of rewritten
[ $made -lt $((3 * pages)) ] || fail "$made times one of $pages pages became volatile while they were written over"
volatile_of sleep 7
[ $made -ge $pages ] || fail "$made pages became volatile when they were not written any more, not $pages"
echo "rest: $after after their rest, $made after the last write"
