/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * rover: the binary interface of /dev/rover, whole
 *
 * Copyright (C) 2026 The rover authors
 *
 * The calls, with who may use them:
 *
 *   INFO       anyone    what this rover is: version, capabilities, limits, geometry
 *   SNAPSHOT   anyone    everything measured and commanded, true at one instant
 *   PING       anyone    one sonar measurement, waits for it (at most about 200 ms)
 *   RANGE      anyone    the last measurements of one of several sonars, or a new one
 *   SETTINGS   anyone    what can be set at run time, as it is
 *   SUBSCRIBE  anyone    which events this file's read() gives, and how many it keeps
 *   REPORT     anyone    samples among them, once or at an interval
 *   STOP       anyone    stop now, coasting or braking; ends the motion. Holding
 *                        the place instead is the driver's
 *   ESTOP      anyone    stop, and refuse to move until CLEAR
 *   TAKE       writer    become the driver; needs an fd open for writing
 *   CLEAR      writer    end the emergency stop; starts nothing
 *   CONFIGURE  writer    change settings; loosening what protects the rover while
 *                        somebody drives is the driver's
 *   LOOK       writer    turn the head; not while somebody else drives
 *   POSE       driver    say where the rover is; nobody else may drive
 *   DUTY       driver    both wheels, open loop; takes the lease if it is free
 *   SPEED      driver    both wheels, closed loop; likewise
 *   TWIST      driver    forward speed and turning rate; likewise
 *   MOVE       driver    a way straight on, and stop; likewise
 *   TURN       driver    an angle on the spot, and stop; likewise
 *   FEED       driver    "still here": keeps a running motion alive
 *   RELEASE    driver    give the lease back; the rover stops
 *
 * read() gives whole struct rover_event records; write() takes whole commands,
 * each a struct rover_record followed by the structure of its call; poll() tells
 * of both. mmap() of rover_info.mapping_size bytes, read-only, at offset 0, gives
 * struct rover_mapping: the last snapshot and a ring of samples, without a call.
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
 * micrometres, speeds micrometres per second, angles microradians. Forward is
 * positive on both wheels. Frames are those of REP-103: x ahead, y to the left,
 * angles counter-clockwise positive; pan is positive to the left, tilt upward.
 *
 * Errors, for all calls:
 *   EFAULT     the structure cannot be read, or not be written: nothing is carried out
 *   EINVAL     malformed: reserved bits set, unknown mode or flag
 *   E2BIG      a longer structure than this kernel knows, with a non-zero tail
 *   ERANGE     a value beyond its limits; nothing moves
 *   EBUSY      somebody else drives (see rover_snapshot.lease_pid)
 *   EPERM      not open for writing, or more than this caller may ask for
 *   ECANCELED  FEED without a running motion; the lease was taken away by force;
 *              a guard refuses to move that way
 *   ESHUTDOWN  the emergency stop is latched
 *   EIO        a bridge tells of a fault, so it does not move
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
 *
 * Bridges that cannot do one of them do the other for it: see ROVER_CAP_COAST,
 * ROVER_CAP_BRAKE, and ROVER_SNAPSHOT_BRAKING for what they do.
 * @ROVER_STOP_HOLD: back to this place against force, as long as the driver has
 *	the lease and feeds it; then it brakes. A rover that moves brakes first, and
 *	keeps the place where it comes to stand. Encoders that cannot tell the
 *	direction (ROVER_CAP_INFERRED) only brake while they hold
 */
enum rover_stop_mode {
	ROVER_STOP_COAST = 0,
	ROVER_STOP_BRAKE = 1,
	ROVER_STOP_HOLD = 2,
};

/**
 * enum rover_motion - what kind of motion is running, or was the last
 * @ROVER_MOTION_NONE: none yet
 * @ROVER_MOTION_DUTY: DUTY, open loop
 * @ROVER_MOTION_SPEED: SPEED or TWIST, closed loop
 * @ROVER_MOTION_MOVE: MOVE
 * @ROVER_MOTION_TURN: TURN
 * @ROVER_MOTION_HOLD: STOP with ROVER_STOP_HOLD
 */
enum rover_motion {
	ROVER_MOTION_NONE = 0,
	ROVER_MOTION_DUTY = 1,
	ROVER_MOTION_SPEED = 2,
	ROVER_MOTION_MOVE = 3,
	ROVER_MOTION_TURN = 4,
	ROVER_MOTION_HOLD = 5,
};

/* Obstacle and line sensors, a bit each */
#define ROVER_SENSOR_OBSTACLE_LEFT	0x1
#define ROVER_SENSOR_OBSTACLE_RIGHT	0x2
#define ROVER_SENSOR_LINE_LEFT		0x4
#define ROVER_SENSOR_LINE_RIGHT		0x8

