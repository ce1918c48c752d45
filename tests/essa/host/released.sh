# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154 # variables of machine.sh
# Pages that the guest releases are the host's again: of memory, of a file, and of
# swap, from where they are not read. A file that others may have is left alone.

# shellcheck source=tests/memcg.sh
. "$essa/../memcg.sh"

released_mib=96

# in_mib KEY: of QEMU's /proc/PID/status
in_mib() {
	echo $(($(sed -n "s/^$1:[[:space:]]*\([0-9]*\) kB/\1/p" "/proc/$machine_pid/status") / 1024))
}

# filled ARGUMENT...: a machine whose memory is, stopped
filled() {
	local i
	build released
	start_qemu "${into[@]}" "${machine[@]}" "${lender[@]}" \
		-serial "file:$work/console" -kernel "$out/released.elf" "$@"
	for ((i = 0; i < 400; i++)); do
		! grep -q filled "$work/console" || break
		sleep 0.05
	done
	qmp stop >/dev/null
	[ $i -lt 400 ]
}

go_on() {
	qmp cont >/dev/null
	await_ready 1 && grep -q "^ok" "$work/console"
}

# at_most NAME KEY MIB
at_most() {
	local mib
	mib=$(in_mib "$2")
	if [ "$mib" -le "$3" ]; then
		ok "host/released: $1"
	else
		not_ok "host/released: $1" "$2 is $mib MiB, not $3"
	fi
}

released() { # NAME ARGUMENT...
	local name=$1 before
	shift
	if filled "$@" && before=$(in_mib VmRSS) && go_on; then
		at_most "$name" VmRSS $((before - released_mib + 8))
	else
		not_ok "host/released: $name" "$(tail -n 1 "$work/console")"
	fi
	stop_machine
}

# The file has something where the program's pages are.
private_file() {
	local file=$work/ram before
	truncate -s "${memory}M" "$file"
	printf x | dd of="$file" bs=1M seek=100 conv=notrunc status=none
	before=$(cksum <"$file")
	filled -cpu max,cmm=off,cmmnt=off -machine memory-backend=ram \
		-object "memory-backend-file,id=ram,mem-path=$file,size=${memory}M,share=off"
	if go_on && [ "$(cksum <"$file")" = "$before" ]; then
		ok "host/released: a file that is mapped privately stays as it is"
	else
		not_ok "host/released: a file that is mapped privately stays as it is"
	fi
	stop_machine
	rm -f "$file"
}

swapped() {
	local i
	filled || echo "    the program is slow: $(tail -n 1 "$work/console")"
	for ((i = 0; i < 10; i++)); do
		memcg_limit $(($(memcg_usage) - 64)) && break
		sleep 0.2
	done
	if [ "$(in_mib VmSwap)" -lt 32 ]; then
		skip "host/released: of swap" "only $(in_mib VmSwap) MiB could be swapped out"
	elif go_on; then
		at_most "of swap" VmSwap 8
		at_most "without reading it" VmRSS $((64 + 32))
	else
		not_ok "host/released: of swap" "$(tail -n 1 "$work/console")"
	fi
	memcg_no_limits
	stop_machine
}

undo() { memcg_end; }
lender host 3600000
released "private memory"
released "private memory without ESSA" -cpu max,cmm=off,cmmnt=off
released "shared memory" -cpu max,cmm=off,cmmnt=off -machine memory-backend=ram \
	-object "memory-backend-ram,id=ram,size=${memory}M,share=on"
lender always 0
released "memory that is lent besides"
private_file
lender host 3600000
if memcg_make released && memcg_add_swap "$out/swap" 256; then
	swapped
else
	skip "host/released: of swap" "$memcg_lacks"
fi
memcg_end
undo() { :; }
