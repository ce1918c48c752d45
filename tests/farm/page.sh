# shellcheck shell=bash
# shellcheck disable=SC2154,SC2016 # given by run; filters
# SPDX-License-Identifier: GPL-2.0
# Tests of the page that "cmma-farm report" makes, as a browser shows it: of made up
# results (page.jq), with what page.js finds on it. tests/farm/run sources this.

# browse: what is on the page all.html in windows of several widths, to $dir/WIDTH.found,
# and on one.html, to $dir/one.found. They are shown in frames, since a window cannot be as
# narrow as a telephone.
browse() {
	local apart=() page name
	if unshare -n true 2>/dev/null; then apart=(unshare -n); fi
	for page in all one; do
		{ cat "$dir/$page.html"; echo "<script>"; cat "$top/tests/farm/page.js"; echo "</script>"; } >"$dir/$page-copy.html"
	done
	cat >"$dir/frames.html" <<-END
		<script>
		onmessage = (answer) => {
			const frame = [...document.querySelectorAll("iframe")].find((f) => f.contentWindow === answer.source);
			document.getElementById(frame.name).textContent = answer.data;
		};
		</script>
		<pre id="1280"></pre><pre id="800"></pre><pre id="400"></pre><pre id="one"></pre>
		<iframe name="1280" width="1280" height="900" style="border: 0" src="all-copy.html"></iframe>
		<iframe name="800" width="800" height="900" style="border: 0" src="all-copy.html"></iframe>
		<iframe name="400" width="400" height="900" style="border: 0" src="all-copy.html"></iframe>
		<iframe name="one" width="800" height="900" style="border: 0" src="one-copy.html"></iframe>
	END
	HOME=$dir "${apart[@]}" timeout 60 chromium --headless --no-sandbox --disable-gpu --no-first-run --hide-scrollbars \
		--disable-background-networking --user-data-dir="$dir/chromium" --enable-logging=stderr \
		--virtual-time-budget=5000 --dump-dom "file://$dir/frames.html" >"$dir/dom" 2>"$dir/said" </dev/null
	for name in 1280 800 400 one; do
		sed -n "s/.*<pre id=\"$name\">\([A-Za-z0-9+/=]*\)<.*/\1/p" "$dir/dom" | base64 -d >"$dir/$name.found"
		[ -s "$dir/$name.found" ] || echo '{ "errors": ["the browser gave no answer"] }' >"$dir/$name.found"
	done
}

found=1280 # what expect looks at

# expect NAME FILTER: it yields nothing, from what was found
expect() {
	local wrong
	wrong=$(jq -r "if .errors == [] then . else [\"script: \(.errors)\"] | halt_error end | [$2] | .[:3][]" "$dir/$found.found" 2>&1)
	if [ -z "$wrong" ]; then ok "page-$1"; else not_ok "page-$1" "${wrong//$'\n'/; }"; fi
}

# Seconds, MiB of the host, and of each guest so far started, if there is a number of seconds between starts
made_up_samples() { # GUESTS [SECONDS]
	awk -v guests="$1" -v every="${2:-0}" 'BEGIN {
		OFS = "\t"
		for (t = 0; t <= 86; t += 2) {
			line = t OFS 600 + t OFS 100 OFS t
			for (i = 0; i < guests && i * every <= t; i++)
				line = line OFS 30 OFS 20 + t / 3 OFS 300 OFS 5
			print line
		}
	}'
}

make_pages() {
	local which logs=$dir/all-logs mode
	mkdir "$logs" "$dir/one-logs"
	for which in all one; do
		jq -n --arg dir "$dir" --arg which "$which" -f "$top/tests/farm/page.jq" >"$dir/$which.json" || return 1
	done
	for mode in none unused cmma balloon cmma+balloon fpr fpr+drop vmrm; do
		made_up_samples 6 >"$logs/web-$mode-3x-1.tsv"
	done
	# A line is not yet complete; nothing has been written; nothing but one line has.
	printf '62\t600\t10' >>"$logs/web-cmma-3x-1.tsv"
	: >"$logs/bare.tsv"
	printf '0\t1\t1\t0\n' >"$logs/flat.tsv"
	for mode in none cmma; do
		made_up_samples 5 12 | tee "$dir/one-logs/launch-$mode.tsv" >"$logs/launch-$mode.tsv"
	done
	for which in all one; do
		"$farm" report "$dir/$which.json" >"$dir/out" 2>&1 || { not_ok "page-$which" "$(tail -n 1 "$dir/out")"; return 1; }
	done
}

