#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# churn.sh TYPE SECONDS SEED: three files of /dev/vda that are changed and looked at
# at random, while the host drops what it may.

mkdir -p /mnt
mount -t "$1" /dev/vda /mnt || { echo "churn: no disk"; exit 2; }
echo 30 >/sys/kernel/mm/page_states/interval_ms
echo 0 >/sys/kernel/mm/page_states/rest_ms

pids='' status=0
for n in 1 2 3; do
	/tests/churn /mnt "$2" $(($3 * 3 + n)) &
	pids="$pids $!"
done
for pid in $pids; do
	wait "$pid" || status=1
done
umount /mnt || status=1
grep -E '^page_(volatile|stable|discard|discard_fault) ' /proc/vmstat | sed 's/^/vmstat: /'
exit $status
