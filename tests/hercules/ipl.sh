# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154 # variables of run
# IPL again in the same Hercules, after pages have been discarded: what is loaded lies
# where some are missing, and a page that was volatile or unused is stable again.

for command in ipl iplc; do
	begin essa.so policy=always delay=0
	for program in discard fault tables discard; do
		expect "$command: $program" passes "$program" "$command"
	done
	hercules_stop
done
