# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154 # variables of machine.sh
# Where pages cannot be lent, QEMU says why, and the machine runs without.

# runs_without NAME PATTERN COMMAND...: the states are kept, nothing is lent
runs_without() {
	local name="host/refusals: $1" pattern=$2
	shift 2
	start_qemu "$@" "${lender[@]}" -serial "file:$work/console"
	if ! await_ready 1; then
		not_ok "$name: the machine runs"
	else
		get_states
		if [[ $states == *'"lending": false'* ]] && [ "$(number lent)" = 0 ]; then
			ok "$name: nothing is lent"
		else
			not_ok "$name: nothing is lent" "$states"
		fi
	fi
	stop_machine
	if [ "$(grep -ci -e "$pattern" "$work/stderr")" = 1 ]; then
		ok "$name: the reason is named"
	else
		not_ok "$name: the reason is named" "it says: $(cat "$work/stderr")"
	fi
}

build states
lender always 0
kernel=(-kernel "$out/states.elf")
backend() { # TYPE OPTIONS: sets ${ram[@]} to a memory backend
	ram=(-object "$1,id=ram,size=${memory}M,$2" -machine memory-backend=ram)
}

backend memory-backend-ram share=on
runs_without "shared memory" "shared" "${machine[@]}" "${kernel[@]}" "${ram[@]}"
backend memory-backend-memfd share=on
runs_without "a shared memfd" "shared" "${machine[@]}" "${kernel[@]}" "${ram[@]}"
backend memory-backend-file "share=off,mem-path=$work/ram"
runs_without "a private file" "file" "${machine[@]}" "${kernel[@]}" "${ram[@]}"
rm -f "$work/ram"

if [ "$(awk '/^HugePages_Free:/ { free = $2 } /^Hugepagesize:/ { size = $2 }
	     END { print int(free * size / 1024) }' /proc/meminfo)" -ge "$memory" ]; then
	backend memory-backend-memfd share=off,hugetlb=on
	runs_without "huge pages" "huge" "${machine[@]}" "${kernel[@]}" "${ram[@]}"
else
	skip "host/refusals: huge pages" "the host has no $memory MiB of them free"
fi

if [ "$(id -u)" = 0 ] || [ "$(ulimit -l)" = unlimited ]; then
	runs_without "locked memory" "lock" "${machine[@]}" "${kernel[@]}" -overcommit mem-lock=on
	runs_without "memory locked on fault" "lock" "${machine[@]}" "${kernel[@]}" \
		-overcommit mem-lock=on-fault
else
	skip "host/refusals: locked memory" "memory may not be locked"
fi

# userfaultfd's three doors; the build directory may be closed to others.
if [ "$(id -u)" != 0 ]; then
	skip "host/refusals: no userfaultfd" "it takes root to become nobody"
elif [ "$(cat /proc/sys/vm/unprivileged_userfaultfd)" != 0 ] ||
	setpriv --reuid=65534 --regid=65534 --clear-groups test -r /dev/userfaultfd; then
	skip "host/refusals: no userfaultfd" "anybody may use it here"
else
	cp "$QEMU" "$work/qemu"
	cp "$out/states.elf" "$work/states.elf"
	mkdir "$work/firmware"
	cp "$FIRMWARE"/*.img "$work/firmware"
	chmod -R a+rX "$work"
	: >"$work/console"
	chmod 666 "$work/console"
	as_nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups
		"$work/qemu" -L "$work/firmware" "${machine[@]:3}" -kernel "$work/states.elf")
	runs_without "no userfaultfd" "userfaultfd.*\(refused\|not permitted\)" "${as_nobody[@]}"
fi

# Without the facility there are no states to ask for.
start_qemu "${machine[@]}" -cpu max,cmm=off,cmmnt=off -kernel "$out/states.elf" -S
if answer=$(qmp query-s390x-page-states); then
	not_ok "host/refusals: no query without the facility" "$answer"
elif [[ $answer == *cmm* ]]; then
	ok "host/refusals: no query without the facility"
else
	not_ok "host/refusals: no query without the facility" "it says: $answer"
fi
if [[ $(hmp info page-states) == *cmm* ]]; then
	ok "host/refusals: no info page-states without the facility"
else
	not_ok "host/refusals: no info page-states without the facility" "it says: $(hmp info page-states)"
fi