layout() {
	local found=$1
	expect "layout-$1" "if .innerWidth != $1 then \"a window \(.innerWidth) wide\" else empty end,
		if .scrollWidth > .innerWidth then \"page \(.scrollWidth) wide\" else empty end,
		(.overflowing[] | \"overflows: \(.)\"),
		(.pictures[] | select(.loaded and .width >= 240 and .height >= 60 | not) |
			\"picture \(.caption) is \(.width) x \(.height)\"),
		(.pictures[] | select(.smallest < 9) | \"text of \(.smallest) pixels in \(.caption)\")"
}

texts() {
	local sum
	sum=$(jq -r --slurpfile page "$dir/$found.found" -f "$top/tests/farm/check.jq" "$dir/all.json" 2>&1)
	if [ -z "$sum" ]; then ok page-figures; else not_ok page-figures "$(head -n 3 <<<"$sum" | tr '\n' ';')"; fi
	expect headings '(["web", "launch", "bare", "flat", "Modes", "Machine"] - .headings)[] | "no heading \(.)"'
	expect date 'select(.body | contains("2026-11-22 20:59 UTC") | not) | .title'
	expect incomplete 'select(.body | contains("Incomplete: some runs are missing") | not) | "not said"'
	expect noise '.tables[] | select(.scenario == "web" and (.heading | startswith("3x"))) |
		([.modes, (.rows[] | select(.[0] == "latency, 99% (ms)"))[1:]] | transpose[]) |
		select((.[1] | endswith("noise")) != (.[0] == "balloon")) | "\(.[0]) has \(.[1])"'
	expect best '.tables[] | select(.scenario == "web" and (.heading | startswith("3x"))) |
		[.rows, .best] | transpose[] | select(.[0][0] == "requests/s" or .[0][0] == "latency, median (ms)") |
		select(.[1] != if .[0][0] == "requests/s" then [range(10) == 9] else [range(10) | false] end) | "\(.)"'
	expect ratios '.tables[] | select(.scenario == "launch") | .rows as $rows | ($rows | map(.[0]) | index("guests that fit")) as $i |
		$rows[$i + 1] | select(. != ["in parts of none'\''s", "1.00", "2.50"]) | "\(.)"'
	expect not-measured 'select(.body | contains("there are no samples in") | not) | "missing samples: not said"'
	expect words '.body | select(test("\\(null\\)|\\bnan\\b|\\binf\\b|undefined")) | "there is a (null), nan or inf"'
	expect units '.tables[].rows[][0] | select(test("/s$|\\(ms\\)|MiB|GiB|^guests |^discard|^ESSA |errors$|^files |warnings$|\\(s\\)$|^in parts of") | not)'
}

pictures() {
	# web: seven by overcommit, and two of each of eight modes
	expect pictures '([.pictures[].caption] | length) as $n | select($n != 7 + 16 + 3 + 4 + 1 + 4 + 4) | "\($n) of them"'
	expect picture-texts '(.pictures[] | (.overlaps[] | "overlap: \(.)"), (.cut[] | "cut: \(.)"))'
	expect picture-units '.pictures[] | select(.caption | startswith("and its") | not) |
		select(.texts | map(test("/s$|\\(m?s\\)|MiB|GiB|^guests that fit")) | any | not) | "\(.caption): \(.texts)"'
	expect picture-shapes '[.pictures[] | select(.caption | startswith("requests/s"))][0] |
		select(.shapes < 9) | "nine modes have \(.shapes) shapes"'
	expect picture-levels '[.pictures[] | select(.caption | startswith("requests/s"))][0].texts |
		(["1x", "1.5x", "3x"] - .)[] | "no \(.)"'
	expect picture-lines '.pictures[] | select((.caption | startswith("requests/s")) and .turning > 0) | "\(.turning) lines go back"'
	expect picture-bars '.pictures[] | select(.caption | startswith("guests that fit")) | .bars |
		select(length != 2 or (.[1] / .[0] - 2.5 | fabs) > 0.05) | "bars of 2 and 5 are \(.)"'
	expect picture-values '.pictures[] | select(.caption | startswith("guests that fit")) | (["2", "5", "none", "cmma"] - .texts)[] | "no \(.)"'
	# Guests that come one after the other are there from the first on.
	expect picture-growing '.pictures[] | select(.caption == "cmma what cmma is" and .stable < .rest * 0.9) | "\(.stable) of \(.rest)"'
	# More pages are unused than there is memory.
	expect picture-stack '.pictures[] | select(.caption | test("^(none|cmma) what")) | .tops |
		select(.[1] < .[0] - 1) | "what is in memory is more than that: \(.)"'
	expect picture-legend '.pictures[] | select(.caption == "cmma what cmma is") |
		(["stable", "volatile", "unused", "host page cache", "limit", "in swap", "MiB", "seconds"] - .texts)[] | "no \(.)"'
	expect picture-names 'if .unnamed > 0 then "\(.unnamed) without alt" else empty end'
}

hostile() {
	expect hostile 'if .hacked or .scripts != 1 then "it ran" else empty end,
		(.headings | map(startswith("<script>window.hacked = 1</script><img src=x onerror=")) | select(any | not) | "no heading"),
		if [.pictures[].texts[]] | map(startswith("<script>window.hac")) | any then empty else "no text in a picture" end'
	if [ -e "$dir/hacked" ]; then not_ok page-hostile-shell "it ran"; else ok page-hostile-shell; fi
	expect links '.foreign[], .broken[], .duplicates[]'
	expect contrast '.faint[]'
	if grep -q 'CONSOLE.*source: file:' "$dir/said"; then not_ok page-console "$(grep -m 1 'CONSOLE.*source: file:' "$dir/said")"; else ok page-console; fi
}

# Files that are not what a run writes are refused in one line.
broken() {
	local text said status number=0
	while read -r text; do
		number=$((number + 1))
		echo "$text" >"$dir/broken.json"
		said=$("$farm" report "$dir/broken.json" 2>&1)
		status=$?
		if [ $status = 1 ] && [[ $said == "cmma-farm: $dir/broken.json has no results of the farm: "* ]] &&
			[ "$(wc -l <<<"$said")" = 1 ] && [ ! -e "$dir/broken.html" ]; then
			ok "report-broken-$number"
		else
			not_ok "report-broken-$number" "exit $status of $text: $said"
		fi
	done <<-END
		{ "machine": {}, "modes": [ { "scenario": "web" } ] }
		{ "machine": {}, "modes": [ { "scenario": "web", "mode": 5 } ] }
		{ "machine": {}, "modes": [ { "scenario": null, "mode": "none" } ] }
		{ "machine": {}, "modes": [ { "scenario": "web", "mode": "none" }, 7 ] }
		{ "machine": {}, "modes": { "scenario": "web", "mode": "none" } }
		{ "machine": 2, "modes": [ { "scenario": "web", "mode": "none" } ] }
		{ "machine": {}, "modes": [ { "scenario": "web",
		null
	END
}

test_page() {
	make_pages || return
	browse
	layout 1280
	layout 800
	layout 400
	texts
	pictures
	hostile
	found=one
	expect one 'if .hacked then "it ran" else empty end, if .body | contains("Incomplete") then "incomplete" else empty end,
		if .headings != ["Modes", "launch", "Machine"] then "\(.headings)" else empty end'
}

broken
if ! command -v chromium >/dev/null; then
	skip page "needs chromium"
elif ! command -v gnuplot >/dev/null || ! command -v jq >/dev/null; then
	skip page "needs gnuplot and jq"
else
	test_page
fi
