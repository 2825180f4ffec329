// SPDX-License-Identifier: GPL-2.0
/*
 * trace: the bodies of the tracepoints
 *
 * Copyright (C) 2026 The rover authors
 */

#define CREATE_TRACE_POINTS
#include "trace.h"
