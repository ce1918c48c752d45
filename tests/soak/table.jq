# SPDX-License-Identifier: GPL-2.0
# results/soak.json as a table, a line for each kind of guest
def columns: [.discards, .discard_faults, .faults_user, .faults_fetch, .faults_kernel, .faults_atomic,
	.pages_read, .verified_bytes, .oom_kills, .works, .idle, .mismatches, .warnings, .hangs];
["guest", "CPUs", "policy", "seconds", "discards", "faults", "user", "fetch", "kernel", "atomic",
 "read again", "verified", "OOM kills", "works", "idle", "mismatches", "warnings", "hangs"],
(.guests | group_by(.guest)[] |
	[.[0].guest, .[0].cpus, .[0].policy, (map(.seconds) | add)] + (map(columns) | transpose | map(add))),
["all", "-", "-", .guest_seconds] + columns,
(if .complete then empty else ["incomplete: the run was interrupted"] end) | @tsv
