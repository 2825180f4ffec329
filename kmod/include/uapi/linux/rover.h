/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * rover: the binary interface of /dev/rover, whole
 *
 * Copyright (C) 2026 The rover authors
 *
 * The calls, with who may use them:
 *
 *   INFO      anyone    what this rover is: version, capabilities, limits, geometry
 *   SNAPSHOT  anyone    everything measured and commanded, true at one instant
 *   PING      anyone    one sonar measurement, waits for it (at most about 200 ms)
 *   STOP      anyone    stop now, coasting or braking; ends the motion
 *   TAKE      writer    become the driver; needs an fd open for writing
 *   DUTY      driver    both wheels, open loop; takes the lease if it is free
 *   FEED      driver    "still here": keeps a running motion alive
 *   RELEASE   driver    give the lease back; the rover stops
 *
 * The driver is one open file description, whoever holds it: it survives dup()
 * and fork(), and when the last copy closes, the rover stops. A driver that
 * sends neither a motion command nor FEED within its deadman time is stopped.
 *
 * Every structure may grow at its end. _IOC_SIZE carries the caller's size: a
 * shorter structure is taken as zero-filled, a longer one is E2BIG unless its
 * tail is zero; results fill what the caller has room for and zero the rest.
 * Reserved fields must be zero (EINVAL). The layout is the same for 32 and 64 bit.
 *
 * Times are nanoseconds of CLOCK_MONOTONIC unless named otherwise. Lengths are
 * micrometres, speeds micrometres per second. Forward is positive on both wheels.
 *
 * Errors, for all calls:
 *   EINVAL     malformed: reserved bits set, unknown mode or flag
 *   E2BIG      a longer structure than this kernel knows, with a non-zero tail
 *   ERANGE     a value beyond its limits; nothing moves
 *   EBUSY      somebody else drives (see rover_snapshot.lease_pid)
 *   EPERM      not open for writing, or more than this caller may ask for
 *   ECANCELED  FEED without a running motion; the lease was taken away by force
 *   ENODATA    the board lacks what was asked for
 *   ENODEV     the rover is gone
 *   ENOTTY     unknown call
 */
#ifndef _UAPI_LINUX_ROVER_H
#define _UAPI_LINUX_ROVER_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define ROVER_ABI_VERSION	1

/* Full drive, for duties: permille. */
#define ROVER_DUTY_MAX		1000

/*
 * The deadman time anyone may choose: 1..5000 ms. 0 (off) and more need
 * CAP_SYS_ADMIN.
 */
#define ROVER_DEADMAN_MAX_MS	5000

/**
 * enum rover_state - what the rover is doing
 * @ROVER_STATE_IDLE: nothing commanded since bind or resume
 * @ROVER_STATE_MOVING: a motion is running
 * @ROVER_STATE_HOLDING: standing still against force
 * @ROVER_STATE_STOPPED: a motion has ended, see enum rover_stop_reason
 * @ROVER_STATE_ESTOP: the emergency stop is latched
 */
enum rover_state {
	ROVER_STATE_IDLE = 0,
	ROVER_STATE_MOVING = 1,
	ROVER_STATE_HOLDING = 2,
	ROVER_STATE_STOPPED = 3,
	ROVER_STATE_ESTOP = 4,
};

/**
 * enum rover_stop_reason - why the last motion ended
 * @ROVER_REASON_NONE: none has ended since bind, or one is running
 * @ROVER_REASON_COMMAND: somebody commanded it
 * @ROVER_REASON_DEADMAN: no command within the deadman time
 * @ROVER_REASON_GUARD: something is too near
 * @ROVER_REASON_SONAR_LOST: a guard is set and the sonar is silent
 * @ROVER_REASON_STALL: driven, but the wheels did not turn
 * @ROVER_REASON_FAULT: the driver's own worker hung, or the bridge failed
 * @ROVER_REASON_RELEASED: the driver let go: RELEASE, or its file closed
 * @ROVER_REASON_SUSPEND: the system went to sleep
 * @ROVER_REASON_ESTOP: the emergency stop
 */
enum rover_stop_reason {
	ROVER_REASON_NONE = 0,
	ROVER_REASON_COMMAND = 1,
	ROVER_REASON_DEADMAN = 2,
	ROVER_REASON_GUARD = 3,
	ROVER_REASON_SONAR_LOST = 4,
	ROVER_REASON_STALL = 5,
	ROVER_REASON_FAULT = 6,
	ROVER_REASON_RELEASED = 7,
	ROVER_REASON_SUSPEND = 8,
	ROVER_REASON_ESTOP = 9,
};

