/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel calls its own, for userspace in the kernel's style
 *
 * Copyright (C) 2026 The rover authors
 */
#ifndef ROVER_MACROS_H
#define ROVER_MACROS_H

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

#define __printf(text, first)	__attribute__((format(printf, text, first)))
#define __used			__attribute__((used))
#define __section(name)		__attribute__((section(name)))

#endif
