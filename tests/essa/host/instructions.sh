# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# Every instruction of TCG that accesses storage is in the programs' tables,
# by QEMU's own source, or here with the reason why not. See lib/nullify.h.

# shellcheck disable=SC2154 # of the caller
source=${QEMU_SRC:-$O/src/qemu}

exempt() {
	cat <<-END
	DIAG	what it is given are parameter blocks, which are no operands
	SERVC	the same of its control block
	SIGP	the same, and it is another CPU that stores its status
	STFL	it stores into the prefix area
	RSCH	it is the channel that goes on with the channel program
	RPCIT	it is the adapter's tables that are walked
	END
}

# tabled FLAG: the instructions whose INSN has NO_ACCESS (1) or not (0)
tabled() {
	cat "$here"/*.c | tr '\n' ' ' | grep -oE 'INSN\([A-Z0-9]+, [^;]*;' |
		awk -v flag="$1" '/NO_ACCESS/ == flag { gsub(/INSN\(|,.*/, ""); print }' | sort -u
}

none_left() { # NAME WHAT, with a list of what is left as input
	local names
	names=$(tr '\n' ' ')
	if [ -z "$names" ]; then
		ok "host/instructions: $1"
	else
		not_ok "host/instructions: $1" "$2: $names"
	fi
}

if [ ! -e "$source/target/s390x/tcg/insn-data.h.inc" ]; then
	skip "host/instructions" "no QEMU source at $source: run make qemu, or set QEMU_SRC"
else
	(cd "$source" && awk -f "$here/host/accesses.awk" target/s390x/*.c target/s390x/tcg/*.c \
		target/s390x/tcg/*.c.inc hw/s390x/*.c target/s390x/tcg/insn-data.h.inc) \
		>"$work/accessing"
	tabled 0 >"$work/tabled"
	tabled 1 >"$work/untouching"
	exempt | cut -f 1 | sort >"$work/exempt"
	none_left "every instruction that accesses storage is tested" "not tested" < <(
		sort -u "$work"/{tabled,untouching,exempt} | comm -13 - "$work/accessing")
	none_left "every instruction tested accesses storage" "not so by QEMU's source" < <(
		comm -23 "$work/tabled" "$work/accessing")
	none_left "every exemption is needed" "not needed" < <(
		sort "$work"/{tabled,untouching} | comm -12 - "$work/exempt"
		comm -23 "$work/exempt" "$work/accessing")
fi
