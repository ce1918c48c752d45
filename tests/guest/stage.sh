# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# What the guests' disks hold: files of known content, and a program to run from there.
# The caller gives $top, $work and $INITRD.

# stage DIR FILES PAGES: into an empty directory, so many files of so many pages
stage() {
	mkdir "$1/tree"
	gcc -O2 -Wall -o "$work/tree" "$top/tests/guest/tree.c" || die "tests/guest/tree.c does not compile"
	"$work/tree" make "$1/tree" "$2" "$3"
	gzip -dc "$INITRD" | (cd "$1" && cpio --quiet -i --to-stdout bin/busybox >busybox) && chmod 755 "$1/busybox"
	sha256sum <"$1/tree/0" >"$1/sum"
}

# make_ext4 DIR FILE: 64 MiB with what is in a directory
make_ext4() {
	rm -f "$2"
	mke2fs -q -t ext4 -b 4096 -d "$1" "$2" 64M || die "mke2fs fails"
}
