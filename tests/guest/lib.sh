# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# For the suites that boot guests: one guest a call, its console in a file.

. "$(dirname "${BASH_SOURCE[0]}")/../../scripts/common.sh"

QEMU=${QEMU:-$O/qemu/qemu-system-s390x}
FIRMWARE=${FIRMWARE:-$O/qemu/pc-bios/s390-ccw}
KERNEL=${KERNEL:-$O/linux/arch/s390/boot/bzImage}
INITRD=${INITRD:-$O/guest/initramfs.gz}
work=$O/tests/${suite:?}
mkdir -p "$work"
# shellcheck source=tests/report.sh
. "$top/tests/report.sh"

# guest NAME SECONDS APPEND [QEMU ARGUMENT...]: boots a guest and waits for it.
# Its console is in $console afterwards; status 0 if it said "guest: exit 0".
# What QEMU is to read, with -monitor stdio say, is in the file $monitor, and ${into[@]}
# is a command that starts it somewhere.
into=()
guest() {
	local name=$1 limit=$2 append=$3
	shift 3
	console=$work/$name.console
	"${into[@]}" timeout --foreground "$limit" "$QEMU" -L "$FIRMWARE" -M s390-ccw-virtio \
		-accel tcg,tb-size=64 -nodefaults -nographic -no-reboot \
		-chardev "file,id=console,path=$console" -serial chardev:console \
		-kernel "$KERNEL" -initrd "$INITRD" \
		-append "console=ttyS0 oops=panic panic_on_warn=1 $append" "$@" \
		>"$work/$name.qemu" 2>&1 <"${monitor:-/dev/null}"
	local status=$?
	[ $status = 124 ] && echo "lib: no end after $limit s" >>"$console"
	says '^guest: exit 0$'
}

# What a guest's kernel must never say.
complaints() {
	grep -av 'ernel command line' "$console" |
		grep -aE 'WARNING|BUG|Oops|Unexpected|blocked for more than|stall|panic|Bad page'
}

# Not by a pipe: grep ends at the first match, and tr for want of a reader.
says() { grep -aqE "$1" <(tr -d '\r' <"$console"); }
counter() { tr -d '\r' <"$console" | sed -n "s/^vmstat: $1 //p" | tail -n 1; }
