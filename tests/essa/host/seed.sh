# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154 # variables of machine.sh
# Under the random policy the seed alone decides which pages are dropped, and
# discard-percent how many.

run_random() { # SEED PERCENT
	timeout 20 "${machine[@]}" "${lender[@]}" -global "$device.seed=$1" \
		-global "$device.discard-percent=$2" \
		-serial stdio -kernel "$out/random.elf" </dev/null 2>/dev/null | tr -d '\r'
}
lost_with() { run_random "$1" 50 | grep '^# lost'; }

lender random 100
build random
first=$(lost_with 1)
again=$(lost_with 1)
other=$(lost_with 2)
if [ -n "$first" ] && [ "$first" = "$again" ]; then
	ok "host/seed: the same seed drops the same pages"
else
	not_ok "host/seed: the same seed drops the same pages" "$first and $again"
fi
if [ -n "$other" ] && [ "$first" != "$other" ]; then
	ok "host/seed: another seed drops others"
else
	not_ok "host/seed: another seed drops others" "$first and $other"
fi

few=$(run_random 1 10 | sed -n 's/^# dropped //p')
many=$(run_random 1 90 | sed -n 's/^# dropped //p')
if [ "${few:-0}" -gt 5 ] && [ "$few" -lt 60 ] && [ "${many:-0}" -gt 196 ] && [ "$many" -lt 251 ]; then
	ok "host/seed: as many as discard-percent says"
else
	not_ok "host/seed: as many as discard-percent says" "10% are $few and 90% are $many of 256"
fi
