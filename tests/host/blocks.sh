# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by tests of what a document tells people to type.
# Copyright (C) 2026 The rover authors
# shellcheck shell=bash

# blocks FILE KIND: the lines of all code blocks "sh KIND"
blocks()
{
	awk -v fence="\`\`\`sh $2" '
		$0 == fence { inside = 1; next }
		/^```/ { inside = 0 }
		inside' "$1"
}

# no_other FILE KIND...: there is no block of shell that nobody runs
no_other()
{
	local file=$1 kind known=
	shift
	for kind; do
		[ -n "$(blocks "$file" "$kind")" ] || { echo "$file has no block $kind"; return 1; }
		known+="^\`\`\`sh $kind\$|"
	done
	! grep -E '^```sh' "$file" | grep -vE "${known%|}"
}