/**
 * enum rover_range_status - what became of a sonar measurement
 * @ROVER_RANGE_NONE: none was made yet
 * @ROVER_RANGE_VALID: a distance
 * @ROVER_RANGE_NO_ECHO: the sensor works, nothing is within its range
 * @ROVER_RANGE_SILENT: the sensor gave no pulse at all: dead, or not connected
 * @ROVER_RANGE_INVALID: the echo line was high before the ping, stayed high, or
 *	gave a pulse no target can cause
 */
enum rover_range_status {
	ROVER_RANGE_NONE = 0,
	ROVER_RANGE_VALID = 1,
	ROVER_RANGE_NO_ECHO = 2,
	ROVER_RANGE_SILENT = 3,
	ROVER_RANGE_INVALID = 4,
};

/**
 * enum rover_stop_mode - how the bridges stop
 * @ROVER_STOP_COAST: both sides off, the rover rolls out
 * @ROVER_STOP_BRAKE: both motors shorted
 */
enum rover_stop_mode {
	ROVER_STOP_COAST = 0,
	ROVER_STOP_BRAKE = 1,
};

/* rover_info.capabilities */
#define ROVER_CAP_ENCODERS		0x1ULL	/* wheels are counted */
#define ROVER_CAP_INFERRED		0x2ULL	/* direction is that of the drive */
#define ROVER_CAP_SONAR			0x4ULL	/* PING works */
#define ROVER_CAP_HARD_STOP		0x8ULL	/* stops need no scheduler */
#define ROVER_CAP_HARDWARE_PWM		0x10ULL	/* a PWM provider drives */

/**
 * struct rover_info - what this rover is
 * @abi_version: ROVER_ABI_VERSION of the kernel
 * @index: N of /sys/class/rover/roverN
 * @capabilities: ROVER_CAP_*
 * @board: compatible string of the board, NUL-terminated
 * @duty_max_permille: largest duty, ROVER_DUTY_MAX
 * @deadman_default_ms: deadman time of a new lease, 0 = off
 * @deadman_max_ms: longest deadman time without CAP_SYS_ADMIN
 * @pwm_period_ns: period of the motor PWM
 * @pwm_min_pulse_ns: shortest pulse; shorter duties round to 0, longer to full
 * @dead_time_us: pause of a wheel that reverses
 * @wheel_circumference_um: path of a wheel per revolution
 * @track_width_um: distance between the left and the right wheels
 * @counts_per_revolution: encoder counts per wheel revolution, 0 without encoders
 * @range_min_um: shortest distance the sonar can tell
 * @range_max_um: longest
 * @ping_interval_us: shortest time between two pings
 */
struct rover_info {
	__u32 abi_version;
	__u32 index;
	__u64 capabilities;
	char board[64];
	__u32 duty_max_permille;
	__u32 deadman_default_ms;
	__u32 deadman_max_ms;
	__u32 pwm_period_ns;
	__u32 pwm_min_pulse_ns;
	__u32 dead_time_us;
	__u32 wheel_circumference_um;
	__u32 track_width_um;
	__u32 counts_per_revolution;
	__u32 range_min_um;
	__u32 range_max_um;
	__u32 ping_interval_us;
};

/**
 * struct rover_range - one sonar measurement
 * @time_ns: when it was true: the burst met the target; for measurements
 *	without a distance, when they ended; 0 if there was none
 * @echo_ns: length of the echo pulse, raw; 0 if there was none
 * @range_um: distance; only with ROVER_RANGE_VALID, else -1
 * @status: enum rover_range_status
 * @sequence: counts measurements, so that two equal ones can be told apart
 */
struct rover_range {
	__u64 time_ns;
	__u64 echo_ns;
	__s64 range_um;
	__u32 status;
	__u32 sequence;
};

/**
 * struct rover_wheel - one side
 * @count: encoder counts since bind, forward positive
 * @speed_um_s: measured speed
 * @edge_time_ns: last encoder edge, 0 if there was none
 * @duty_permille: duty applied now, -1000..1000
 * @illegal: transitions that skipped a state: two edges each, in a direction
 *	the lines did not show; @count went on as before
 * @merged: interrupts that found their line unchanged: at least two edges
 *	were lost, or a pulse too short to see; not in @count
 * @glitches: pulses shorter than the glitch filter, taken out of @count
 */
