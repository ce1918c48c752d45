# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# Bare-metal programs: how one is built, and what it says. Which machine it runs in
# is another file's business: machine.sh, or hercules.sh. The caller gives $here, $O
# and quit. Programs are in $here or beside this file, and what they share is in lib
# of both.

CC=${CROSS_COMPILE:-s390x-linux-gnu-}gcc
essa=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck disable=SC2154 # of the caller
out=$O/tests/$(basename "$here")
memory=256

command -v "$CC" >/dev/null || quit "no $CC: run make packages"
mkdir -p "$out" || exit 2
work=$(mktemp -d) || exit 2
# One of the machines is run by nobody.
chmod 755 "$work"
# shellcheck disable=SC2034 # machine.sh
machine_pid='' machine_status=''
# Suites that have more to undo redefine this.
undo() { :; }
# A child that is killed before it has put its traps aside must not clean up. There
# all commands fail, also those built in, so nothing may depend on one that does.
trap 'if [[ $BASHPID = "$$" ]]; then
	[ -z "$machine_pid" ] || kill -KILL "$machine_pid" 2>/dev/null
	undo
	rm -rf "$work"
fi' EXIT
trap 'exit 130' INT TERM HUP
# A machine that has ended is found out by what it does not answer.
trap : PIPE

compile() { # FILE OBJECT
	"$CC" -march=z10 -mno-vx -msoft-float -O2 -g -std=gnu11 -ffreestanding -nostdlib \
		-fno-builtin -fno-pic -fno-stack-protector -fno-asynchronous-unwind-tables \
		-fno-delete-null-pointer-checks -fno-strict-aliasing \
		-fno-tree-loop-distribute-patterns -fno-toplevel-reorder -Wall -Wno-array-bounds \
		-I"$essa/lib" -I"$here/lib" -DMEMORY_MIB="$memory" -c -o "$2" "$1" || quit "$1 does not build"
}

declare -A built=()
build() { # PROGRAM: to $out/PROGRAM.elf
	local file
	if [ ${#built[@]} = 0 ]; then
		for file in "$essa"/lib/*.[cS] "$here"/lib/*.c; do
			[ ! -e "$file" ] || compile "$file" "$work/$(basename "$file").o"
		done
	fi
	[ -z "${built[$1]-}" ] || return 0
	file=$here/$1.c
	[ -e "$file" ] || file=$essa/$1.c
	compile "$file" "$out/$1.o"
	"$CC" -static -no-pie -nostdlib -T "$essa/lib/link.ld" \
		-Wl,--build-id=none,-n,-z,noexecstack,--no-warn-rwx-segments \
		-o "$out/$1.elf" "$out/$1.o" "$work"/*.o || quit "$1 does not build"
	built[$1]=1
}

# result PREFIX LINE: what a program has found becomes ours, if the line is that
result() {
	local text
	case $2 in
	ok\ *) ok "$1${2#ok }" ;;
	not\ ok\ *) not_ok "$1${2#not ok }" ;;
	skip\ *)
		text=${2#skip }
		skip "$1${text%: *}" "${text##*: }"
		;;
	*) return 1 ;;
	esac
}
