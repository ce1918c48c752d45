# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# Hercules with the module: how a program of program.sh runs there. The caller gives
# what that file takes.

# shellcheck source=tests/essa/program.sh
. "$(dirname "${BASH_SOURCE[0]}")/program.sh"
# shellcheck source=tests/hercules/machine.sh
. "$essa/../hercules/machine.sh"

mapfile -t differences < <(grep -v '^#' "$essa/hercules.differences")

# listed KIND PROGRAM CASE: whether the list has such a case; sets $kind and $why. Of an
# absent program its arguments count as well.
listed() {
	local line program case
	for line in "${differences[@]}"; do
		IFS=$'\t' read -r program kind case why <<<"$line"
		# shellcheck disable=SC2053 # patterns
		[[ $kind == $1 && $2 == $program && ($case == "*" || $3 == "$case") ]] && return 0
	done
	return 1
}

# Of tests and programs that are about QEMU
skip_if_absent() { # PROGRAM ARGUMENT...
	listed absent "$*" '' || return 1
	skip "$1" "$why"
}

# The ESSA statement that does what QEMU's policy and interval do. Content that is
# there while a page is volatile takes a delay, and two CPUs are for that.
settings() { # CPUS POLICY INTERVAL
	local delay=$(($3 * 1000))
	[ "${1%%,*}" = 1 ] || [ "$delay" -gt 0 ] || delay=100
	if [ "$2" = host ] || [ "$delay" -gt 1000000 ]; then
		echo policy=never
	else
		echo "policy=$2 delay=$delay"
	fi
}

# ins PROGRAM: to $work/PROGRAM.ins, what Hercules loads; with its zeroes, since storage
# has what was there before
ins() {
	build "$1"
	if [ ! -e "$work/ipl.bin" ]; then
		"$CC" -march=z10 -c -o "$work/ipl" "$essa/ipl.S" || quit "ipl.S does not build"
		"${CC%gcc}objcopy" -O binary -j .psw "$work/ipl" "$work/ipl.psw"
		"${CC%gcc}objcopy" -O binary -j .text "$work/ipl" "$work/ipl.bin"
	fi
	"${CC%gcc}objcopy" -O binary --set-section-flags .bss=alloc,load,contents \
		"$out/$1.elf" "$work/$1.image"
	cat >"$work/$1.ins" <<-EOT
		ipl.psw 0x00000000
		ipl.bin 0x00010000
		$1.image 0x00020000
	EOT
}

# conf CPUS MODULE CONSOLE SETTING...: to $work/conf. Without a module ('') there is no ESSA.
conf() {
	hercules_conf "$1" "$memory" >"$work/conf"
	cat >>"$work/conf" <<-EOT
		LDMOD asciicon.so
		ASCIICON $3
		${2:+LDMOD $2}
		${2:+ESSA ${*:4}}
		# It needs a device, and so do programs. This one does nothing.
		000E 1403 /dev/null
	EOT
}

# await_end SECONDS CONSOLE LOG: of a program; sets $end to how it came
await_end() {
	local i
	end=late
	for ((i = 0; i < $1 * 20; i++)); do
		if grep -q '^done' "$2"; then
			end=well
		elif ! hercules_runs; then
			end='Hercules has ended'
		elif grep -q 'HHCCP01[1678]I' "$3"; then
			end=$(grep 'HHCCP01[1678]I' "$3")
		fi
		[ "$end" = late ] || return 0
		sleep 0.05
	done
}

# A case that is listed is skipped if it fails; if it passes the list is wrong.
judge() { # PROGRAM LINE
	local case=${2#*ok }
	case=${case%%: *}
	if [[ ! $2 =~ ^(not )?ok\  ]] || ! listed "[fs]*" "$1" "$case"; then
		result "$1: " "$2"
	elif [[ $2 == not* ]]; then
		skip "$1: $case" "differs, $why"
	elif [ "$kind" = sometimes ]; then
		ok "$1: $case"
	else
		not_ok "$1: $case" "listed as different, but passes"
	fi
}

# As the other machine's
run_program() { # PROGRAM CPUS SECONDS POLICY INTERVAL ARGUMENT...
	local name=$1 cpus=${2%%,*} seconds=$3 log=$out/$1.hercules
	local module=essa.so line end arguments="${*:6}"
	! skip_if_absent "$name" "${@:6}" || return 0
	[[ $arguments != *cmm=off* ]] || module=''
	ins "$name"
	: >"$log"
	# shellcheck disable=SC2046 # words
	conf "$cpus" "$module" "$log" $(settings "$2" "$4" "$5")
	echo "ipl $work/$name.ins" >"$work/rc"
	hercules_start "$work/conf" "$work/rc" "$log.log"
	await_end "$seconds" "$log" "$log.log"
	hercules_stop
	while IFS= read -r line; do
		[ "$line" = "done" ] || judge "$name" "$line" || echo "$line"
	done <"$log"
	if [ "$end" = late ]; then
		not_ok "$name" "no end after $seconds s"
	elif [ "$end" != well ] && ! grep -q '^not ok' "$log"; then
		not_ok "$name" "it died: $end"
	elif grep -q '^HHC.....[ES]' "$log.log"; then
		not_ok "$name" "Hercules says: $(grep -m 1 '^HHC.....[ES]' "$log.log")"
	fi
	no_stale "$name" "$log"
}

# Each case that is listed has been there.
no_stale() { # PROGRAM CONSOLE
	local line program kind case why
	for line in "${differences[@]}"; do
		IFS=$'\t' read -r program kind case why <<<"$line"
		if [ "$program" = "$1" ] && [ "$kind" != absent ] &&
			! grep -qFx -e "ok $case" -e "not ok $case" "$2"; then
			not_ok "$1: $case" "listed as different, but there is no such case"
		fi
	done
}

hercules_build || quit "$why"