struct rover_wheel {
	__s64 count;
	__s64 speed_um_s;
	__u64 edge_time_ns;
	__s32 duty_permille;
	__u32 illegal;
	__u32 merged;
	__u32 glitches;
};

/* rover_snapshot.flags */
#define ROVER_SNAPSHOT_ENCODERS		0x1	/* counts and speeds are measured */
#define ROVER_SNAPSHOT_INFERRED		0x2	/* their sign is that of the drive */
#define ROVER_SNAPSHOT_LEASED		0x4	/* somebody drives */
#define ROVER_SNAPSHOT_LEASE_MINE	0x8	/* it is this file */
#define ROVER_SNAPSHOT_LEASE_ANONYMOUS	0x10	/* it is sysfs or netlink */
#define ROVER_SNAPSHOT_BRAKING		0x20	/* at rest: motors shorted, not off */

/**
 * struct rover_snapshot - everything, true at one instant
 * @time_ns: the instant
 * @realtime_ns: the same instant of CLOCK_REALTIME
 * @state: enum rover_state
 * @stop_reason: enum rover_stop_reason
 * @stop_time_ns: when the last motion ended, 0 if none has
 * @flags: ROVER_SNAPSHOT_*
 * @lease_pid: process that took the lease, as the caller's pid namespace
 *	numbers it; 0 if there is none, it is anonymous or out of sight
 * @deadman_ms: deadman time in force, 0 = off
 * @reserved: zero
 * @left: left side
 * @right: right side
 * @range: last sonar measurement
 */
struct rover_snapshot {
	__u64 time_ns;
	__u64 realtime_ns;
	__u32 state;
	__u32 stop_reason;
	__u64 stop_time_ns;
	__u32 flags;
	__s32 lease_pid;
	__u32 deadman_ms;
	__u32 reserved;
	struct rover_wheel left;
	struct rover_wheel right;
	struct rover_range range;
};

/* rover_take.flags */
#define ROVER_TAKE_FORCE	0x1	/* stop and displace another driver */
#define ROVER_TAKE_DEADMAN	0x2	/* deadman_ms is given */

/**
 * struct rover_take - become the driver
 * @flags: ROVER_TAKE_*; FORCE needs the other driver's user or CAP_SYS_ADMIN
 * @deadman_ms: with ROVER_TAKE_DEADMAN, 1..ROVER_DEADMAN_MAX_MS; 0 (off) and
 *	more need CAP_SYS_ADMIN
 *
 * Taking again what one has changes the deadman time and moves nothing.
 */
struct rover_take {
	__u32 flags;
	__u32 deadman_ms;
};

/**
 * struct rover_duty - drive both wheels, open loop, at one instant
 * @left_permille: -1000..1000, else ERANGE; returns what is applied
 * @right_permille: likewise
 * @flags: zero
 * @reserved: zero
 *
 * A duty of 0 lets that wheel coast; 0 on both is a STOP that coasts.
 * Takes the lease if nobody has it.
 */
struct rover_duty {
	__s32 left_permille;
	__s32 right_permille;
	__u32 flags;
	__u32 reserved;
};

/**
 * struct rover_stop - stop
 * @mode: enum rover_stop_mode
 * @reserved: zero
 *
 * Anyone may stop. The lease stays with its holder, but the anonymous one's ends.
 */
struct rover_stop {
	__u32 mode;
	__u32 reserved;
};

#define ROVER_IOC_MAGIC		0xE2

#define ROVER_IOC_INFO		_IOR(ROVER_IOC_MAGIC, 0x00, struct rover_info)
#define ROVER_IOC_SNAPSHOT	_IOR(ROVER_IOC_MAGIC, 0x01, struct rover_snapshot)
#define ROVER_IOC_PING		_IOR(ROVER_IOC_MAGIC, 0x02, struct rover_range)
#define ROVER_IOC_TAKE		_IOW(ROVER_IOC_MAGIC, 0x10, struct rover_take)
#define ROVER_IOC_RELEASE	_IO(ROVER_IOC_MAGIC, 0x11)
#define ROVER_IOC_FEED		_IO(ROVER_IOC_MAGIC, 0x12)
#define ROVER_IOC_STOP		_IOW(ROVER_IOC_MAGIC, 0x13, struct rover_stop)
#define ROVER_IOC_DUTY		_IOWR(ROVER_IOC_MAGIC, 0x14, struct rover_duty)

#endif /* _UAPI_LINUX_ROVER_H */
