/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Measuring what something costs, in instructions: under --icount each is 1 ns.
 *
 * Figures go to the output, a line each, for scripts/bench:
 *
 *   @KEY COUNT LEAST MEDIAN 99% 99.9% GREATEST
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include <linux/types.h>

#include "measure.h"
#include "util.h"

/*
 * Waits until this machine does nothing else and random numbers cost nothing any
 * more (until then each call of the kernel mixes some), and keeps our memory.
 */
void bench_begin(void);

/* What two looks at the clock cost; measured once. */
double bench_clock_ns(void);

/* Tells figures of samples of @batch each, in thousandths of a nanosecond. */
void bench_tell(const char *key, struct samples *samples);

/* A peer's module, of those that scripts/peers builds in @folder, and its devices. */
void bench_module_in(const char *folder, const char *module);
void bench_module_out(const char *module);

/* bench_floor, of that folder, bound and open; and gone. */
int bench_floor_begin(const char *folder);
void bench_floor_end(int floor);

/*
 * Runs an expression @batch times between two looks at the clock, @count times
 * over, and tells what one costs. A first round, which fills the caches of the
 * kernel, is not counted. The clock of the emulated machine ticks each 16 ns:
 * what takes less than some hundred is to be done in batches.
 */
#define BENCH(key, count, batch, expression) do {			\
	const unsigned int rounds_ = (count), batch_ = (batch);		\
	struct samples samples_ = {};					\
	__s64 begin_ns_, span_ns_;					\
	unsigned int i_, j_;						\
									\
	for (i_ = 0; i_ <= rounds_; i_++) {				\
		begin_ns_ = now_ns();					\
		for (j_ = 0; j_ < batch_; j_++)				\
			(void)(expression);				\
		span_ns_ = now_ns() - begin_ns_;			\
		if (i_)							\
			samples_add(&samples_, bench_each(span_ns_, batch_)); \
	}								\
	bench_tell(key, &samples_);					\
} while (0)

/*
 * Four processes that never sleep, of ordinary priority; bench_begin() does not
 * end beside them.
 */
void bench_load(void);
void bench_unload(void);

/* How long so many instructions take, with all that interrupts them. */
__s64 bench_spin_ns(__s64 instructions);

/* Of so many that took that long together: one, in thousandths of a nanosecond. */
__s64 bench_each(__s64 span_ns, unsigned int batch);

#endif
