#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# refusals.sh: values that /sys/kernel/mm/page_states takes, and those it does not

cd /sys/kernel/mm/page_states || exit 1

takes() { # FILE VALUE
	if echo "$2" 2>/dev/null >"$1" && [ "$(cat "$1")" = "$2" ]; then
		echo "refusal-ok:$1 takes $2"
	else
		echo "refusal-not:$1 takes $2:it says $(cat "$1")"
	fi
}

refuses() { # FILE VALUE
	was=$(cat "$1")
	if echo "$2" 2>/dev/null >"$1"; then
		echo "refusal-not:$1 refuses '$2':it was taken"
	elif [ "$(cat "$1")" != "$was" ]; then
		echo "refusal-not:$1 refuses '$2':and has changed from $was to $(cat "$1")"
	else
		echo "refusal-ok:$1 refuses '$2'"
	fi
}

takes interval_ms 1
takes interval_ms 60000
takes interval_ms 200
refuses interval_ms 0
refuses interval_ms 60001
refuses interval_ms -1
refuses interval_ms soon
refuses interval_ms 99999999999
takes rest_ms 0
takes rest_ms 3600000
takes rest_ms 10000
refuses rest_ms 3600001
refuses rest_ms ""
takes enabled 0
takes enabled 1
refuses enabled maybe
dmesg | grep -q 'page states: interval_ms takes 1 to 60000 milliseconds' ||
	echo "refusal-not:the log says why:no such line"
echo refusal-ok:end
