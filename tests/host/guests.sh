# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154,SC2034,SC2054 # variables of others and for them; commas are QEMU's
# Linux guests whose programs verify what they see, on machines that are talked to.

machine=("$QEMU" -L "$FIRMWARE" -M s390-ccw-virtio -accel tcg,tb-size=64 -nodefaults
	-no-user-config -display none -no-reboot -cpu max -smp 2 -kernel "$KERNEL" -initrd "$INITRD")
into=()			# what puts a machine into a cgroup

# guest_is NAME MEMORY "PHASES WORK..." ARGUMENT...: what begin starts from now on; more
# words of the kernel's command line in $words
guest_is() {
	local name=$1 phases=${3%% *} works=${3#* }
	console=$logs/$name.console
	rm -f "$console" "$logs/$name".qemu*
	command=("${machine[@]}" "${lender[@]}" -m "$2" -chardev "file,id=console,path=$console,append=on"
		-serial chardev:console -append "console=ttyS0 oops=panic panic_on_warn=1 cmma=${cmma:-full}
debug_page_states $words run=\"/tests/faults.sh $phases $seed $tree_files $tree_pages $works\"" "${@:4}")
	command=("${command[@]//$'\n'/ }")
	echo "${command[*]}" >"$logs/$name.command"
}

# begin SIDE ARGUMENT...: a machine there, in place of what there was
begin() {
	on "$1"
	stop_machine
	# bash wonders about two coprocesses.
	start_qemu "${into[@]}" "${command[@]}" "${@:2}" 2>/dev/null ||
		complain "QEMU does not answer: $(tail -n 1 "$work/stderr")"
}

# disk SERIAL FILE [OPTION...]: sets ${disk[@]} to the arguments for that
disk() {
	local IFS=,
	disk=(-drive "if=none,id=$1,format=raw,file=${*:2}" -device "virtio-blk-ccw,drive=$1,serial=$1")
}

# scratch TYPE: an empty file system, $scratch
scratch() {
	scratch=$logs/scratch.$1
	rm -f "$scratch"
	truncate -s 320M "$scratch"
	"mkfs.$1" -q "$scratch" || die "mkfs.$1 fails"
}

heard() { tr -d '\r' <"$console"; }
beat() { heard | sed -n 's/^faults: beat //p' | tail -n 1; }
discards() { heard | sed -n 's/^faults: beat [0-9]* discards \([0-9]*\).*/\1/p' | tail -n 1; }

# nothing_wrong: neither the works nor the kernel have complained so far
nothing_wrong() {
	local line
	line=$(heard | grep -a -m 1 FAILED)
	[ -z "$line" ] || complain "$line" || return
	line=$(complaints | head -n 1)
	[ -z "$line" ] || complain "the kernel says: $line"
}

# well: that, and QEMU is there
well() {
	nothing_wrong || return
	kill -0 "$machine_pid" 2>/dev/null || complain "QEMU has ended: $(tail -n 1 "$work/stderr")"
}

# goes_on SECONDS [ROUNDS]: that soon each work has come some rounds further
goes_on() {
	local deadline=$((SECONDS + $1)) rounds=${2-1} before now i late
	until before=$(beat) && [ -n "$before" ]; do
		well || return
		[ $SECONDS -lt $deadline ] || complain "the works have not begun: $(tail -n 1 "$console")" || return
		sleep 0.2
	done
	read -r -a before <<<"$before"
	while :; do
		well || return
		read -r -a now <<<"$(beat)"
		late=
		[ "${now[0]}" -gt "${before[0]}" ] || late=everything
		for ((i = 4; i < ${#before[@]}; i += 2)); do
			[ "${now[i]:-0}" -ge $((before[i] + rounds)) ] || late=${before[i - 1]}
		done
		[ -n "$late" ] || return 0
		[ $SECONDS -lt $deadline ] || complain "$late does not go on: ${before[*]}; ${now[*]}" || return
		sleep 0.2
	done
}

# press: the next phase
press() { qmp system_powerdown >/dev/null || complain "QEMU does not answer"; }

# over SECONDS: the works end with the last phase, all well; sets $discarded
over() {
	local deadline=$((SECONDS + $1))
	press || return
	until says '^guest: exit'; do
		well || return
		[ $SECONDS -lt $deadline ] || complain "no end: $(tail -n 1 "$console")" || return
		sleep 0.2
	done
	nothing_wrong && { says '^guest: exit 0$' || complain "it ends with $(heard | grep '^guest: exit')"; }
	discarded=$(counter page_discard)
	[ "${discarded:-0}" -ge 3000 ] || complain "no more than ${discarded:-0} pages were discarded"
}

# host NAME COMMAND...: the test passes if the command says nothing; $figure is told
host() {
	local name=$1 began=$SECONDS
	shift
	figure='' testing=$name
	# Not in a subshell: what the command does to the machines shall last.
	"$@" >"$base/said" 2>&1
	if [ -s "$base/said" ]; then
		not_ok "$name" "$(tr '\n' ';' <"$base/said") console in $console"
		cp "$work/stderr" "${console%.console}.qemu" 2>/dev/null
	else
		ok "$name ($figure, $((SECONDS - began)) s)"
	fi
	testing=''
	end_machines
}