/* What can guard forward motion: rover_info.guards */
#define ROVER_GUARD_SONAR		0x1
#define ROVER_GUARD_OBSTACLE		0x2

/* Distances the sonar guard may be set to, um; 0 is off */
#define ROVER_GUARD_MIN_UM		30000
#define ROVER_GUARD_MAX_UM		4000000

/* Sonars a rover can have */
#define ROVER_SONARS_MAX		4

/* rover_info.capabilities */
#define ROVER_CAP_ENCODERS		0x1ULL	/* wheels are counted */
#define ROVER_CAP_INFERRED		0x2ULL	/* direction is that of the drive */
#define ROVER_CAP_SONAR			0x4ULL	/* PING works */
#define ROVER_CAP_HARD_STOP		0x8ULL	/* stops need no scheduler */
#define ROVER_CAP_HARDWARE_PWM		0x10ULL	/* a PWM provider drives */
#define ROVER_CAP_PAN			0x20ULL	/* the head turns sideways */
#define ROVER_CAP_TILT			0x40ULL	/* and up and down */
#define ROVER_CAP_BRIDGE_FAULT		0x80ULL	/* the bridges tell of faults */
#define ROVER_CAP_COAST			0x100ULL	/* they can let the motors run out */
#define ROVER_CAP_BRAKE			0x200ULL	/* they can short them */

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
 * @guards: ROVER_GUARD_*: what can guard this rover
 * @sensors: ROVER_SENSOR_*: which it has
 * @sonars: number of sonars, 0..ROVER_SONARS_MAX
 * @speed_max_um_s: fastest wheel speed that may be asked for
 * @pan_min_urad: stops of the head; both 0 without a servo
 * @pan_max_urad: likewise
 * @tilt_min_urad: likewise
 * @tilt_max_urad: likewise
 * @event_size: size of an event record, 64
 * @queue_default: event records that a file keeps, unless SUBSCRIBE says more
 * @queue_max: most it can keep
 * @mapping_size: what to pass to mmap()
 * @mapping_snapshot_offset: where struct rover_snapshot lies in it
 * @mapping_ring_offset: where the ring of struct rover_sample begins
 * @mapping_ring_length: samples in it, a power of two
 * @mapping_sample_size: distance from one to the next
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
	__u32 guards;
	__u32 sensors;
	__u32 sonars;
	__u32 speed_max_um_s;
	__s32 pan_min_urad;
	__s32 pan_max_urad;
	__s32 tilt_min_urad;
	__s32 tilt_max_urad;
	__u32 event_size;
	__u32 queue_default;
	__u32 queue_max;
	__u32 mapping_size;
	__u32 mapping_snapshot_offset;
	__u32 mapping_ring_offset;
	__u32 mapping_ring_length;
	__u32 mapping_sample_size;
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
#define ROVER_SNAPSHOT_WAITING		0x40	/* motors off until a guard's first ping */
#define ROVER_SNAPSHOT_SATURATED	0x80	/* closed loop at full drive: slower than asked */
#define ROVER_SNAPSHOT_OBSTACLE_GUARD	0x100	/* the obstacle sensors guard */

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
 * @range: last sonar measurement, raw, of the first sonar
 * @x_um: place, since bind or POSE
 * @y_um: likewise
 * @heading_urad: heading, not wrapped
 * @distance_um: way gone by the middle of the axle, both directions add up
 * @left_target_um_s: closed loop: what the left wheel is to do now, ramps included
 * @right_target_um_s: likewise
 * @remaining: MOVE: um left to go; TURN: urad; signed as commanded, 0 when done
 * @motion: enum rover_motion: what is running, or was the last
 * @motion_id: counts motions; rover_event_done tells it
 * @range_filtered_um: median of the last measurements of the first sonar, -1 if none
 * @sensors: ROVER_SENSOR_*: active ones, after polarity and debounce
 * @guard_um: sonar guard, 0 = off
 * @pan_urad: where the head is told to be now, slew limit included
 * @tilt_urad: likewise
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
	__s64 x_um;
	__s64 y_um;
	__s64 heading_urad;
	__s64 distance_um;
	__s64 left_target_um_s;
	__s64 right_target_um_s;
	__s64 remaining;
	__u32 motion;
	__u32 motion_id;
	__s64 range_filtered_um;
	__u32 sensors;
	__u32 guard_um;
	__s32 pan_urad;
	__s32 tilt_urad;
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
 * @duration_ms: stop after that; 0 = go on until something else stops it
 * @end: with @duration_ms, enum rover_stop_mode: how it stops then; else zero
 *
 * A duty of 0 lets that wheel coast; 0 on both is a STOP that coasts.
 * Takes the lease if nobody has it. The deadman time is not put off by a
 * duration.
 */
