# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154 # variables of run
# Settings that do not exist or are out of range: they end Hercules if they are in its
# configuration, and change nothing at the panel. The bounds themselves are allowed.

refused() { # SETTING
	begin essa.so "$1"
	expect "$1 ends it" hercules_await 10
	expect "$1: with status 1" test "$hercules_status" = 1
	expect "$1: it says so" says "^HHCES002E essa: ${1%%=*}=.*: no such setting, or out of range"
	hercules_stop
}

for setting in nothing=1 policy policy=some policy= delay=1000001 delay=-1 delay=1ms delay= \
	percent=101 percent=-1 seed=-1 seed=18446744073709551616 limit=0 limit=1048577; do
	refused "$setting"
done

begin essa.so policy=random delay=1000000 percent=100 seed=18446744073709551615 limit=1048576
settings='policy=random delay=1000000 percent=100 seed=18446744073709551615 limit=1048576$'
panel essa
expect 'the highest values' says "^HHCES012I essa $settings"
hercules_stop

begin essa.so policy=PRESSURE delay=0 percent=0 seed=0 limit=1
panel essa
expect 'the lowest values' says '^HHCES012I essa policy=pressure delay=0 percent=0 seed=0 limit=1$'
hercules_stop

begin essa.so policy=always delay=7 percent=8 seed=9 limit=10
for setting in nothing=1 policy=some delay=1000001 percent=101 seed=-1 limit=0; do
	panel "essa $setting"
	expect "at the panel: $setting is refused" says "^HHCES002E essa: $setting: "
done
panel essa
expect 'at the panel: what was set stays' \
	says '^HHCES012I essa policy=always delay=7 percent=8 seed=9 limit=10$'
panel essa policy=never delay=0
panel essa
expect 'at the panel: what is right is taken' \
	says '^HHCES012I essa policy=never delay=0 percent=8 seed=9 limit=10$'
panel essa policy=always policy=some
expect 'at the panel: discard passes, by what was set last' passes discard
