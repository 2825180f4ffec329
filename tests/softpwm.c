// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The driver's own PWM, measured at the pins: exact duties, no pulse that
 * nobody asked for, both wheels at one instant, and silence at rest.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "board.h"
#include "harness.h"
#include "measure.h"
#include "device.h"
#include "util.h"

#define SIDES		2
#define NS_PER_S	1000000000LL

/* What the issue asks for. */
#define DUTY_ERROR_PPM	(5000 * slowness())	/* of the period */
#define STOP_NS		(20 * US * slowness())
#define TOGETHER_NS	(2 * US * slowness())

/* Both lines of one bridge change within that; a debug kernel takes 14 us for a line. */
#define SKEW_NS		(slowness() > 1 ? 40 * US : 2 * US)

/* By so much the right side may be first. Mostly the left one is. */
#define EARLY_NS	(2 * US)

static const unsigned int bridge_lines[SIDES][2] = {
	{ LEFT_IN1, LEFT_IN2 }, { RIGHT_IN1, RIGHT_IN2 },
};

/* A command, and when it was given. */
struct command {
	__s64 from_ns;
	__s64 to_ns;
	int duty[SIDES];	/* as applied */
	unsigned int rest[SIDES];	/* levels of the bridges at its end */
};

/* Levels of a bridge from a time on: bit 0 is IN1. */
struct change {
	__s64 time_ns;
	unsigned int levels;
};

struct changes {
	struct change *change;
	size_t count;
};

/*
 * Both inputs of a bridge change one after the other: for the motor that is one
 * change. The log must begin with the bridge at rest.
 */
static struct changes bridge_changes(const struct board_edges *edges, int side)
{
	struct changes changes = {};
	unsigned int levels = 0, last_bit = 0;
	size_t i;

	changes.change = calloc(edges->count + 1, sizeof(*changes.change));
	if (!changes.change)
		die("no memory for %zu changes", edges->count);
	for (i = 0; i < edges->count; i++) {
		const struct board_edge *edge = &edges->edge[i];
		struct change *last = changes.count ? &changes.change[changes.count - 1] : NULL;
		unsigned int bit = edge->line == bridge_lines[side][0] ? 1 :
				   edge->line == bridge_lines[side][1] ? 2 : 0;

		if (!bit)
			continue;
		levels = edge->level ? levels | bit : levels & ~bit;
		/* One input that changes twice is a short pulse. */
		if (last && bit != last_bit && edge->time_ns - last->time_ns < SKEW_NS)
			last->levels = levels;
		else
			changes.change[changes.count++] = (struct change){ edge->time_ns, levels };
		last_bit = bit;
	}
	return changes;
}

FIXTURE(softpwm)
{
	int fd;
	__s64 period_ns;
	__s64 min_pulse_ns;
	__s64 dead_ns;
	unsigned int between;	/* levels of a bridge between its pulses */
};

/*
 * Every stat_interval the kernel gives back the pages that the reading of the
 * board's lines has left to a processor's lists, up to 10 us with interrupts off.
 * No timer can be exact then.
 */
static void put_off_housekeeping(void)
{
	static const char path[] = "/proc/sys/vm/stat_interval";
	static const char seconds[] = "600\n";
	char text[16];

	if (file_read(path, text, sizeof(text)) > 0 && !strcmp(text, seconds))
		return;
	file_write(path, seconds);
	/* The next time was set before, to a second at most. */
	pause_ns(1100 * MS);
}

FIXTURE_SETUP(softpwm)
{
	struct rover_info info;

	rover_calm();
	put_off_housekeeping();
	/* It drives for long, in a room of 4 m. */
	if (attribute_exists("stall_ms"))
		ASSERT_EQ(0, attribute_write_number("stall_ms", 0));
	self->fd = rover_open_or_fail(O_RDWR);
	info = rover_info_or_fail(self->fd);
	ASSERT_FALSE(info.capabilities & ROVER_CAP_HARDWARE_PWM);
	self->period_ns = info.pwm_period_ns;
	self->min_pulse_ns = info.pwm_min_pulse_ns;
	self->dead_ns = info.dead_time_us * US;
	self->between = file_exists("/proc/device-tree/rover/slow-decay") ? BRIDGE_BRAKE :
									  BRIDGE_COAST;
	/* So that the board has little to do of its own. */
	ASSERT_EQ(0, board_control("force", "left=0 right=0"));
	/* Nothing but commands shall stop the rover. */
	ASSERT_EQ(0, rover_take(self->fd, ROVER_TAKE_DEADMAN, 0));
}

