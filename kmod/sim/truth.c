// SPDX-License-Identifier: GPL-2.0
/*
 * Ground truth: each file is one coherent picture, taken under the board's lock
 * before anything is printed, and says when that was.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <linux/bits.h>
#include <linux/debugfs.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "board.h"
#include "truth.h"

static const char * const truth_sides[SIM_SIDES] = { "left", "right" };

static const char * const truth_bridges[] = {
	[SIM_BRIDGE_COAST] = "coast",
	[SIM_BRIDGE_FORWARD] = "forward",
	[SIM_BRIDGE_REVERSE] = "reverse",
	[SIM_BRIDGE_BRAKE] = "brake",
};

/* The parts of a board that change, copied out of it. */
struct truth {
	u64 now_ns;
	struct sim_chassis chassis;
	struct sim_sonars sonars;
	s64 sonar_um[SIM_SONARS];
	struct sim_servo servo[SIM_SERVOS];
	s64 servo_mdeg[SIM_SERVOS];
	struct sim_sensors sensors;
	struct sim_pwm pwm;
	struct sim_lines lines;
	struct sim_motors motors;
	struct sim_faults faults;
	u64 bounces;
	s64 travel_um[SIM_SIDES];
	u64 timer_fired;
	u64 timer_late;
	u64 handled;
	u64 handled_ns;
	u64 held_from_ns;
	u64 held_to_ns;
};

static void truth_take_sensors(struct sim_board *board, struct truth *truth)
{
	unsigned int i;

	sim_sensors_look(board);
	truth->sensors = board->sensors;
	truth->sonars = board->sonars;
	for (i = 0; i < max(board->config.sonars, 1U); i++)
		truth->sonar_um[i] = sim_sonar_look_um(board, i);
	memcpy(truth->servo, board->servo, sizeof(truth->servo));
	for (i = 0; i < SIM_SERVOS; i++)
		truth->servo_mdeg[i] = sim_servo_mdeg(board, i);
}

static struct truth *truth_take(struct sim_board *board)
{
	struct truth *truth;
	unsigned long flags;
	enum sim_side side;

	truth = kzalloc(sizeof(*truth), GFP_KERNEL);
	if (!truth)
		return NULL;

	flags = sim_clock_enter(board);
	sim_chassis_bring_up(board);
	truth->now_ns = board->now_ns;
	truth->chassis = board->chassis;
	truth_take_sensors(board, truth);
	truth->pwm = board->pwm;
	truth->lines = board->lines;
	truth->motors = board->motors;
	truth->faults = board->faults;
	truth->bounces = board->chatter.edges;
	truth->timer_fired = board->clock.fired;
	truth->timer_late = board->clock.late;
	truth->handled = board->clock.handled;
	truth->handled_ns = board->clock.handled_ns;
	truth->held_from_ns = board->clock.held_from_ns;
	truth->held_to_ns = board->clock.held_to_ns;
	for (side = SIM_LEFT; side < SIM_SIDES; side++)
		truth->travel_um[side] =
			sim_wheel_travel_um(board, &board->chassis.wheel[side]);
	sim_clock_leave(board, flags);
	return truth;
}

static void truth_show_wheel(struct seq_file *file, const struct truth *truth,
			     enum sim_side side)
{
	const struct sim_wheel *wheel = &truth->chassis.wheel[side];
	const char *name = truth_sides[side];
	enum sim_bridge mode;

	seq_printf(file, "%s_bridge=%s\n", name, truth_bridges[wheel->bridge]);
	for (mode = 0; mode < SIM_BRIDGES; mode++)
		seq_printf(file, "%s_%s_ns=%llu\n", name, truth_bridges[mode],
			   wheel->bridge_ns[mode]);
	seq_printf(file, "%s_speed_um_s=%lld\n", name,
		   div_s64(wheel->speed_nm_s, 1000));
	seq_printf(file, "%s_travel_um=%lld\n", name, truth->travel_um[side]);
	seq_printf(file, "%s_quarters=%lld\n", name,
		   wheel->quarters - wheel->quarters_base);
	seq_printf(file, "%s_edges_a=%llu\n", name, wheel->edges[0]);
	seq_printf(file, "%s_edges_b=%llu\n", name, wheel->edges[1]);
}

/* -1 for "nothing in reach". */
static s64 truth_distance(s64 um)
{
	return um == SIM_NOTHING_UM ? -1 : um;
}