struct rover_duty {
	__s32 left_permille;
	__s32 right_permille;
	__u32 flags;
	__u32 reserved;
	__u32 duration_ms;
	__u32 end;
};

/**
 * struct rover_speed - drive both wheels, closed loop
 * @left_um_s: wheel speed, at most rover_info.speed_max_um_s either way, else
 *	ERANGE; the wheels get there at the acceleration that is set
 * @right_um_s: likewise
 * @duration_ms: as in struct rover_duty; it counts from the command
 * @end: likewise
 * @flags: zero
 * @reserved: zero
 *
 * 0 on both wheels ramps down to a stand and goes on regulating: it is no stop.
 * ENODATA without encoders.
 */
struct rover_speed {
	__s64 left_um_s;
	__s64 right_um_s;
	__u32 duration_ms;
	__u32 end;
	__u32 flags;
	__u32 reserved;
};

/**
 * struct rover_twist - drive along a curve, closed loop
 * @speed_um_s: of the middle of the axle; returns what is applied
 * @rate_urad_s: of the heading; likewise
 * @duration_ms: as in struct rover_duty
 * @end: likewise
 * @flags: zero
 * @reserved: zero
 *
 * Where a wheel would have to be faster than rover_info.speed_max_um_s, both are
 * slowed down alike, so that the curve stays. ERANGE only beyond 100 m/s or
 * 1000 rad/s.
 */
struct rover_twist {
	__s64 speed_um_s;
	__s64 rate_urad_s;
	__u32 duration_ms;
	__u32 end;
	__u32 flags;
	__u32 reserved;
};

/* rover_path.flags */
#define ROVER_PATH_FRESH	0x1	/* begin at the place where the rover is */

/**
 * struct rover_path - MOVE straight on or TURN on the spot, and stop
 * @way: MOVE: um, forward positive, at most 1 km; TURN: urad, left positive, at
 *	most 1000 rad; else ERANGE
 * @speed: MOVE: fastest speed in um/s; TURN: fastest rate in urad/s; 0 takes the
 *	one that is set as limit; faster is taken as that
 * @end: enum rover_stop_mode: how it stands at the end
 * @flags: ROVER_PATH_*
 * @motion_id: returns what rover_event_done will tell
 *
 * When the last motion was a MOVE or TURN that came to its end, this one begins
 * at the place where that one was to end, not where the rover has come to stand,
 * so that errors do not add up; else, or after POSE, or if it was moved away by
 * more than 50 mm of a wheel, at the place where the rover is. The end is an event
 * (ROVER_EVENT_DONE), whether it was reached or not. ENODATA without encoders.
 */
struct rover_path {
	__s64 way;
	__s64 speed;
	__u32 end;
	__u32 flags;
	__u32 motion_id;
	__u32 reserved;
};

/* rover_look.flags */
#define ROVER_LOOK_PAN		0x1	/* pan_urad is given */
#define ROVER_LOOK_TILT		0x2	/* tilt_urad is given */

/**
 * struct rover_look - turn the head
 * @pan_urad: between its stops (rover_info), else ERANGE and nothing moves
 * @tilt_urad: likewise
 * @flags: ROVER_LOOK_*; at least one
 * @reserved: zero
 *
 * No command to drive: it takes no lease and keeps no motion alive. EBUSY while
 * somebody else drives, ENODATA for an axis that the board lacks. The head turns
 * at most at rover_settings.servo_rate_urad_s; after bind it is not known where
 * it looks, and it obeys as fast as it can. When it has arrived for
 * rover_settings.servo_idle_ms it is let go: it gets no more pulses. Both are
 * events (ROVER_EVENT_SERVO). An emergency stop freezes the head where it is, and
 * it is let go in its time; suspend and unbind let it go at once.
 */
struct rover_look {
	__s32 pan_urad;
	__s32 tilt_urad;
	__u32 flags;
	__u32 reserved;
};

/**
 * struct rover_pose - say where the rover is
 * @x_um: +-1000 km, else ERANGE
 * @y_um: likewise
 * @heading_urad: +-1000000 rad, else ERANGE
 * @flags: zero
 * @reserved: zero
 *
 * The way gone (rover_snapshot.distance_um) begins anew. EBUSY while somebody
 * else drives.
 */
struct rover_pose {
	__s64 x_um;
	__s64 y_um;
	__s64 heading_urad;
	__u32 flags;
	__u32 reserved;
};

