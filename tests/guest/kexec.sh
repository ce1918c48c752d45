#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# kexec.sh: start the kernel of /dev/vda over this one, nearly all of whose memory is
# page cache that has been discarded; kexec.sh crash: have it started by a crash. The
# other kernel runs kexec.sh arrived.

fail() { echo "kexec: FAILED: $*"; exit 1; }

if [ "$1" = arrived ]; then
	# After a crash the memory can be read, whatever had been discarded.
	[ ! -e /proc/vmcore ] || cat /proc/vmcore >/dev/null || fail "the old memory cannot be read"
	echo "kexec: arrived"
	exit 0
fi

mkdir -p /mnt
mount -t ext4 -o ro,noload /dev/vda /mnt || fail "no disk"
load() {
	/tests/kexec /mnt/kernel /mnt/initrd 'console=ttyS0 cmma=full run="/tests/kexec.sh arrived"' "$@"
}
[ "$1" != crash ] || load crash || fail "it cannot be loaded"
cat /mnt/hole /mnt/kernel /mnt/initrd >/dev/null
echo 0 >/sys/kernel/mm/page_states/rest_ms
echo 1 >/sys/kernel/debug/page_states/scan
echo "kexec: $(grep '^volatile' /sys/kernel/debug/page_states/table)"
if [ "$1" = crash ]; then
	echo c >/proc/sysrq-trigger
else
	load
fi
fail "this kernel goes on"