FIXTURE_TEARDOWN(softpwm)
{
	board_control("force", "left=off right=off");
	close(self->fd);
}

static unsigned int driving(int duty)
{
	return duty > 0 ? BRIDGE_FORWARD : BRIDGE_REVERSE;
}

static __s64 on_ns(const FIXTURE_DATA(softpwm) * self, int duty)
{
	return self->period_ns * abs(duty) / ROVER_DUTY_MAX;
}

/* What DUTY must report for what it was asked. */
static int rounded(const FIXTURE_DATA(softpwm) * self, int duty)
{
	__s64 pulse_ns = on_ns(self, duty);

	if (pulse_ns < self->min_pulse_ns)
		return 0;
	if (self->period_ns - pulse_ns < self->min_pulse_ns)
		return duty > 0 ? ROVER_DUTY_MAX : -ROVER_DUTY_MAX;
	return duty;
}

static bool pulses(int duty)
{
	return duty && abs(duty) < ROVER_DUTY_MAX;
}

static struct command command(struct __test_metadata *_metadata,
			      const FIXTURE_DATA(softpwm) * self, int left, int right)
{
	struct rover_duty duty = { .left_permille = left, .right_permille = right };
	struct command command = { .from_ns = now_ns() };

	ASSERT_EQ(0, rover_call(self->fd, ROVER_IOC_DUTY, &duty));
	command.to_ns = now_ns();
	EXPECT_EQ(rounded(self, left), duty.left_permille);
	EXPECT_EQ(rounded(self, right), duty.right_permille);
	command.duty[0] = duty.left_permille;
	command.duty[1] = duty.right_permille;
	return command;
}

static void drop_log(struct board_edges *edges, struct changes changes[SIDES])
{
	board_edges_free(edges);
	free(changes[0].change);
	free(changes[1].change);
}

/* Whole periods of one side within a time. */
struct periods {
	unsigned int count;
	unsigned int strange;	/* neither a pulse nor the gap between two */
	__s64 pulses_ns;	/* all of them */
	__s64 length_ns;
};

static struct periods measure_periods(const FIXTURE_DATA(softpwm) * self,
				      const struct changes *changes, int duty,
				      __s64 from_ns, __s64 to_ns,
				      struct samples *duty_error_ppm,
				      struct samples *length_error_ppm)
{
	const struct change *change = changes->change;
	const struct change *end = change + changes->count;
	struct periods periods = {};

	while (change < end && change->time_ns < from_ns)
		change++;
	if (change < end && change->levels == self->between)
		change++;
	for (; change + 2 < end && change[2].time_ns < to_ns; change += 2) {
		__s64 length_ns = change[2].time_ns - change->time_ns;
		__s64 pulse_ns = change[1].time_ns - change->time_ns;

		if (change->levels != driving(duty) || change[1].levels != self->between) {
			periods.strange++;
			continue;
		}
		periods.count++;
		periods.pulses_ns += pulse_ns;
		periods.length_ns += length_ns;
		samples_add(duty_error_ppm, llabs(pulse_ns * 1000000 / length_ns -
						  abs(duty) * 1000));
		samples_add(length_error_ppm, llabs(length_ns - self->period_ns) * 1000000 /
					      self->period_ns);
	}
	return periods;
}

static unsigned int changes_within(const struct changes *changes, __s64 from_ns, __s64 to_ns)
{
	unsigned int count = 0;
	size_t i;

	for (i = 0; i < changes->count; i++)
		if (changes->change[i].time_ns >= from_ns && changes->change[i].time_ns < to_ns)
			count++;
	return count;
}

/* Enough periods to see a whole one after the one in which the command came. */
#define STEP_PERIODS	4