/* rover_settings.fields */
#define ROVER_SET_DEADMAN		0x1ULL
#define ROVER_SET_GUARD			0x2ULL
#define ROVER_SET_OBSTACLE_GUARD	0x4ULL
#define ROVER_SET_STALL			0x8ULL
#define ROVER_SET_TICK			0x10ULL
#define ROVER_SET_SPEED_MAX		0x20ULL
#define ROVER_SET_RATE_MAX		0x40ULL
#define ROVER_SET_ACCELERATION		0x80ULL
#define ROVER_SET_DECELERATION		0x100ULL
#define ROVER_SET_FEED_FORWARD		0x200ULL
#define ROVER_SET_DEAD_ZONE		0x400ULL
#define ROVER_SET_PROPORTIONAL		0x800ULL
#define ROVER_SET_INTEGRAL		0x1000ULL
#define ROVER_SET_SONAR_INTERVAL	0x2000ULL
#define ROVER_SET_SONAR_MEDIAN		0x4000ULL
#define ROVER_SET_TEMPERATURE		0x8000ULL
#define ROVER_SET_SERVO_RATE		0x10000ULL
#define ROVER_SET_SERVO_IDLE		0x20000ULL
#define ROVER_SET_DEBOUNCE		0x40000ULL

/**
 * struct rover_settings - what can be set at run time
 * @fields: ROVER_SET_*; SETTINGS: those that this board has; CONFIGURE: those to
 *	change, the others are not looked at
 * @deadman_ms: default of new leases and of the anonymous holder, 0 = off; as
 *	the sysfs attribute: more than ROVER_DEADMAN_MAX_MS, or off, needs CAP_SYS_ADMIN
 * @guard_um: 0 = off, or ROVER_GUARD_MIN_UM..ROVER_GUARD_MAX_UM
 * @obstacle_guard: 0 or 1
 * @stall_ms: driven for so long without an edge, and for the way of four edges, is a
 *	stall; 0 = off, 100..10000
 * @tick_us: control tick, 2000..50000
 * @speed_max_um_s: of a wheel in closed loop, 10000..10000000
 * @rate_max_urad_s: of the heading in TURN, 100000..100000000
 * @acceleration_um_s2: of a wheel, 10000..100000000
 * @deceleration_um_s2: likewise
 * @feed_forward: permille of full drive per m/s, 0..100000
 * @dead_zone_permille: drive below which a wheel does not turn, 0..900
 * @proportional: gain, permille of full drive per m/s of error, 0..100000
 * @integral: gain, permille of full drive per m of error, 0..1000000
 * @sonar_interval_us: from ping to ping while they run, 60000..10000000
 * @sonar_median: measurements in the filtered range: 1, 3, 5, 7 or 9
 * @air_temperature_mc: millidegrees Celsius, -40000..85000
 * @servo_rate_urad_s: fastest turn of the head, 100000..100000000; 0 = no limit
 * @servo_idle_ms: a servo that has arrived is let go after that; 0 = never, at
 *	most 3600000
 * @debounce_us: obstacle and line sensors: shorter changes are not told, 0..100000
 * @reserved: zero
 *
 * CONFIGURE changes all of the fields it is given, or none: ERANGE beyond the
 * limits above, EINVAL for unknown fields, ENODATA for those this board lacks,
 * EBUSY to loosen what protects the rover (deadman, guards, stall) while
 * somebody else drives.
 */
struct rover_settings {
	__u64 fields;
	__u32 deadman_ms;
	__u32 guard_um;
	__u32 obstacle_guard;
	__u32 stall_ms;
	__u32 tick_us;
	__u32 speed_max_um_s;
	__u32 rate_max_urad_s;
	__u32 acceleration_um_s2;
	__u32 deceleration_um_s2;
	__u32 feed_forward;
	__u32 dead_zone_permille;
	__u32 proportional;
	__u32 integral;
	__u32 sonar_interval_us;
	__u32 sonar_median;
	__s32 air_temperature_mc;
	__u32 servo_rate_urad_s;
	__u32 servo_idle_ms;
	__u32 debounce_us;
	__u32 reserved;
};

/* rover_sonar_range.flags */
#define ROVER_SONAR_MEASURE	0x1	/* wait for a measurement, unless one is fresh */

/**
 * struct rover_sonar_range - one of several sonars
 * @sensor: 0..rover_info.sonars - 1, else ENODATA
 * @flags: ROVER_SONAR_*
 * @max_age_ms: with ROVER_SONAR_MEASURE, a measurement that young will do
 * @filter_length: returns how many measurements @filtered_um is made of
 * @raw: returns the last measurement
 * @filtered_um: returns the median of the last ones, -1 if none was valid
 */
struct rover_sonar_range {
	__u32 sensor;
	__u32 flags;
	__u32 max_age_ms;
	__u32 filter_length;
	struct rover_range raw;
	__s64 filtered_um;
};

/**
 * struct rover_stop - stop
 * @mode: enum rover_stop_mode
 * @reserved: zero
 *
 * Anyone may stop. The lease stays with its holder, but the anonymous one's ends.
 * ROVER_STOP_HOLD is a motion: it needs the lease, or takes it. ENODATA without
 * encoders.
 */