/* The first sonar has no number, so that most boards need to know none. */
static void truth_show_sonar(struct seq_file *file, const struct truth *truth,
			     unsigned int i)
{
	const struct sim_sonar *sonar = &truth->sonars.unit[i];
	char name[16] = "sonar";

	if (i)
		snprintf(name, sizeof(name), "sonar%u", i);
	seq_printf(file, "%s_distance_um=%lld\n", name,
		   truth_distance(truth->sonar_um[i]));
	seq_printf(file, "%s_pings=%llu\n", name, sonar->pings);
	seq_printf(file, "%s_echoes=%llu\n", name, sonar->echoes);
	seq_printf(file, "%s_ignored_short=%llu\n", name, sonar->ignored_short);
	seq_printf(file, "%s_ignored_busy=%llu\n", name, sonar->ignored_busy);
	seq_printf(file, "%s_overlaps=%llu\n", name, sonar->overlaps);
	seq_printf(file, "%s_crosstalk=%llu\n", name, sonar->crosstalk);
	seq_printf(file, "%s_last_rise_ns=%llu\n", name, sonar->last_rise_ns);
	seq_printf(file, "%s_last_echo_ns=%llu\n", name, sonar->last_echo_ns);
	seq_printf(file, "%s_last_distance_um=%lld\n", name,
		   truth_distance(sonar->last_distance_um));
}

static void truth_show_servo(struct seq_file *file, const struct truth *truth,
			     enum sim_axis axis, const char *name)
{
	const struct sim_servo *servo = &truth->servo[axis];

	seq_printf(file, "%s_mdeg=%lld\n", name, truth->servo_mdeg[axis]);
	seq_printf(file, "%s_pulses=%llu\n", name, servo->pulses);
	seq_printf(file, "%s_strange_pulses=%llu\n", name, servo->strange);
	seq_printf(file, "%s_last_ns=%llu\n", name, servo->start_ns);
	seq_printf(file, "%s_pulse_ns=%llu\n", name, servo->pulse_ns);
	seq_printf(file, "%s_period_ns=%llu\n", name, servo->period_ns);
}

static void truth_show_sensors(struct seq_file *file, const struct truth *truth)
{
	const struct sim_board *board = file->private;
	unsigned int i;

	/* Also without a sonar, these keys are there. */
	for (i = 0; i < max(board->config.sonars, 1U); i++)
		truth_show_sonar(file, truth, i);
	seq_printf(file, "sound_um_s=%llu\n",
		   sim_sonar_sound_um_s(&truth->sonars));
	truth_show_servo(file, truth, SIM_PAN, "pan");
	truth_show_servo(file, truth, SIM_TILT, "tilt");
	for (i = 0; i < SIM_SENSORS; i++)
		seq_printf(file, "%s=%u\n", sim_sensor_names[i],
			   truth->sensors.sees[i]);
}

static void truth_show_motors(struct seq_file *file,
			      const struct sim_motors *motors)
{
	enum sim_side side;

	for (side = SIM_LEFT; side < SIM_SIDES; side++) {
		seq_printf(file, "%s_gain_ppm=%u\n", truth_sides[side],
			   motors->gain_ppm[side]);
		seq_printf(file, "%s_dead_zone_permille=%u\n",
			   truth_sides[side], motors->dead_zone_permille[side]);
	}
	seq_printf(file, "battery_charge_ppm=%llu\n",
		   div_u64(motors->charge_ppb, 1000));
	seq_printf(file, "battery_volts_ppm=%u\n", motors->volts_ppm);
}

