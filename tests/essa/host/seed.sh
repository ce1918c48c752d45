# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154 # variables of machine.sh
# Under the random policy the seed alone decides which pages are dropped.

lost_with() { # SEED
	timeout 10 "${machine[@]}" "${lender[@]}" -global "$device.seed=$1" \
		-serial stdio -kernel "$out/random.elf" </dev/null 2>/dev/null | grep '^# lost'
}

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