struct rover_stop {
	__u32 mode;
	__u32 reserved;
};

/**
 * enum rover_event_type - what a record of read() tells
 * @ROVER_EVENT_LOST: records that this file's queue had no room for
 * @ROVER_EVENT_STATE: what the rover is doing has changed
 * @ROVER_EVENT_STOP: a stop, with its reason; repeated stops too
 * @ROVER_EVENT_DONE: a MOVE, a TURN or a motion with a duration has ended
 * @ROVER_EVENT_LEASE: another driver, or none
 * @ROVER_EVENT_RANGE: a sonar measurement
 * @ROVER_EVENT_SENSOR: an obstacle or line sensor has changed
 * @ROVER_EVENT_SERVO: the head has arrived, or was let go
 * @ROVER_EVENT_SETTING: a setting was changed
 * @ROVER_EVENT_SAMPLE: asked for by REPORT
 */
enum rover_event_type {
	ROVER_EVENT_LOST = 0,
	ROVER_EVENT_STATE = 1,
	ROVER_EVENT_STOP = 2,
	ROVER_EVENT_DONE = 3,
	ROVER_EVENT_LEASE = 4,
	ROVER_EVENT_RANGE = 5,
	ROVER_EVENT_SENSOR = 6,
	ROVER_EVENT_SERVO = 7,
	ROVER_EVENT_SETTING = 8,
	ROVER_EVENT_SAMPLE = 9,
};

/**
 * struct rover_event_lost - payload of ROVER_EVENT_LOST
 * @count: records of this file that were lost, one after the other
 * @from_sequence: sequence of the first of them
 */
struct rover_event_lost {
	__u64 count;
	__u32 from_sequence;
	__u32 reserved;
};

/**
 * struct rover_event_state - payload of ROVER_EVENT_STATE
 * @state: enum rover_state
 * @before: the one before
 * @motion: enum rover_motion
 * @motion_id: of the motion
 */
struct rover_event_state {
	__u32 state;
	__u32 before;
	__u32 motion;
	__u32 motion_id;
};

/**
 * struct rover_event_stop - payload of ROVER_EVENT_STOP
 * @reason: enum rover_stop_reason
 * @mode: enum rover_stop_mode
 * @motion_id: what was stopped
 * @latency_ns: from the cause (edge, tick, call) to the bridges being off; 0 if a
 *	PWM provider follows later
 * @range_um: with ROVER_REASON_GUARD by the sonar, what it measured; else -1
 * @sensors: with ROVER_REASON_GUARD by obstacle sensors, which; else 0
 */
struct rover_event_stop {
	__u32 reason;
	__u32 mode;
	__u32 motion_id;
	__u32 latency_ns;
	__s64 range_um;
	__u32 sensors;
	__u32 reserved;
};

/**
 * struct rover_event_done - payload of ROVER_EVENT_DONE
 * @motion: enum rover_motion
 * @motion_id: which
 * @reason: enum rover_stop_reason: ROVER_REASON_COMMAND with @complete, or why
 *	it was cut short
 * @complete: 1: it came to its end; 0: it was cut short
 * @remaining: as in struct rover_snapshot
 */
struct rover_event_done {
	__u32 motion;
	__u32 motion_id;
	__u32 reason;
	__u32 complete;
	__s64 remaining;
};

/* rover_event_lease.flags */
#define ROVER_LEASE_TAKEN	0x1	/* by @pid, or the anonymous holder */
#define ROVER_LEASE_FORCED	0x2	/* from another driver */
#define ROVER_LEASE_ANONYMOUS	0x4	/* sysfs or netlink */
#define ROVER_LEASE_MINE	0x8	/* it is this file's */

/**
 * struct rover_event_lease - payload of ROVER_EVENT_LEASE
 * @flags: ROVER_LEASE_*; 0: nobody drives any more
 * @pid: process that took it, as the initial pid namespace numbers it
 * @deadman_ms: its deadman time
 */
struct rover_event_lease {
	__u32 flags;
	__s32 pid;
	__u32 deadman_ms;
	__u32 reserved;
};

/**
 * struct rover_event_range - payload of ROVER_EVENT_RANGE
 * @sensor: which sonar
 * @status: enum rover_range_status
 * @range_um: raw; -1 if there is none
 * @filtered_um: median of the last ones; -1 if none was valid
 * @echo_ns: raw length of the echo pulse
 */
struct rover_event_range {
	__u32 sensor;
	__u32 status;
	__s64 range_um;
	__s64 filtered_um;
	__u64 echo_ns;
};

/**
 * struct rover_event_sensor - payload of ROVER_EVENT_SENSOR
 * @sensor: ROVER_SENSOR_*: the one that changed
 * @level: 0 or 1, after polarity
 * @sensors: all that are active now
 */