static void truth_show_sums(struct seq_file *file, const struct truth *truth)
{
	u64 irqs = 0, merged = 0, conflicts = 0;
	unsigned int i;

	for (i = 0; i < SIM_LINES; i++) {
		irqs += truth->lines.line[i].irqs;
		merged += truth->lines.line[i].merged;
		conflicts += truth->lines.line[i].conflicts;
	}
	seq_printf(file, "collisions=%llu\n", truth->chassis.pose.collisions);
	seq_printf(file, "conflicts=%llu\n", conflicts);
	seq_printf(file, "irqs=%llu\n", irqs);
	seq_printf(file, "merged=%llu\n", merged);
	seq_printf(file, "edges_dropped=%llu\n", truth->faults.edges_dropped);
	seq_printf(file, "edges_missed=%llu\n", truth->faults.edges_missed);
	seq_printf(file, "edges_bounced=%llu\n", truth->bounces);
	seq_printf(file, "irqs_handled=%llu\n", truth->handled);
	seq_printf(file, "irqs_handled_ns=%llu\n", truth->handled_ns);
	seq_printf(file, "irqs_off_from_ns=%llu\n", truth->held_from_ns);
	seq_printf(file, "irqs_off_to_ns=%llu\n", truth->held_to_ns);
	seq_printf(file, "timer_fired=%llu\n", truth->timer_fired);
	seq_printf(file, "timer_late=%llu\n", truth->timer_late);
	seq_printf(file, "plans=%llu\n", truth->chassis.plans);
	seq_printf(file, "looks=%llu\n", truth->sensors.looks);
}

static int truth_show(struct seq_file *file, void *unused)
{
	struct truth *truth = truth_take(file->private);
	const struct sim_pose *pose;

	if (!truth)
		return -ENOMEM;
	pose = &truth->chassis.pose;
	seq_printf(file, "t_ns=%llu\n", truth->now_ns);
	seq_printf(file, "x_um=%lld\n", sim_pose_x_um(pose));
	seq_printf(file, "y_um=%lld\n", sim_pose_y_um(pose));
	seq_printf(file, "heading_urad=%lld\n", sim_pose_heading_urad(pose));
	truth_show_wheel(file, truth, SIM_LEFT);
	truth_show_wheel(file, truth, SIM_RIGHT);
	truth_show_sensors(file, truth);
	truth_show_motors(file, &truth->motors);
	truth_show_sums(file, truth);
	kfree(truth);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(truth);

static int lines_show(struct seq_file *file, void *unused)
{
	struct truth *truth = truth_take(file->private);
	unsigned int i;

	if (!truth)
		return -ENOMEM;
	seq_printf(file, "# t_ns=%llu\n", truth->now_ns);
	seq_puts(file, "# line direction level rising falling irqs merged conflicts\n");
	for (i = 0; i < SIM_LINES; i++) {
		const struct sim_line *line = &truth->lines.line[i];

		seq_printf(file, "%u %s %u %llu %llu %llu %llu %llu\n", i,
			   line->function == SIM_FUNCTION_IN ? "in" :
			   line->function == SIM_FUNCTION_OUT ? "out" : "alt",
			   line->level, line->rising, line->falling,
			   line->irqs, line->merged, line->conflicts);
	}
	kfree(truth);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(lines);

static int pinmux_show(struct seq_file *file, void *unused)
{
	struct truth *truth = truth_take(file->private);
	unsigned int i;

	if (!truth)
		return -ENOMEM;
	seq_puts(file, "# line function pull\n");
	for (i = 0; i < SIM_LINES; i++) {
		const struct sim_line *line = &truth->lines.line[i];

		seq_printf(file, "%u %s %s\n", i,
			   sim_pins_functions[line->function],
			   sim_pins_pulls[line->pull]);
	}
	kfree(truth);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(pinmux);

static int pwm_show(struct seq_file *file, void *unused)
{
	struct truth *truth = truth_take(file->private);
	unsigned int i;

	if (!truth)
		return -ENOMEM;
	seq_printf(file, "# t_ns=%llu\n", truth->now_ns);
	seq_puts(file, "# channel enabled period_ns duty_ns polarity lines applied\n");
	for (i = 0; i < SIM_PWM_CHANNELS; i++) {
		const struct sim_pwm_channel *pwm = &truth->pwm.channel[i];

		seq_printf(file, "%u %u %llu %llu %s %#llx %llu\n", i,
			   pwm->now.enabled, pwm->now.period_ns,
			   pwm->now.duty_ns,
			   pwm->now.inverted ? "inversed" : "normal",
			   pwm->lines, pwm->applied);
	}
	kfree(truth);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(pwm);

void sim_truth_debugfs(struct sim_board *board, struct dentry *dir)
{
	debugfs_create_file("truth", 0400, dir, board, &truth_fops);
	debugfs_create_file("lines", 0400, dir, board, &lines_fops);
	debugfs_create_file("pinmux", 0400, dir, board, &pinmux_fops);
	debugfs_create_file("pwm", 0400, dir, board, &pwm_fops);
}