/* Duties at both ends of the range, then evenly spread ones as time allows. */
static int step_duty(unsigned int step, unsigned int steps)
{
	static const int ends[] = {
		0, 1, 2, 3, 4, 5, 6, 10, 20, 50, 100, 500, 900, 950, 980, 990, 994, 995, 996, 997,
		998, 999, 1000,
	};
	unsigned int count = ARRAY_SIZE(ends);

	if (step < count)
		return ends[step];
	return (step - count) * ROVER_DUTY_MAX / (steps - count);
}

/* Either side in each direction, and all duties: each period where they hold. */
TEST_F_TIMEOUT(softpwm, duty_is_exact, 120)
{
	static const int signs[][SIDES] = { { 1, 1 }, { -1, -1 }, { 1, -1 } };
	unsigned int steps = 4 * NS_PER_S / (STEP_PERIODS * self->period_ns) + 30;
	struct command *commands = calloc(3 * steps, sizeof(*commands));
	struct samples duty_error_ppm = {}, length_error_ppm = {};
	struct changes changes[SIDES];
	struct board_edges edges;
	unsigned int count = 0;
	unsigned int i, step;
	char text[80];
	int side;

	ASSERT_NE(NULL, commands);
	board_edges_start(MOTOR_LINES);
	for (i = 0; i < 3; i++) {
		for (step = 0; step < steps; step++) {
			int duty = step_duty(step, steps);
			struct command *new = &commands[count++];

			*new = command(_metadata, self, signs[i][0] * duty,
				       signs[i][1] * (ROVER_DUTY_MAX - duty));
			/* A reversal rests first. */
			pause_ns(STEP_PERIODS * self->period_ns + (step ? 0 : self->dead_ns));
			if (!pulses(new->duty[0]))
				new->rest[0] = board_left_bridge();
			if (!pulses(new->duty[1]))
				new->rest[1] = board_right_bridge();
		}
	}
	EXPECT_EQ(0, rover_stop(self->fd, ROVER_STOP_COAST));
	edges = board_edges_read();

	for (side = 0; side < SIDES; side++) {
		changes[side] = bridge_changes(&edges, side);
		for (i = 0; i + 1 < count; i++) {
			__s64 from_ns = commands[i].to_ns + self->period_ns * 3 / 2;
			__s64 to_ns = commands[i + 1].from_ns;
			int duty = commands[i].duty[side];
			struct periods periods;

			if (i % steps == 0)
				from_ns += self->dead_ns;
			if (!pulses(duty)) {
				EXPECT_EQ(0, changes_within(&changes[side], from_ns, to_ns));
				EXPECT_EQ(duty ? driving(duty) : BRIDGE_COAST,
					  commands[i].rest[side]);
				continue;
			}
			periods = measure_periods(self, &changes[side], duty, from_ns, to_ns,
						  &duty_error_ppm, &length_error_ppm);
			EXPECT_EQ(0, periods.strange);
			EXPECT_LE(1, periods.count) {
				TH_LOG("duty %d, side %d", duty, side);
			}
		}
	}
	EXPECT_GE(DUTY_ERROR_PPM, samples_at(&duty_error_ppm, 1000));
	EXPECT_GE(DUTY_ERROR_PPM, samples_at(&length_error_ppm, 1000));
	EXPECT_LE(self->min_pulse_ns, shortest_phase_ns(&edges, MOTOR_LINES));
	snprintf(text, sizeof(text), "error of the duty at %lld Hz, ppm of the period",
		 NS_PER_S / self->period_ns);
	samples_tell(&duty_error_ppm, text);
	samples_tell(&length_error_ppm, "error of the period, ppm");
	drop_log(&edges, changes);
	free(commands);
}

/* Measures the range all the time, until it is killed. */
static pid_t ping_on(void)
{
	struct rover_range range;
	pid_t pid = fork();
	int fd;

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	fd = rover_open_or_fail(O_RDONLY);
	for (;;)
		rover_call(fd, ROVER_IOC_PING, &range);
}

