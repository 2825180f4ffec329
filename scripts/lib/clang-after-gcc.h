/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Included by clang after the settings of a kernel that was configured with gcc, and
 * before its headers: what Kconfig would have told them about clang.
 *
 * Copyright (C) 2026 The rover authors
 */
/* Named address spaces, on PCs: Linux uses those of gcc alone. */
#undef CONFIG_CC_HAS_NAMED_AS
#undef CONFIG_USE_X86_SEG_SUPPORT

/* Function tracing, on PCs: the headers insist on it, though this module is without. */
#if defined(__x86_64__) && !defined(CC_USING_FENTRY)
#define CC_USING_FENTRY
#endif
