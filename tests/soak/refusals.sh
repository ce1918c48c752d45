# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154 # variables of run
# What the soak itself refuses, how it ends when it is interrupted, and that what checks
# itself finds nothing on a host that drops nothing.

refuses() { # NAME PATTERN VARIABLE=VALUE...
	local said status=0
	said=$(env "${@:3}" "$0" flood 2>&1) || status=$?
	if [ $status = 2 ] && grep -q -e "$2" <<<"$said" && [ "$(wc -l <<<"$said")" = 1 ]; then
		verdict "ok refusals: $1"
	else
		verdict "not ok refusals: $1: status $status, $said"
	fi
}

interrupted_run() {
	local apart=$work/apart pid status=0 left
	rm -rf "$apart"
	mkdir -p "$apart"
	ln -s "$O"/{guest,linux,qemu} "$apart/"
	# The first guests come to their end, the third does not.
	env O="$apart" SOAK_SECONDS=60 SEED=1 setsid "$0" flood flood-random pressed >"$apart/said" 2>&1 &
	pid=$!
	while kill -0 $pid 2>/dev/null && [ ! -s "$apart/tests/soak/rows" ]; do
		sleep 1
	done
	kill -TERM -- -$pid 2>/dev/null
	wait $pid || status=$?
	left=$(pgrep -f "$apart/qemu/qemu-system-s390x"
		find "$apart/tests/soak" -name "*swap*"
		find /sys/fs/cgroup -maxdepth 2 -name "cmma-soak-*-$pid")
	if [ -n "$left" ]; then
		verdict "not ok interrupted: left behind: ${left//$'\n'/, }"
	elif [ "$(jq .complete "$apart/results/soak.json")" != false ] || ! grep -q '^incomplete' "$apart/said"; then
		verdict "not ok interrupted: no table that is marked incomplete: $(tail -n 1 "$apart/said")"
	elif [ $status = 0 ]; then
		verdict "not ok interrupted: it ends as if all were well"
	else
		verdict "ok interrupted: the table is there and says so"
	fi
	rm -rf "$apart"
}

# With the first seed a write of no bytes lies behind the end of the file.
churn_here() {
	local said try
	gcc -O2 -o "$work/churn" "$top/tests/guest/churn.c" || die "tests/guest/churn.c does not compile"
	for try in 14090 "$seed"; do
		if said=$("$work/churn" "$work" 1 "$try" 2>&1); then
			verdict "ok churn on the host, seed $try"
		else
			verdict "not ok churn on the host, seed $try: $said"
		fi
	done
}

refusals() {
	refuses "a seed of words" "SEED=lucky" SEED=lucky
	refuses "a seed out of range" "SEED=1234567890" SEED=1234567890
	refuses "no time" "SOAK_SECONDS=0" SOAK_SECONDS=0
	refuses "time of words" "SOAK_SECONDS=long" SOAK_SECONDS=long
	refuses "files that are not there" "make soak-images" O="$work/nowhere"
}
