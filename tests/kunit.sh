#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The KUnit suites of the driver's pure functions: loads rover_kunit.ko and
# prints what it said in the kernel log, each case a test of its own.
# Copyright (C) 2026 The rover authors

marker="kunit.sh: $$"
echo "$marker" >/dev/kmsg
echo "TAP version 13"
modprobe rover_kunit || exit

# the suite's name is in a comment, its cases are indented under it
dmesg | awk -v marker="$marker" '
	{ sub(/^(<[0-9]+>)?\[[^]]*\] /, "") }
	index($0, marker) { seen = 1; next }
	!seen { next }
	/^    # Subtest: / { suite = $3 }
	/^    (not )?ok [0-9]+ / {
		failed = $1 == "not"
		sub(/^    (not )?ok [0-9]+ /, "")
		print (failed ? "not " : "") "ok " ++cases " " suite "." $0
		next
	}
	/^    # [a-z_0-9]+: (EXPECTATION|ASSERTION) FAILED/ { telling = 6 }
	telling-- > 0 { print "# " $0 }
	/^ok [0-9]+ / { suites++ }
	END { print "1.." cases; exit !cases }'