struct rover_event_sensor {
	__u32 sensor;
	__u32 level;
	__u32 sensors;
	__u32 reserved;
};

/**
 * struct rover_event_servo - payload of ROVER_EVENT_SERVO
 * @pan_urad: where the head is told to be
 * @tilt_urad: likewise
 * @flags: ROVER_LOOK_*: axes that arrived, or were let go
 * @idle: 1: let go
 */
struct rover_event_servo {
	__s32 pan_urad;
	__s32 tilt_urad;
	__u32 flags;
	__u32 idle;
};

/**
 * struct rover_event_setting - payload of ROVER_EVENT_SETTING
 * @fields: ROVER_SET_*: what changed; SETTINGS tells how
 */
struct rover_event_setting {
	__u64 fields;
};

/**
 * struct rover_event_sample - payload of ROVER_EVENT_SAMPLE
 * @x_um: pose
 * @y_um: likewise
 * @heading_urad: likewise
 * @left_count: encoder counts, their low 32 bits
 * @right_count: likewise
 * @left_speed_um_s: measured
 * @right_speed_um_s: measured
 * @range_um: last measurement, raw, if it is a distance and younger than a second;
 *	else -1
 * @status: enum rover_state, and ROVER_SENSOR_* from bit 8 on
 */
struct rover_event_sample {
	__s64 x_um;
	__s64 y_um;
	__s64 heading_urad;
	__s32 left_count;
	__s32 right_count;
	__s32 left_speed_um_s;
	__s32 right_speed_um_s;
	__s32 range_um;
	__u32 status;
};

/**
 * struct rover_event - a record of read()
 * @time_ns: when it was true
 * @sequence: counts the records of the rover, filtered ones too; samples carry
 *	that of the record before them, losses that of the last lost one
 * @type: enum rover_event_type
 * @flags: zero for now
 *
 * Unused bytes of the payload are zero.
 */
struct rover_event {
	__u64 time_ns;
	__u32 sequence;
	__u16 type;
	__u16 flags;
	union {
		struct rover_event_lost lost;
		struct rover_event_state state;
		struct rover_event_stop stop;
		struct rover_event_done done;
		struct rover_event_lease lease;
		struct rover_event_range range;
		struct rover_event_sensor sensor;
		struct rover_event_servo servo;
		struct rover_event_setting setting;
		struct rover_event_sample sample;
		__u8 payload[48];
	};
};

/* What a file gets that has not called SUBSCRIBE: all but RANGE and SAMPLE */
#define ROVER_SUBSCRIBE_DEFAULT		0x1deULL

/* rover_subscribe.flags */
#define ROVER_SUBSCRIBE_FLUSH		0x1	/* forget what is queued */

/**
 * struct rover_subscribe - which events this file's read() gives
 * @kinds: 1 << enum rover_event_type each; losses are always told, samples when
 *	REPORT asked for them. With RANGE the sonars run as long as the file is open
 * @range_below_um: tell ranges only when they pass this distance: once when one
 *	is below, once when one is not below it by @range_hysteresis_um; 0 = all. At
 *	first they count as above; no echo is above, a silent sonar neither
 * @range_hysteresis_um: only with @range_below_um
 * @range_interval_ms: tell ranges at most that often, a passed threshold always; 0 = all
 * @sensor_interval_ms: tell a sensor's changes at most that often, the last state
 *	always in the end; 0 = all
 * @sensors: ROVER_SENSOR_* to tell; 0 = all
 * @queue_length: records to keep, rounded up to a power of two; 0 = as it is;
 *	ERANGE beyond rover_info.queue_max
 * @flags: ROVER_SUBSCRIBE_*
 * @reserved: zero
 */
struct rover_subscribe {
	__u64 kinds;
	__u32 range_below_um;
	__u32 range_hysteresis_um;
	__u32 range_interval_ms;
	__u32 sensor_interval_ms;
	__u32 sensors;
	__u32 queue_length;
	__u32 flags;
	__u32 reserved;
};

/* rover_report.flags */
#define ROVER_REPORT_OFF		0x1	/* no more */

/**
 * struct rover_report - samples among this file's events
 * @interval_ms: 0 = one, now; 10..3600000: one now and one every so often, else
 *	ERANGE
 * @flags: ROVER_REPORT_*
 */
struct rover_report {
	__u32 interval_ms;
	__u32 flags;
};

/**
 * struct rover_record - head of a command given by write()
 * @command: number of the call: _IOC_NR(ROVER_IOC_...); only calls that do not
 *	wait for an answer (none of INFO, SNAPSHOT, PING, RANGE, SETTINGS)
 * @size: bytes of its structure, which follow
 *
 * A write holds one or several whole records, at most 4096 bytes; otherwise it is
 * EINVAL and none is carried out. They are carried out in order; when one fails, write() returns
 * the bytes of those before it, or its error if it is the first.
 */
