# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154 # variables of life.sh
# QEMU's own tests of machines without a guest, by the list in qtests.

# They find the firmware by QEMU's name, which has to end like this.
qtest_qemu=$out/qtest/qemu-system-s390x
mkdir -p "$out/qtest"
printf '#!/bin/sh\nexec "%s" -L "%s" "$@"\n' "$QEMU" "$FIRMWARE" >"$qtest_qemu"
chmod +x "$qtest_qemu"

# Each is a process that says "ok N name" for each of its cases, and aborts at
# the first that fails.
run_qtest() { # NAME
	local log=$out/qtest/$1.log status=0
	{
		env -C "$out/qtest" "TMPDIR=$work" "QTEST_QEMU_BINARY=$qtest_qemu" timeout --foreground 300 \
			"$qtest_dir/$1" --tap -k >"$log" 2>&1 </dev/null || status=$?
	} 2>/dev/null
	if [ $status = 0 ] && grep -q '^ok ' "$log" && ! grep -q '^not ok ' "$log"; then
		ok "$1: $(grep -c '^ok ' "$log") cases"
	else
		not_ok "$1" "status $status, $(tail -n 1 "$log"); see $log"
	fi
}

qtest_dir=${QTESTS:-$O/qemu/tests/qtest}
for qtest in $(grep -v '^#' "$here/qtests"); do
	if [ -x "$qtest_dir/$qtest" ]; then
		run_qtest "$qtest"
	else
		skip "$qtest" "it is not built: run scripts/build-qemu --tests"
	fi
done
