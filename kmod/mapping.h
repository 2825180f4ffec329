/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mapping: the last snapshot and a ring of samples, for readers without a call
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_MAPPING_H
#define ROVER_MAPPING_H

#include <linux/align.h>
#include <linux/mm.h>
#include <linux/rover.h>
#include <linux/spinlock.h>

struct rover;
struct rover_mapping_memory;

/* Where things lie. Five seconds of samples at the usual tick. */
#define ROVER_MAPPING_SNAPSHOT	ALIGN(sizeof(struct rover_mapping), 64)
#define ROVER_MAPPING_RING	ALIGN(ROVER_MAPPING_SNAPSHOT + sizeof(struct rover_snapshot), 128)
#define ROVER_MAPPING_SAMPLES	512
#define ROVER_MAPPING_SIZE	PAGE_ALIGN(ROVER_MAPPING_RING + \
					   ROVER_MAPPING_SAMPLES * sizeof(struct rover_sample))

/**
 * struct rover_mapping_area - the kernel's side of all mappings of a rover
 * @lock: raw; one writer at a time. Interrupts are off while the snapshot is odd,
 *	so that a reader who waits for it to become even waits for nothing else
 * @memory: counted apart from the rover, and from its files
 * @written_ns: time of the snapshot that is there
 */
struct rover_mapping_area {
	raw_spinlock_t lock;	/* see above */
	struct rover_mapping_memory *memory;
	u64 written_ns;
};

int rover_mapping_init(struct rover *rover);
void rover_mapping_free(struct rover *rover);
void rover_mapping_close(struct rover *rover);
int rover_mapping_mmap(struct rover *rover, struct vm_area_struct *vma);
void rover_mapping_write(struct rover *rover, const struct rover_snapshot *snapshot,
			 struct rover_sample *sample);

#endif /* ROVER_MAPPING_H */