struct rover_record {
	__u32 command;
	__u32 size;
};

/**
 * struct rover_sample - the rover at one control tick
 * @time_ns: when it was true
 * @x_um: pose
 * @y_um: likewise
 * @heading_urad: likewise
 * @left_count: encoder counts
 * @right_count: likewise
 * @left_speed_um_s: measured
 * @right_speed_um_s: likewise
 * @left_target_um_s: closed loop: what the wheel was to do
 * @right_target_um_s: likewise
 * @left_duty_permille: applied
 * @right_duty_permille: likewise
 * @range_time_ns: of the last measurement
 * @range_um: raw, -1 if there is none
 * @range_status: enum rover_range_status
 * @state: enum rover_state
 * @stop_reason: enum rover_stop_reason
 * @sensors: ROVER_SENSOR_*
 * @flags: ROVER_SNAPSHOT_*
 * @sequence: low 32 bits of the number of the sample, from 0
 * @reserved: zero
 */
struct rover_sample {
	__u64 time_ns;
	__s64 x_um;
	__s64 y_um;
	__s64 heading_urad;
	__s64 left_count;
	__s64 right_count;
	__s32 left_speed_um_s;
	__s32 right_speed_um_s;
	__s32 left_target_um_s;
	__s32 right_target_um_s;
	__s32 left_duty_permille;
	__s32 right_duty_permille;
	__u64 range_time_ns;
	__s32 range_um;
	__u32 range_status;
	__u32 state;
	__u32 stop_reason;
	__u32 sensors;
	__u32 flags;
	__u32 sequence;
	__u32 reserved[5];
};

#define ROVER_MAPPING_MAGIC	0x52564d50	/* "RVMP" */

/* rover_mapping.flags */
#define ROVER_MAPPING_GONE	0x1	/* the rover has left for ever */

/**
 * struct rover_mapping - head of the mapping
 * @magic: ROVER_MAPPING_MAGIC
 * @abi_version: ROVER_ABI_VERSION
 * @flags: ROVER_MAPPING_*
 * @sequence: odd while the snapshot is being written
 * @snapshot_offset: from the head of the mapping to struct rover_snapshot
 * @snapshot_size: of this kernel
 * @ring_offset: to the first struct rover_sample
 * @ring_length: samples in the ring, a power of two
 * @sample_size: distance from one to the next
 * @reserved: zero
 * @head: samples written so far: the last is number head - 1, and number n lies at
 *	index n modulo ring_length
 *
 * The snapshot: read @sequence until it is even, copy the snapshot, and begin
 * anew if @sequence has changed (rover_mapping_snapshot() does). In the mapping
 * lease_pid is that of the initial pid namespace, and ROVER_SNAPSHOT_LEASE_MINE
 * is never set. It is written at each tick while the rover moves, at each event,
 * and not while it is parked.
 *
 * The ring: a sample is whole and still there if @head is at most ring_length - 1
 * further than its number after it has been copied (rover_mapping_sample() does).
 */
struct rover_mapping {
	__u32 magic;
	__u32 abi_version;
	__u32 flags;
	__u32 sequence;
	__u32 snapshot_offset;
	__u32 snapshot_size;
	__u32 ring_offset;
	__u32 ring_length;
	__u32 sample_size;
	__u32 reserved;
	__u64 head;
};

#ifndef __KERNEL__
/* What is mapped is read in words, each of them at once. */
typedef __u32 __attribute__((__may_alias__)) rover_mapping_word;

static __inline__ void rover_mapping_copy(void *to, const void *from, __u32 size)
{
	const rover_mapping_word *in = (const rover_mapping_word *)from;
	rover_mapping_word *out = (rover_mapping_word *)to;
	__u32 i;

	for (i = 0; i < size / sizeof(*in); i++)
		out[i] = __atomic_load_n(&in[i], __ATOMIC_RELAXED);
}

/**
 * rover_mapping_is_gone() - whether the rover has left for ever
 * @mapping: as mapped
 */
static __inline__ int rover_mapping_is_gone(const struct rover_mapping *mapping)
{
	return !!(__atomic_load_n(&mapping->flags, __ATOMIC_ACQUIRE) & ROVER_MAPPING_GONE);
}

/**
 * rover_mapping_head() - samples written so far
 * @mapping: as mapped
 */
static __inline__ __u64 rover_mapping_head(const struct rover_mapping *mapping)
{
	__u64 head, again;

	/* Two words where the processor has no longer ones; it only grows. */
	rover_mapping_copy(&again, &mapping->head, sizeof(again));
	do {
		head = again;
		rover_mapping_copy(&again, &mapping->head, sizeof(again));
	} while (head != again);
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return head;
}