/*
 * With the wheels at full speed and pings all the time, other interrupts delay
 * an edge now and then; at 1 kHz, 5 us are all the error that is allowed. Hardly
 * any single period shows it, and no mean does.
 */
TEST_F_TIMEOUT(softpwm, duty_holds_under_load, 60)
{
	static const int duties[][SIDES] = {
		{ 10, 990 }, { 123, 877 }, { 500, 250 }, { 700, 300 },
	};
	unsigned int wanted = 100 * MS / self->period_ns + 50;
	struct samples duty_error_ppm = {}, length_error_ppm = {};
	struct samples mean_error_ppm = {};
	pid_t pinging = ping_on();
	size_t i;
	int side;

	ASSERT_LT(0, pinging);
	ASSERT_EQ(0, board_control("force", "left=600000 right=431000"));
	for (i = 0; i < ARRAY_SIZE(duties); i++) {
		struct changes changes[SIDES];
		struct board_edges edges;
		struct command given;
		__s64 to_ns;

		ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_COAST));
		board_edges_start(MOTOR_LINES);
		given = command(_metadata, self, duties[i][0], duties[i][1]);
		pause_ns(wanted * self->period_ns);
		to_ns = now_ns();
		edges = board_edges_read();
		for (side = 0; side < SIDES; side++) {
			int duty = given.duty[side];
			struct periods periods;

			changes[side] = bridge_changes(&edges, side);
			periods = measure_periods(self, &changes[side], duty, given.from_ns, to_ns,
						  &duty_error_ppm, &length_error_ppm);
			EXPECT_EQ(0, periods.strange);
			/* On a kernel with debugging each of them begins late. */
			EXPECT_LE(wanted - 3 - (slowness() > 1 ? wanted / 10 : 0), periods.count);
			samples_add(&mean_error_ppm, llabs(periods.pulses_ns * 1000000 /
							   periods.length_ns - duty * 1000));
		}
		EXPECT_LE(self->min_pulse_ns, shortest_phase_ns(&edges, MOTOR_LINES));
		drop_log(&edges, changes);
	}
	kill(pinging, SIGKILL);
	wait_for(pinging);
	EXPECT_GE(DUTY_ERROR_PPM, samples_at(&mean_error_ppm, 1000));
	EXPECT_GE(DUTY_ERROR_PPM, samples_at(&duty_error_ppm, 990));
	samples_tell(&mean_error_ppm, "error of the mean duty under load, ppm of the period");
	samples_tell(&duty_error_ppm, "error of the duty under load, ppm of the period");
	samples_tell(&length_error_ppm, "error of the period under load, ppm");
}

/* Whether a side did in one period what this duty means. */
static bool period_is(const FIXTURE_DATA(softpwm) * self, const struct change *change,
		      unsigned int count, unsigned int before, int duty, __s64 from_ns,
		      __s64 within_ns)
{
	unsigned int begin = duty ? driving(duty) : BRIDGE_COAST;

	if (before != begin) {
		if (!count || change->levels != begin ||
		    llabs(change->time_ns - from_ns) > TOGETHER_NS)
			return false;
		from_ns = change->time_ns;
		change++;
		count--;
	}
	if (!pulses(duty))
		return !count;
	return count == 1 && change->levels == self->between &&
	       llabs(change->time_ns - from_ns - on_ns(self, duty)) <= within_ns;
}

/* The changes of one side from a time on, by and by. */
struct reader {
	const struct change *change;
	const struct change *end;
	unsigned int levels;	/* before that change */
};

static struct reader reader(const struct changes *changes)
{
	return (struct reader){ changes->change, changes->change + changes->count, 0 };
}

/* Number of changes before a time. */
static unsigned int changes_before(const struct reader *reader, __s64 ns)
{
	const struct change *change = reader->change;

	while (change < reader->end && change->time_ns < ns)
		change++;
	return change - reader->change;
}

static void skip_changes(struct reader *reader, unsigned int count)
{
	if (count)
		reader->levels = reader->change[count - 1].levels;
	reader->change += count;
}

/* How long before a period begins its duties may have been chosen, at most. */
#define CHOICE_NS	(20 * US * slowness())

