# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# An interruption leaves what is translated in the prefix area alone.

lender host 100
if start_machine returns; then
	translated=$(hmp info jit | sed -n 's/^TB count *\([0-9]*\).*/\1/p')
	# The program has some hundred pieces, and takes 100000 interruptions.
	if [ "${translated:-100000}" -lt 2000 ]; then
		ok "host/returns: translated once"
	else
		not_ok "host/returns: translated once" "$translated times"
	fi
else
	not_ok "host/returns: translated once" "the program does not come to its end"
fi
