#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# discards.sh TYPE [NAME...]: the cases of /tests/discards with /dev/vda, a file
# system of that type; its lines are the results.

type=$1
shift

leave_out() { # REASON NAME...
	reason=$1
	shift
	for name; do
		echo "skip $name: $reason"
		left_out="$left_out -$name"
	done
}

left_out=
options=ro
[ $# -gt 0 ] || case $type in
xfs)
	leave_out "folios of several pages are met at once" pread-backwards fault-around \
		path execve-strings structures unlinked
	leave_out "a folio of several pages is dirty, or truncated, as a whole" msync \
		punch-hole zero-range
	leave_out "copies refer to the same blocks" copy-file-range
	leave_out "metadata is not in the page cache" metadata symlink
	;;
erofs) leave_out "folios of several pages are met at once" pread-backwards fault-around ;;
squashfs)
	leave_out "what was read stays in the block device's page cache" dontneed
	leave_out "metadata is not in the page cache" metadata
	;;
esac
case $type in
ext4 | xfs) options=rw ;;
esac

mkdir -p /mnt
mount -t "$type" -o $options /dev/vda /mnt || { echo "not ok $type: no such file system"; exit 2; }
# Pages become volatile when a case says so, and not meanwhile.
echo 60000 >/sys/kernel/mm/page_states/interval_ms
echo 3600000 >/sys/kernel/mm/page_states/rest_ms
# shellcheck disable=SC2086 # words
exec /tests/discards /mnt $left_out "$@"