/*
 * Whether both sides did in the period from @from_ns to @to_ns what one command
 * means: the newest one before, or its predecessor if the newest came so late
 * that it may have missed the period's beginning.
 */
static bool explained(const FIXTURE_DATA(softpwm) * self, const struct command *commands,
		      unsigned int count, const struct reader readers[SIDES], __s64 from_ns,
		      __s64 to_ns)
{
	const struct command *command = commands + count;
	__s64 within_ns = self->period_ns * DUTY_ERROR_PPM / 1000000;
	bool same;
	int side;

	if (within_ns > 20 * US * slowness())
		within_ns = 20 * US * slowness();
	do {
		if (command == commands)
			return false;
		command--;
		if (command->from_ns > from_ns)
			continue;
		same = true;
		for (side = 0; side < SIDES; side++)
			same &= period_is(self, readers[side].change,
					  changes_before(&readers[side], to_ns - EARLY_NS),
					  readers[side].levels, command->duty[side], from_ns,
					  within_ns);
		if (same)
			return true;
	} while (command->to_ns > from_ns - CHOICE_NS);
	return false;
}

static void tell_period(const struct reader *reader, int side, __s64 from_ns, __s64 to_ns)
{
	unsigned int count = changes_before(reader, to_ns - EARLY_NS);
	unsigned int i;

	printf("# side %d, %lld ns long, from %u:", side, to_ns - from_ns, reader->levels);
	for (i = 0; i < count; i++)
		printf(" %lld %u", reader->change[i].time_ns - from_ns, reader->change[i].levels);
	printf("\n");
}

/*
 * Duties change at random moments. The left side always pulses, so its rises
 * delimit the periods; in each, both sides do what one command says, old or
 * new, and nothing else.
 */
TEST_F_TIMEOUT(softpwm, changes_make_no_glitch, 120)
{
	enum { CHANGES = 300 };
	static struct command commands[CHANGES];
	static const int right_ends[] = { 0, 1, 5, 10, 990, 995, 999, 1000 };
	/* Pulses and gaps that are longer than the bridge's lines are apart. */
	static const int long_ends[] = { 0, 1, 20, 30, 970, 980, 999, 1000 };
	const int *ends = slowness() > 1 ? long_ends : right_ends;
	struct samples together_ns = {};
	struct changes changes[SIDES];
	struct reader readers[SIDES];
	unsigned int unexplained = 0, periods = 0;
	struct board_edges edges;
	__s64 from_ns = 0, last_ns;
	size_t i;

	srandom(1);
	board_edges_start(MOTOR_LINES);
	for (i = 0; i < CHANGES; i++) {
		int right = random() % 2 ? random() % (ROVER_DUTY_MAX + 1) :
					   ends[random() % 8];

		commands[i] = command(_metadata, self, 50 + random() % 900, -right);
		pause_ns(random() % (2 * self->period_ns));
	}
	pause_ns(2 * self->period_ns);
	last_ns = now_ns() - self->period_ns;
	EXPECT_EQ(0, rover_stop(self->fd, ROVER_STOP_COAST));
	edges = board_edges_read();

	changes[0] = bridge_changes(&edges, 0);
	changes[1] = bridge_changes(&edges, 1);
	readers[0] = reader(&changes[0]);
	readers[1] = reader(&changes[1]);
	for (i = 0; i < changes[0].count && changes[0].change[i].time_ns < last_ns; i++) {
		const struct change *change = &changes[0].change[i];
		__s64 to_ns = change->time_ns;
		int side;

		if (change->levels != BRIDGE_FORWARD)
			continue;
		/* The first rise begins the first period. */
		if (from_ns) {
			periods++;
			if (llabs(to_ns - from_ns - self->period_ns) > 20 * US * slowness() ||
			    !explained(self, commands, CHANGES, readers, from_ns, to_ns)) {
				unexplained++;
				tell_period(&readers[0], 0, from_ns, to_ns);
				tell_period(&readers[1], 1, from_ns, to_ns);
			}
			for (side = 0; side < SIDES; side++)
				skip_changes(&readers[side],
					     changes_before(&readers[side], to_ns - EARLY_NS));
		}
		from_ns = to_ns;
		if (changes_before(&readers[1], to_ns + TOGETHER_NS) >
		    changes_before(&readers[1], to_ns - EARLY_NS))
			samples_add(&together_ns, llabs(readers[1].change->time_ns - to_ns));
	}
	EXPECT_LE(CHANGES / 2, periods);
	EXPECT_EQ(0, unexplained);
	EXPECT_GE(TOGETHER_NS, samples_at(&together_ns, 1000));
	EXPECT_LE(self->min_pulse_ns, shortest_phase_ns(&edges, MOTOR_LINES));
	samples_tell(&together_ns, "from one wheel's edge to the other's, ns");
	drop_log(&edges, changes);
}

