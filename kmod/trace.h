/* SPDX-License-Identifier: GPL-2.0 */
/*
 * trace: tracepoints: commands, ticks, edges, pings, stops
 *
 * Each costs next to nothing while nobody traces it.
 *
 * Copyright (C) 2026 The rover authors
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM rover

#if !defined(ROVER_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define ROVER_TRACE_H

#include <linux/rover.h>
#include <linux/tracepoint.h>

#define rover_trace_motion(motion)				\
	__print_symbolic(motion,				\
			 { ROVER_MOTION_NONE, "stop" },		\
			 { ROVER_MOTION_DUTY, "duty" },		\
			 { ROVER_MOTION_SPEED, "speed" },	\
			 { ROVER_MOTION_MOVE, "move" },		\
			 { ROVER_MOTION_TURN, "turn" },		\
			 { ROVER_MOTION_HOLD, "hold" })

#define rover_trace_reason(reason)				\
	__print_symbolic(reason,				\
			 { ROVER_REASON_NONE, "none" },		\
			 { ROVER_REASON_COMMAND, "command" },	\
			 { ROVER_REASON_DEADMAN, "deadman" },	\
			 { ROVER_REASON_GUARD, "guard" },	\
			 { ROVER_REASON_SONAR_LOST, "sonar-lost" },	\
			 { ROVER_REASON_STALL, "stall" },	\
			 { ROVER_REASON_FAULT, "fault" },	\
			 { ROVER_REASON_RELEASED, "released" },	\
			 { ROVER_REASON_SUSPEND, "suspend" },	\
			 { ROVER_REASON_ESTOP, "estop" })

#define rover_trace_mode(mode)					\
	__print_symbolic(mode,					\
			 { ROVER_STOP_COAST, "coast" },		\
			 { ROVER_STOP_BRAKE, "brake" },		\
			 { ROVER_STOP_HOLD, "hold" })

#define rover_trace_status(status)				\
	__print_symbolic(status,				\
			 { ROVER_RANGE_NONE, "none" },		\
			 { ROVER_RANGE_VALID, "valid" },	\
			 { ROVER_RANGE_NO_ECHO, "no-echo" },	\
			 { ROVER_RANGE_SILENT, "silent" },	\
			 { ROVER_RANGE_INVALID, "invalid" })

/*
 * A command has passed the gate, or was refused. Left and right in the unit of
 * the motion (permille, um/s); move and turn: the way, and 0.
 */
TRACE_EVENT(rover_command,
	    TP_PROTO(unsigned int rover, enum rover_motion motion, s64 left, s64 right, int error),
	    TP_ARGS(rover, motion, left, right, error),
	    TP_STRUCT__entry(__field(unsigned int, rover)
			     __field(unsigned int, motion)
			     __field(s64, left)
			     __field(s64, right)
			     __field(int, error)
	    ),
	    TP_fast_assign(__entry->rover = rover;
			   __entry->motion = motion;
			   __entry->left = left;
			   __entry->right = right;
			   __entry->error = error;
	    ),
	    TP_printk("rover%u %s left=%lld right=%lld error=%d", __entry->rover,
		      rover_trace_motion(__entry->motion), __entry->left, __entry->right,
		      __entry->error)
);

/* The worker has done a control tick: how late it began, how long it took. */
TRACE_EVENT(rover_tick,
	    TP_PROTO(unsigned int rover, s64 late_ns, s64 took_ns),
	    TP_ARGS(rover, late_ns, took_ns),
	    TP_STRUCT__entry(__field(unsigned int, rover)
			     __field(s64, late_ns)
			     __field(s64, took_ns)
	    ),
	    TP_fast_assign(__entry->rover = rover;
			   __entry->late_ns = late_ns;
			   __entry->took_ns = took_ns;
	    ),
	    TP_printk("rover%u late_ns=%lld took_ns=%lld", __entry->rover, __entry->late_ns,
		      __entry->took_ns)
);

/* A wheel encoder's edge; side as in enum rover_side. */
TRACE_EVENT(rover_edge,
	    TP_PROTO(unsigned int rover, unsigned int side, s64 count, ktime_t time),
	    TP_ARGS(rover, side, count, time),
	    TP_STRUCT__entry(__field(unsigned int, rover)
			     __field(unsigned int, side)
			     __field(s64, count)
			     __field(s64, time_ns)
	    ),
	    TP_fast_assign(__entry->rover = rover;
			   __entry->side = side;
			   __entry->count = count;
			   __entry->time_ns = ktime_to_ns(time);
	    ),
	    TP_printk("rover%u %s count=%lld time_ns=%lld", __entry->rover,
		      __print_symbolic(__entry->side, { 0, "left" }, { 1, "right" }),
		      __entry->count, __entry->time_ns)
);

/* A sonar measurement has ended. */
TRACE_EVENT(rover_ping,
	    TP_PROTO(unsigned int rover, unsigned int sensor, u32 status, u64 echo_ns),
	    TP_ARGS(rover, sensor, status, echo_ns),
	    TP_STRUCT__entry(__field(unsigned int, rover)
			     __field(unsigned int, sensor)
			     __field(u32, status)
			     __field(u64, echo_ns)
	    ),
	    TP_fast_assign(__entry->rover = rover;
			   __entry->sensor = sensor;
			   __entry->status = status;
			   __entry->echo_ns = echo_ns;
	    ),
	    TP_printk("rover%u sensor=%u %s echo_ns=%llu", __entry->rover, __entry->sensor,
		      rover_trace_status(__entry->status), __entry->echo_ns)
);

/* The bridges are off; latency as in struct rover_event_stop. */
TRACE_EVENT(rover_stop,
	    TP_PROTO(unsigned int rover, enum rover_stop_reason reason, enum rover_stop_mode mode,
		     u32 latency_ns),
	    TP_ARGS(rover, reason, mode, latency_ns),
	    TP_STRUCT__entry(__field(unsigned int, rover)
			     __field(unsigned int, reason)
			     __field(unsigned int, mode)
			     __field(u32, latency_ns)
	    ),
	    TP_fast_assign(__entry->rover = rover;
			   __entry->reason = reason;
			   __entry->mode = mode;
			   __entry->latency_ns = latency_ns;
	    ),
	    TP_printk("rover%u %s %s latency_ns=%u", __entry->rover,
		      rover_trace_reason(__entry->reason), rover_trace_mode(__entry->mode),
		      __entry->latency_ns)
);

#endif /* ROVER_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
