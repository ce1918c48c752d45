#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# broken.sh WRONG: on a host that breaks the contract once it is asked to. The kernel
# is to say so once, and the accesses concerned are to end as they must; nothing
# becomes volatile any more, and all else goes on.

case $1 in
fault-stable)
	message="delivers discard faults for stable pages"
	result="load: SIGBUS copy: EFAULT"
	;;
fault-outside)
	message="delivers discard faults outside of memory"
	result="load: SIGBUS copy: EFAULT"
	;;
no-essa)
	message="does not know ESSA any more"
	result="load: right copy: right"
	;;
esac
message="the host $message: no page becomes volatile any more"
states=/sys/kernel/mm/page_states

fail() { echo "broken: FAILED: $*"; exit 1; }
events() { sed -n 's/^page_volatile //p' /proc/vmstat; }
scan() { echo 1 >/sys/kernel/debug/page_states/scan; }
look() { /tests/tree read /mnt/tree 16 32 1 0 || fail "wrong content $1"; }

mkdir -p /mnt
mount -t ext4 -o ro,noload /dev/vda /mnt || fail "no disk"
echo 0 >$states/rest_ms
look before
scan
[ "$(events)" -ge 512 ] || fail "only $(events) pages became volatile"

# Off and on again is another matter: what is used meanwhile has to wait.
echo 0 >$states/enabled
before=$(events)
look "with it off"
scan
sleep 1
[ "$(events)" = "$before" ] || fail "pages became volatile that were not to"
echo 1 >$states/enabled || fail "it cannot be switched on again"
scan
[ "$(events)" -ge $((before + 512)) ] || fail "only $(events) of $before + 512 became volatile"

is=$(/tests/broken /mnt/tree/3 | tr '\n' ' ')
[ "$is" = "$result " ] || fail "it ends as $is, not as $result"
scan
look after
[ "$(dmesg | grep -c "$message")" = 1 ] || fail "the log does not say once: $message"
[ "$(cat $states/enabled)" = 0 ] || fail "it is still on"
! echo 1 2>/dev/null >$states/enabled || fail "it can be switched on again"
before=$(events)
look "once more"
scan
[ "$(events)" = "$before" ] || fail "pages become volatile still"

# Pages of all kinds are allocated and freed, and the page cache is dropped.
for _ in 1 2 3 4 5 6 7 8; do
	[ "$(/mnt/busybox sha256sum </mnt/tree/0)" = "$(cat /mnt/sum)" ] || fail "wrong sum"
	echo 3 >/proc/sys/vm/drop_caches
done
dd if=/dev/zero of=/tmp/file bs=1M count=16 2>/dev/null || fail "no memory"
exit 0