/* Whatever holds up the timer, no pulse and no gap becomes too short. */
TEST_F_TIMEOUT(softpwm, late_timers_cut_no_pulse, 120)
{
	static const int duties[][SIDES] = {
		{ 10, 990 }, { 5, 995 }, { 500, 505 }, { 300, 700 }, { 999, 1 }, { 6, 7 },
		{ 994, 993 },
	};
	__s64 shortest_ns = INT64_MAX;
	struct board_edges edges;
	char text[96];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(duties); i++) {
		__s64 off_us;

		for (off_us = 3; off_us <= 768; off_us *= 4) {
			__s64 phase_ns;

			board_edges_start(MOTOR_LINES);
			command(_metadata, self, duties[i][0], duties[i][1]);
			snprintf(text, sizeof(text),
				 "delay_us=0 off_us=%lld period_us=%lld count=50", off_us,
				 off_us + 1 + self->period_ns / 3 / US);
			ASSERT_EQ(0, board_control("irqs_off", text));
			pause_ns(17 * self->period_ns);
			ASSERT_EQ(0, board_control("irqs_off", "count=0"));
			pause_ns(2 * self->period_ns);
			edges = board_edges_read();
			phase_ns = shortest_phase_ns(&edges, MOTOR_LINES);
			if (phase_ns < shortest_ns)
				shortest_ns = phase_ns;
			EXPECT_LE(self->min_pulse_ns, phase_ns) {
				TH_LOG("duties %d %d, interrupts off for %lld us", duties[i][0],
				       duties[i][1], off_us);
			}
			board_edges_free(&edges);
		}
	}
	printf("# shortest phase with late timers: %lld ns\n", shortest_ns);
}

/* A last pulse that ended just when it would have without a stop. */
static bool ended_itself(const FIXTURE_DATA(softpwm) * self, const struct changes *changes,
			 int duty)
{
	const struct change *last = changes->change + changes->count - 1;
	__s64 on_ns = self->period_ns * abs(duty) / ROVER_DUTY_MAX;

	return changes->count > 1 && last->levels == self->between &&
	       llabs(last->time_ns - last[-1].time_ns - on_ns) < STOP_NS;
}

