#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What /cgi-bin/status of a farm guest answers: /proc/vmstat, /proc/meminfo in its form,
# how many pages its balloon or its cmm driver holds for the host, and how many warnings
# the kernel has logged. What they were is told to the console, which else is quiet.

warnings='WARNING:|BUG|Oops|Call Trace|rcu.*stall|blocked for more'

printf 'Content-Type: text/plain\r\n\r\n'
cat /proc/vmstat
awk '/^balloon_inflate / { n += $2 } /^balloon_deflate / { n -= $2 }
	FILENAME ~ /cmm_pages/ { n += $1 } END { print "taken_pages", n + 0 }' \
	/proc/vmstat /proc/sys/vm/cmm_pages
awk '{ sub(":", ""); print "meminfo_" $1 "_kb", $2 }' /proc/meminfo
echo "kernel_warnings $(dmesg | grep -cE "$warnings")"
echo "anon_errors $(cat /tmp/anon_errors 2>/dev/null || echo 0)"
dmesg | grep -E -B 12 -A 12 "$warnings" | head -n 100 >/dev/console