/**
 * rover_mapping_snapshot() - the last snapshot, coherent
 * @mapping: as mapped
 * @snapshot: filled in; zero where the kernel has less
 */
static __inline__ void rover_mapping_snapshot(const struct rover_mapping *mapping,
					      struct rover_snapshot *snapshot)
{
	const char *from = (const char *)mapping + mapping->snapshot_offset;
	__u32 size = mapping->snapshot_size, sequence;

	if (size < sizeof(*snapshot))
		__builtin_memset(snapshot, 0, sizeof(*snapshot));
	do {
		sequence = __atomic_load_n(&mapping->sequence, __ATOMIC_ACQUIRE);
		/* What was written meanwhile is thrown away; a known size is copied at once. */
		if (size < sizeof(*snapshot))
			__builtin_memcpy(snapshot, from, size);
		else
			__builtin_memcpy(snapshot, from, sizeof(*snapshot));
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
	} while (sequence & 1 ||
		 sequence != __atomic_load_n(&mapping->sequence, __ATOMIC_RELAXED));
}

/**
 * rover_mapping_sample() - a sample of the ring, whole
 * @mapping: as mapped
 * @number: which: the last is rover_mapping_head() - 1
 * @sample: filled in; zero where the kernel has less
 *
 * Returns 1; 0 if it is not there any more, or not yet.
 */
static __inline__ int rover_mapping_sample(const struct rover_mapping *mapping, __u64 number,
					   struct rover_sample *sample)
{
	const char *ring = (const char *)mapping + mapping->ring_offset;
	__u32 index = (__u32)number & (mapping->ring_length - 1);
	__u32 size = mapping->sample_size;

	if (number >= rover_mapping_head(mapping))
		return 0;
	__builtin_memset(sample, 0, sizeof(*sample));
	if (size > sizeof(*sample))
		size = sizeof(*sample);
	rover_mapping_copy(sample, ring + (__u64)index * mapping->sample_size, size);
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return rover_mapping_head(mapping) - number < mapping->ring_length;
}
#endif /* __KERNEL__ */

#define ROVER_IOC_MAGIC		0xE2

#define ROVER_IOC_INFO		_IOR(ROVER_IOC_MAGIC, 0x00, struct rover_info)
#define ROVER_IOC_SNAPSHOT	_IOR(ROVER_IOC_MAGIC, 0x01, struct rover_snapshot)
#define ROVER_IOC_PING		_IOR(ROVER_IOC_MAGIC, 0x02, struct rover_range)
#define ROVER_IOC_SETTINGS	_IOR(ROVER_IOC_MAGIC, 0x03, struct rover_settings)
#define ROVER_IOC_RANGE		_IOWR(ROVER_IOC_MAGIC, 0x04, struct rover_sonar_range)
#define ROVER_IOC_SUBSCRIBE	_IOW(ROVER_IOC_MAGIC, 0x05, struct rover_subscribe)
#define ROVER_IOC_REPORT	_IOW(ROVER_IOC_MAGIC, 0x06, struct rover_report)
#define ROVER_IOC_TAKE		_IOW(ROVER_IOC_MAGIC, 0x10, struct rover_take)
#define ROVER_IOC_RELEASE	_IO(ROVER_IOC_MAGIC, 0x11)
#define ROVER_IOC_FEED		_IO(ROVER_IOC_MAGIC, 0x12)
#define ROVER_IOC_STOP		_IOW(ROVER_IOC_MAGIC, 0x13, struct rover_stop)
#define ROVER_IOC_DUTY		_IOWR(ROVER_IOC_MAGIC, 0x14, struct rover_duty)
#define ROVER_IOC_SPEED		_IOWR(ROVER_IOC_MAGIC, 0x15, struct rover_speed)
#define ROVER_IOC_TWIST		_IOWR(ROVER_IOC_MAGIC, 0x16, struct rover_twist)
#define ROVER_IOC_MOVE		_IOWR(ROVER_IOC_MAGIC, 0x17, struct rover_path)
#define ROVER_IOC_TURN		_IOWR(ROVER_IOC_MAGIC, 0x18, struct rover_path)
#define ROVER_IOC_ESTOP		_IO(ROVER_IOC_MAGIC, 0x19)
#define ROVER_IOC_CLEAR		_IO(ROVER_IOC_MAGIC, 0x1a)
#define ROVER_IOC_LOOK		_IOW(ROVER_IOC_MAGIC, 0x1b, struct rover_look)
#define ROVER_IOC_POSE		_IOW(ROVER_IOC_MAGIC, 0x1c, struct rover_pose)
#define ROVER_IOC_CONFIGURE	_IOW(ROVER_IOC_MAGIC, 0x1d, struct rover_settings)

#endif /* _UAPI_LINUX_ROVER_H */