/* At any moment of the period, and nothing moves afterwards. */
TEST_F_TIMEOUT(softpwm, stop_waits_for_nothing, 120)
{
	enum { STOPS = 100 };
	struct samples stop_ns = {}, together_ns = {};
	unsigned int i;

	srandom(2);
	for (i = 0; i < STOPS; i++) {
		unsigned int mode = i % 2 ? ROVER_STOP_BRAKE : ROVER_STOP_COAST;
		struct changes changes[SIDES];
		struct board_edges edges;
		__s64 from_ns, to_ns, last_ns[SIDES];
		bool stopped[SIDES];
		int duty[SIDES];
		int side;

		board_edges_start(MOTOR_LINES);
		duty[0] = 300 + random() % 400;
		duty[1] = -300 - random() % 400;
		command(_metadata, self, duty[0], duty[1]);
		pause_ns(self->period_ns + random() % self->period_ns);
		from_ns = now_ns();
		ASSERT_EQ(0, rover_stop(self->fd, mode));
		to_ns = now_ns();
		pause_ns(2 * self->period_ns);
		EXPECT_TRUE(board_bridges_are(mode == ROVER_STOP_BRAKE ? BRIDGE_BRAKE :
									BRIDGE_COAST));
		edges = board_edges_read();
		for (side = 0; side < SIDES; side++) {
			changes[side] = bridge_changes(&edges, side);
			ASSERT_LE(1, changes[side].count);
			last_ns[side] = changes[side].change[changes[side].count - 1].time_ns;
			stopped[side] = last_ns[side] >= from_ns;
			if (!stopped[side])
				continue;
			EXPECT_GE(to_ns, last_ns[side]);
			samples_add(&stop_ns, last_ns[side] - from_ns);
			if (ended_itself(self, &changes[side], duty[side]))
				stopped[side] = false;
		}
		if (stopped[0] && stopped[1])
			samples_add(&together_ns, llabs(last_ns[0] - last_ns[1]));
		drop_log(&edges, changes);
	}
	EXPECT_GE(STOP_NS, samples_at(&stop_ns, 1000));
	EXPECT_LE(STOPS / 4, together_ns.count);
	EXPECT_GE(TOGETHER_NS, samples_at(&together_ns, 1000));
	samples_tell(&stop_ns, "from the call to a wheel's stop, ns");
	samples_tell(&together_ns, "from one wheel's stop to the other's, ns");
}

/* From rest both wheels begin together, whatever their directions. */
TEST_F(softpwm, both_wheels_begin_together)
{
	static const int duties[][SIDES] = {
		{ 500, 500 }, { -500, -500 }, { 300, -700 }, { -1000, 1000 }, { 10, 1000 },
	};
	struct samples together_ns = {};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(duties); i++) {
		struct changes changes[SIDES];
		struct board_edges edges;
		struct command given;

		/* So that none of them is a reversal that still has to rest. */
		ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_COAST));
		pause_ns(2 * self->dead_ns);
		board_edges_start(MOTOR_LINES);
		given = command(_metadata, self, duties[i][0], duties[i][1]);
		pause_ns(2 * self->period_ns);
		edges = board_edges_read();
		changes[0] = bridge_changes(&edges, 0);
		changes[1] = bridge_changes(&edges, 1);
		ASSERT_LE(1, changes[0].count);
		ASSERT_LE(1, changes[1].count);
		/* And at once. */
		EXPECT_GE(given.to_ns, changes[0].change->time_ns);
		EXPECT_EQ(driving(given.duty[0]), changes[0].change->levels);
		EXPECT_EQ(driving(given.duty[1]), changes[1].change->levels);
		samples_add(&together_ns, llabs(changes[0].change->time_ns -
						changes[1].change->time_ns));
		drop_log(&edges, changes);
	}
	EXPECT_GE(TOGETHER_NS, samples_at(&together_ns, 1000));
	samples_tell(&together_ns, "from one wheel's start to the other's, ns");
}

