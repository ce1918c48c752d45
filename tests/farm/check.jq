# SPDX-License-Identifier: GPL-2.0
# Where a page's tables ($page, by page.js) differ from the results they are of: a line
# for each figure. Medians are taken anew here.

def shown: {
	guests_fit: ["guests that fit", 1, 0], requests_per_s: ["requests/s", 1, 1],
	requests_per_s_before: ["requests/s before", 1, 1], requests_kept_percent: ["kept of them (%)", 1, 1],
	latency_p50_ms: ["latency, median (ms)", 1, 1], latency_p99_ms: ["latency, 99% (ms)", 1, 1],
	host_swap_in_bytes: ["host swap in (MiB)", 1048576, 0], host_swap_out_bytes: ["host swap out (MiB)", 1048576, 0],
	host_memory_peak_bytes: ["host memory, peak (MiB)", 1048576, 0],
	host_memory_gib_min: ["memory charged (GiB min)", 1, 2],
	host_memory_held_gib_min: ["memory held (GiB min)", 1, 2], work_seconds: ["longest work (s)", 1, 1], discards: ["discards", 1, 0],
	discard_faults: ["discard faults", 1, 0], essa_ops: ["ESSA instructions", 1, 0],
	content_errors: ["content errors", 1, 0], guests_alive: ["guests alive", 1, 0],
};
def median: sort | (.[(length - 1) / 2 | floor] + .[length / 2 | floor]) / 2;
def squeeze: gsub("\\s+"; " ") | gsub("^ | $"; "");
def near($a; $b; $digits): ($a - $b | fabs) <= pow(10; -$digits) * 0.51 + ($b | fabs) * 1e-12;

# The cell's text, or what is wrong with it
def check($rounds; $scale; $digits):
	if $rounds == [] then (if . == "-" then empty else "not measured, but there is \(.)" end)
	else
		($rounds | median / $scale) as $median | (($rounds | max - min) / 2 / $scale) as $half |
		[scan("[0-9.]+") | tonumber] as $n |
		if ($n | length) == 0 or (near($n[0]; $median; $digits) | not) then "\(.), not \($median)"
		elif ($rounds | length) > 1 and (near($n[1]; $half; $digits) | not) then "\(.), not ± \($half)"
		else empty end
	end;

. as $results | ($page[0].tables) as $tables |
if ($tables | length) == ($results.modes | unique_by([.scenario, .overcommit // 0]) | length) then empty
else "\($tables | length) tables" end,
($results.modes | group_by([.scenario, .overcommit // 0, .mode])[] |
	. as $runs | .[0] as $first | ($first.scenario | squeeze) as $scenario |
	(first($tables[] | select(.scenario == $scenario and
		(.heading | split("x")[0] | tonumber | near(.; $first.overcommit // 0; 1)) and
		(.modes | index($first.mode | squeeze)))) // null) as $table |
	if $table == null then "no table of \($scenario), \($first.overcommit), \($first.mode)"
	else
		($table.modes | index($first.mode | squeeze)) as $column |
		shown | to_entries[] | .key as $key | .value as [$name, $scale, $digits] |
		[$runs[][$key] | select(. != null)] as $rounds |
		([$table.rows[] | select(.[0] == $name)][0] // null) as $row |
		if $row == null then (if $rounds == [] then empty else "\($scenario): no row \($name)" end)
		else $row[$column + 1] | check($rounds; $scale; $digits) |
			"\($scenario), \($first.overcommit), \($first.mode), \($name): \(.)" end
	end)
