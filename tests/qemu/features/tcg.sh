# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154 # variables of life.sh
# QEMU's own tests of s390x TCG, tests/tcg in its source: those for the whole
# machine; those for user mode, by qemu-s390x; and the latter's s390x ones once
# more as programs of our guest, on a host that drops every page it may.

source=$(realpath -m "${QEMU_SRC:-$O/src/qemu}")
QEMU_USER=${QEMU_USER:-$O/qemu/qemu-s390x}
tcg=$out/tcg

# As QEMU's configure does it, but for any QEMU
tcg_configure() { # TARGET COMMAND STATIC
	mkdir -p "$tcg/$1"
	ln -sfn "$source/tests/tcg/Makefile.target" "$tcg/$1/Makefile"
	echo "SRC_PATH=$source" >"$tcg/config-host.mak"
	printf '%s\n' TARGET_NAME=s390x "TARGET=$1" "CC=$CC" "QEMU=$2" "BUILD_STATIC=$3" \
		>"$tcg/$1/config-target.mak"
}

tcg_make() { # TARGET ARGUMENT...
	make -rR -k -s --no-print-directory -j"$(nproc)" -C "$tcg/$1" "${@:2}"
}

# tests_of TARGET: the names that QEMU's makefile has
tests_of() {
	tcg_make "$1" help | sed -n 's/^ *run-//p'
}

# tcg_run TARGET MINIMUM NAME...: tests beyond those that the makefile runs
tcg_run() {
	local target=$1 minimum=$2 name log="$tcg/$1.log" before=$passed gdbstub=0
	shift 2
	{
		tcg_make "$target" all "$@"
		tcg_make "$target" run "${@/#/run-}"
	} >"$log" 2>&1 </dev/null
	for name in $(tests_of "$target") "$@"; do
		if [[ $name = gdbstub-* ]]; then
			gdbstub=$((gdbstub + 1))
		elif [ ! -x "$tcg/$target/$name" ]; then
			skip "$target: $name" "$CC does not build it, see $log"
		elif grep -q ": run-$name\] " "$log"; then
			not_ok "$target: $name" "see $log and $tcg/$target/$name.out"
		else
			ok "$target: $name"
		fi
	done
	[ $gdbstub = 0 ] || skip "$target: $gdbstub tests of the gdbstub" "they take gdb for s390x and Python"
	# A makefile that runs nothing is not a success.
	if [ $((passed - before)) -lt "$minimum" ]; then
		not_ok "$target: $((passed - before)) tests passed, not $minimum" "see $log"
	fi
}

# In our Linux, from a disk, whose pages are volatile
tcg_guest() {
	local kernel=${KERNEL:-$O/linux/arch/s390/boot/bzImage} name
	local initrd=${INITRD:-$O/guest/initramfs.gz} guest=$tcg/guest log=$tcg/guest.log
	if [ ! -e "$kernel" ] || [ ! -e "$initrd" ]; then
		skip "in a guest" "no $kernel or no $initrd: run make linux images"
		return
	fi
	rm -rf "$guest"
	mkdir -p "$guest/disk" "$guest/initrd/tests"
	for name in $(tests_of s390x-linux-user); do
		[ ! -x "$tcg/s390x-linux-user/$name" ] ||
			! compgen -G "$source/tests/tcg/s390x/$name.[cS]" >/dev/null ||
			"${CC%gcc}strip" -o "$guest/disk/$name" "$tcg/s390x-linux-user/$name"
	done
	install -m 755 "$here/tcg-guest" "$guest/initrd/tests/"
	{ cat "$initrd" && cd "$guest/initrd" && find . | cpio --quiet -o -H newc -R 0:0 | gzip; } >"$guest/initramfs.gz"
	truncate -s 100M "$guest/disk.ext4"
	mke2fs -q -F -t ext4 -b 4096 -d "$guest/disk" "$guest/disk.ext4"
	lender always 0
	timeout --foreground 300 "${machine[@]}" "${lender[@]}" -m 512 -smp 2 -no-reboot -serial stdio \
		-kernel "$kernel" -initrd "$guest/initramfs.gz" \
		-drive "file=$guest/disk.ext4,if=none,id=d,format=raw,readonly=on" \
		-device virtio-blk-ccw,drive=d \
		-append "console=ttyS0 oops=panic panic_on_warn=1 cmma=full run=/tests/tcg-guest" \
		</dev/null 2>&1 | tr -d '\r' >"$log"
	for name in "$guest/disk"/*; do
		name=${name##*/}
		if grep -qx "ok $name" "$log"; then
			ok "in a guest: $name"
		else
			not_ok "in a guest: $name" "see $log"
		fi
	done
	if grep -q '^page_discard [1-9]' "$log"; then
		ok "in a guest: $(sed -n 's/^page_discard //p' "$log") pages discarded meanwhile"
	else
		not_ok "in a guest: no page was discarded meanwhile" "see $log"
	fi
	rm -rf "$guest"
}

if [ ! -e "$source/tests/tcg/Makefile.target" ]; then
	skip "QEMU's tests" "no source in $source: run make src, or set QEMU_SRC"
else
	# Of what multiarch has the makefile runs only plugins' tests.
	tcg_configure s390x-softmmu "$QEMU -L $FIRMWARE" ""
	tcg_run s390x-softmmu 28 hello interrupt memory mvc-smc

	tcg_configure s390x-linux-user "$QEMU_USER" y
	if [ -x "$QEMU_USER" ]; then
		tcg_run s390x-linux-user 80
	else
		skip "s390x-linux-user" "no $QEMU_USER: run scripts/build-qemu --tests"
		tcg_make s390x-linux-user all >"$tcg/s390x-linux-user.log" 2>&1
	fi
	tcg_guest
fi
