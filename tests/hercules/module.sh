# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154 # variables of run
# When the module is not loaded, and not unloaded.

begin ''
# CPUs have to be there: it must be late.
expect 'without it' says 'HHCCP003I'
panel ldmod essa.so
expect 'too late: refused' says '^HHCES001E essa: CPUs exist already'
expect 'too late: not loaded' says '^HHCHD014E Dependency check failed for module essa.so'
expect 'too late: ESSA is no instruction' passes nofacility
hercules_stop

begin essa.so policy=always delay=0
expect 'with it' passes fault
panel rmmod essa.so
expect 'unloading is refused' says '^HHCHD017E Unload of essa.so rejected'
expect 'ESSA is there as before' passes discard
hercules_stop

# other NAME FILE SCRIPT: a module that was built with other headers, changed by sed
other() {
	rm -rf "$work/source" "$work/hercules"
	mkdir "$work/source"
	cp -r "$hercules_source"/{*.h,decNumber,softfloat} "$work/source"
	sed -i "$3" "$work/source/$2"
	! cmp -s "$hercules_source/$2" "$work/source/$2" || quit "$2 has no such line as $3"
	cp -rp "$O/hercules" "$work"
	# What it checks is in one file.
	make -C "$here/../../hercules" O="$work" HERCULES_SRC="$work/source" -W module.c \
		>"$log.make" 2>&1 || quit "the module for another version does not build: see $log.make"
	hercules_modules=$work/hercules begin essa.so policy=always
	expect "for $1: refused" says '^HHCHD014E Dependency check failed for module essa.so'
	expect "for $1: the reason" says "$4"
	expect "for $1: ESSA is no instruction" passes nofacility
	hercules_stop
}

other 'another version' config.h 's/^#define VERSION .*/#define VERSION "3.12"/' \
	'^HHCHD010I Dependency check failed for HERCULES, version(3.12) expected('
for structure in SYSBLK REGS DEVBLK; do
	other "another $structure" hstructs.h "/^struct $structure *{/a U64 other;" \
		"^HHCHD011I Dependency check failed for $structure, size("
done