/* A wheel that reverses rests first; the other one goes on, and both change together. */
TEST_F_TIMEOUT(softpwm, reversal_rests_first, 60)
{
	enum { REVERSALS = 40 };
	struct samples rest_ns = {};
	unsigned int i;

	srandom(3);
	for (i = 0; i < REVERSALS; i++) {
		struct changes changes[SIDES];
		__s64 ended_ns = 0, began_ns = 0, other_ns = 0;
		struct board_edges edges;
		struct command reverse;
		size_t n;

		ASSERT_EQ(0, rover_stop(self->fd, ROVER_STOP_COAST));
		pause_ns(2 * self->dead_ns);
		board_edges_start(MOTOR_LINES);
		command(_metadata, self, 500, 400);
		pause_ns(self->period_ns + random() % self->period_ns);
		reverse = command(_metadata, self, -500, 600);
		/* Saying it again shortens nothing. */
		if (i % 2) {
			pause_ns(self->dead_ns / 3);
			command(_metadata, self, -500, 600);
		}
		pause_ns(self->dead_ns + 3 * self->period_ns);
		edges = board_edges_read();
		changes[0] = bridge_changes(&edges, 0);
		changes[1] = bridge_changes(&edges, 1);
		for (n = 0; n < changes[0].count; n++) {
			const struct change *change = &changes[0].change[n];

			if (change->levels == BRIDGE_FORWARD) {
				EXPECT_GE(reverse.to_ns, change->time_ns);
				ended_ns = n + 1 < changes[0].count ? change[1].time_ns : 0;
			}
			if (change->levels == BRIDGE_REVERSE && !began_ns)
				began_ns = change->time_ns;
		}
		ASSERT_NE(0, ended_ns);
		ASSERT_NE(0, began_ns);
		/* It counts from the last pulse, which may have ended before the command. */
		EXPECT_LE(self->dead_ns, began_ns - ended_ns);
		EXPECT_GE(self->dead_ns + self->period_ns + 50 * US * slowness(),
			  began_ns - reverse.to_ns);
		samples_add(&rest_ns, began_ns - ended_ns);
		/* The other one begins its new pulse at that instant. */
		for (n = 0; n < changes[1].count; n++)
			if (changes[1].change[n].levels == BRIDGE_FORWARD &&
			    llabs(changes[1].change[n].time_ns - began_ns) <= TOGETHER_NS)
				other_ns = changes[1].change[n + 1].time_ns - began_ns;
		EXPECT_GE(self->period_ns * DUTY_ERROR_PPM / 1000000,
			  llabs(other_ns - on_ns(self, 600)));
		drop_log(&edges, changes);
	}
	EXPECT_LE(self->dead_ns, samples_at(&rest_ns, 0));
	samples_tell(&rest_ns, "rest of a wheel that reverses, ns");
}

/* Only what came out counts: a reversal taken back in time leaves nothing to rest from. */
TEST_F(softpwm, reversal_taken_back_needs_no_rest)
{
	struct changes changes[SIDES];
	struct board_edges edges;
	struct command back;
	unsigned int side;

	command(_metadata, self, 1000, -1000);
	pause_ns(self->dead_ns);
	board_edges_start(MOTOR_LINES);
	command(_metadata, self, -1000, 1000);
	back = command(_metadata, self, 1000, -1000);
	pause_ns(2 * self->dead_ns);
	edges = board_edges_read();
	for (side = 0; side < SIDES; side++) {
		changes[side] = bridge_changes(&edges, side);
		ASSERT_EQ(2, changes[side].count);
		EXPECT_EQ(BRIDGE_COAST, changes[side].change[0].levels);
		EXPECT_EQ(driving(back.duty[side]), changes[side].change[1].levels);
		EXPECT_GE(back.to_ns + 2 * self->min_pulse_ns, changes[side].change[1].time_ns);
	}
	drop_log(&edges, changes);
}

/* Pulses need a timer, nothing else does. */
TEST_F(softpwm, no_timer_without_pulses)
{
	static const int silent[][SIDES] = { { 1000, 1000 }, { 1000, 0 }, { -1000, 1000 } };
	size_t i;

	command(_metadata, self, 500, 0);
	pause_ns(2 * self->period_ns);
	EXPECT_TRUE(timer_pending("softpwm_timer [rover]"));
	for (i = 0; i < ARRAY_SIZE(silent); i++) {
		command(_metadata, self, silent[i][0], silent[i][1]);
		pause_ns(2 * self->period_ns + 2 * self->dead_ns);
		EXPECT_FALSE(timer_pending("softpwm_timer [rover]"));
	}
	command(_metadata, self, 500, 500);
	pause_ns(2 * self->period_ns);
	EXPECT_EQ(0, rover_stop(self->fd, ROVER_STOP_BRAKE));
	EXPECT_FALSE(timer_pending("softpwm_timer [rover]"));
	/* The tick sees that nothing moves, and ends. */
	EXPECT_TRUE(WITHIN(50, !timer_pending("[rover]")));
}

TEST_F(softpwm, timer_cost)
{
	cost_begin("softpwm_timer");
	command(_metadata, self, 300, -700);
	pause_ns(40 * self->period_ns);
	EXPECT_EQ(0, rover_stop(self->fd, ROVER_STOP_COAST));
	cost_tell("cost of a PWM timer, ns");
}

TEST_HARNESS_MAIN
