# SPDX-License-Identifier: GPL-2.0
# Results of the farm, made up, as "cmma-farm run" writes them: what page.sh makes a
# page of. Scenarios of all kinds, texts that could be taken for something else, and
# values that are missing, nought, or far apart.

def run($scenario; $title; $mode; $overcommit; $round):
	{ scenario: $scenario, title: $title, mode: $mode, mode_title: "what \($mode) is",
	  overcommit: $overcommit, round: $round, guests: 6, guest_memory_bytes: 536870912,
	  limit_bytes: (3221225472 / $overcommit | floor), swap_bytes: 4294967296,
	  swap_device: "file", anon_bytes: 33554432, disk: "shared",
	  kernel_parameter: "cmma=\($mode)", seconds: 60, connections_per_guest: 4, zipf: 1 };

# Medians are those of round 2. Latencies of balloon cannot be told from none's.
def web:
	["none", "unused", "cmma", "balloon", "cmma+balloon", "fpr", "fpr+drop", "vmrm", "zram"] as $modes |
	(1, 2, 3) as $round | (3, 1, 1.5) as $overcommit | range($modes | length) as $i |
	($i * 37 / $overcommit + 100 + 4 * ($round - 2)) as $x |
	run("web"; "Web servers & their <host>"; $modes[$i]; $overcommit; $round) +
	{ requests_per_s: $x, latency_p50_ms: 2, latency_p99_ms: (if $i == 3 then 31.8 + $round else $x / 3 end),
	  host_swap_in_bytes: (1048576 * ($x | floor) * $i), host_swap_out_bytes: (1048576 * 7 * $i),
	  host_memory_peak_bytes: 3221225472, host_memory_gib_min: ($x / 50),
	  host_memory_held_gib_min: ($x / 70), work_seconds: ($x / 3), discards: 1000, discard_faults: 7,
	  essa_ops: 123456, content_errors: 0, guests_alive: 6,
	  samples: "web-\($modes[$i])-\($overcommit)x-\($round).tsv" };

def launch:
	(["none", 2], ["cmma", 5]) as [$mode, $fit] |
	run("launch"; "How many fit"; $mode; 1.828125; 1) + { guests: 16 } +
	{ guests_fit: $fit, host_swap_in_bytes: 0, host_swap_out_bytes: (1048576 * 64 / $fit | floor),
	  samples: "launch-\($mode).tsv" };

# One mode, of which next to nothing is known
def bare: { scenario: "bare", mode: "none", round: 1, requests_per_s: 0, samples: "bare.tsv" };

def hostile:
	("\"\n'; system \"touch \($dir)/hacked\" # `touch \($dir)/hacked`") as $shell |
	"<script>window.hacked = 1</script><img src=x onerror=\"window.hacked = 1\">" as $script |
	("cmma" + $shell, "$(touch \($dir)/hacked)", $script, "ümläut & 100%s%n", "a" * 300) as $mode | (1, 2) as $overcommit |
	run($script + $shell; "word" * 200 + $script; $mode; $overcommit; 1) +
	{ mode_title: $script, disk: $script, device: ("long" * 100), kernel_parameter: $script, swap_device: "&lt;",
	  samples: "../../\($script)", requests_per_s: ($mode | length | . * . * 1e6), latency_p99_ms: 0.015625,
	  host_swap_in_bytes: 0, host_memory_gib_min: ($overcommit * 1e-3) };

def flat:
	("none", "cmma") as $mode | (1, 1.0625, 1.125, 16) as $overcommit |
	run("flat"; "Nothing happens"; $mode; $overcommit; 1) +
	{ requests_per_s: 0, latency_p99_ms: 0, host_swap_in_bytes: 0, host_swap_out_bytes: 0, samples: "flat.tsv" } |
	if $mode == "cmma" and $overcommit == 16 then del(.requests_per_s) else . end;

{
	all: { date: "2026-11-22T20:59:09.014506Z", complete: false, seed: 1,
	  machine: { cpus: 2, memory_bytes: 25276502016, kernel: "<b>6.1</b> & more", qemu: ("version" * 60) },
	  modes: [web, launch, bare, hostile, flat] },
	one: { date: "<script>window.hacked = 1</script>", complete: true, machine: {}, modes: [launch] }
}[$which]
