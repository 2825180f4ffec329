// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a command to both wheels costs, each way, and when the pins have followed;
 * by us, and by what the kernel has without us on the same board.
 *
 *   command [BACK_END [MODULES]]	a part of the names of our figures; with the folder of
 *					the modules that scripts/peers builds, also the floor
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/gpio.h>
#include <linux/rover.h>
#include <linux/rover_netlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "bench.h"
#include "board.h"
#include "device.h"
#include "kernel/bench_floor.h"
#include "libgpiod.h"
#include "lines.h"
#include "netlink.h"

#define COUNT		1000
#define EDGES_COUNT	100
#define DEADMAN_MS	5000

/* Two drives, in turn: a command that changes nothing might be cheaper. */
static const char *const duty_texts[] = { "500", "600" };
static struct rover_duty duties[] = { { 500, 500 }, { 600, 600 } };

static const char *back_end = "gpio";
static unsigned int turn;

static const char *key(const char *way)
{
	static char text[64];

	snprintf(text, sizeof(text), "command.%s.%s", back_end, way);
	return text;
}

static void must(bool done, const char *what)
{
	if (!done)
		die("%s: %s", what, strerror(errno));
}

/*
 * Ours
 */
static int rover;

static struct rover_duty *next_duty(void)
{
	return &duties[++turn % 2];
}

static void by_ioctl(void)
{
	must(!ioctl(rover, ROVER_IOC_DUTY, next_duty()), "DUTY");
}

/* To close the file stops the rover: whoever works so wants a file kept open. */
static void by_ioctl_opened(void)
{
	int fd = open(ROVER_DEVICE, O_RDWR);

	must(fd >= 0 && !ioctl(fd, ROVER_IOC_DUTY, next_duty()), "DUTY");
	close(fd);
}

static void by_write(void)
{
	struct {
		struct rover_record head;
		struct rover_duty duty;
	} record = { { _IOC_NR(ROVER_IOC_DUTY), sizeof(struct rover_duty) }, *next_duty() };

	must(write(rover, &record, sizeof(record)) == sizeof(record), "write");
}

static void by_netlink(int fd)
{
	const struct rover_duty *duty = next_duty();
	struct genl_request request = genl_request(ROVER_CMD_DUTY);
	struct genl_verdict verdict;

	genl_u32(&request, ROVER_A_COMMAND_INDEX, 0);
	genl_u32(&request, ROVER_A_COMMAND_LEFT_PERMILLE, duty->left_permille);
	genl_u32(&request, ROVER_A_COMMAND_RIGHT_PERMILLE, duty->right_permille);
	must(!genl_ask(fd, &request, &verdict), "DUTY by netlink");
}

static void by_netlink_opened(void)
{
	int fd = genl_open_or_fail();

	by_netlink(fd);
	close(fd);
}

static void write_held(int fd, const char *text)
{
	must(pwrite(fd, text, strlen(text), 0) == (ssize_t)strlen(text), "attribute");
}

static void write_opened(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	must(fd >= 0, path);
	write_held(fd, text);
	close(fd);
}

static void by_sysfs(const int fd[2])
{
	const char *text = duty_texts[++turn % 2];

	write_held(fd[0], text);
	write_held(fd[1], text);
}

static void by_sysfs_opened(void)
{
	const char *text = duty_texts[++turn % 2];

	write_opened(ROVER_CLASS "left_duty", text);
	write_opened(ROVER_CLASS "right_duty", text);
}

static void measure_ours(void)
{
	int attributes[2], netlink = genl_open_or_fail();

	rover_calm();
	attributes[0] = open(ROVER_CLASS "left_duty", O_WRONLY);
	attributes[1] = open(ROVER_CLASS "right_duty", O_WRONLY);
	must(attributes[0] >= 0 && attributes[1] >= 0, "attributes");

	/* Whoever calls has the lease; nobody has it who writes an attribute. */
	BENCH(key("sysfs"), COUNT, 1, by_sysfs(attributes));
	BENCH(key("sysfs.opened"), COUNT, 1, by_sysfs_opened());
	BENCH(key("netlink"), COUNT, 1, by_netlink(netlink));
	BENCH(key("netlink.opened"), COUNT / 10, 1, by_netlink_opened());
	rover_calm();
	BENCH(key("ioctl.opened"), COUNT, 1, by_ioctl_opened());
	rover_calm();

	rover = rover_open_or_fail(O_RDWR);
	must(!rover_take(rover, ROVER_TAKE_DEADMAN, DEADMAN_MS), "TAKE");
	BENCH(key("ioctl"), COUNT, 1, by_ioctl());
	BENCH(key("write"), COUNT, 1, by_write());
	close(rover);
	rover_calm();
	close(netlink);
	close(attributes[0]);
	close(attributes[1]);
}

/*
 * The last of the pins' edges after a call, which puts both wheels from brake to
 * full drive or back: two pins change, and no pulse is due.
 */
static __s64 pins_ns(void (*command)(bool drive), bool drive)
{
	struct board_edges edges;
	__s64 begin_ns, last_ns = 0;
	size_t i;

	board_edges_start(MOTOR_LINES);
	begin_ns = now_ns();
	command(drive);
	pause_ns(25 * MS);
	edges = board_edges_read();
	for (i = 0; i < edges.count; i++)
		last_ns = edges.edge[i].time_ns;
	if (edges.count != 2)
		die("%zu edges instead of two", edges.count);
	board_edges_free(&edges);
	return last_ns - begin_ns;
}

static void measure_pins(const char *name, void (*command)(bool drive))
{
	struct samples samples = {};
	unsigned int i;

	for (i = 0; i < EDGES_COUNT; i++) {
		__s64 span_ns = pins_ns(command, i % 2 == 0);

		if (i)
			samples_add(&samples, span_ns * 1000);
	}
	bench_tell(name, &samples);
}

static void drive_by_ioctl(bool drive)
{
	if (drive)
		must(!rover_duty(rover, 1000, 1000), "DUTY");
	else
		must(!rover_stop(rover, ROVER_STOP_BRAKE), "STOP");
}

static void measure_our_pins(void)
{
	rover_calm();
	rover = rover_open_or_fail(O_RDWR);
	must(!rover_take(rover, ROVER_TAKE_DEADMAN, DEADMAN_MS), "TAKE");
	must(!rover_stop(rover, ROVER_STOP_BRAKE), "STOP");
	pause_ns(300 * MS);
	measure_pins(key("ioctl.pins"), drive_by_ioctl);
	close(rover);
	rover_calm();
}

/*
 * The stock way: two PWM channels for the drive, two GPIOs for the direction, or
 * four GPIOs for a drive without pulses.
 */
static struct {
	int lines;
	int duty[2];
	char duty_path[2][128];
	char chip_path[64];
} stock;

static const char *pwm_chip(void)
{
	static char path[128];
	glob_t found;

	if (glob("/sys/class/pwm/pwmchip*", 0, NULL, &found) || found.gl_pathc != 1)
		die("which of the PWM chips is the board's?");
	snprintf(path, sizeof(path), "%s", found.gl_pathv[0]);
	globfree(&found);
	return path;
}

static void pwm_set(unsigned int channel, const char *file, const char *text)
{
	char path[192];

	snprintf(path, sizeof(path), "%s/pwm%u/%s", pwm_chip(), channel, file);
	must(!file_write(path, text), path);
}

#define WAY_LINES	(BIT_ULL(LEFT_IN2) | BIT_ULL(RIGHT_IN2))

static void stock_begin(void)
{
	char path[192], text[8];
	unsigned int channel;

	must(!rover_unbind(), "unbind");
	for (channel = 0; channel < 2; channel++) {
		snprintf(path, sizeof(path), "%s/export", pwm_chip());
		snprintf(text, sizeof(text), "%u", channel);
		must(!file_write(path, text), path);
		pwm_set(channel, "period", "10000000");
		pwm_set(channel, "enable", "1");
		snprintf(stock.duty_path[channel], sizeof(stock.duty_path[channel]),
			 "%s/pwm%u/duty_cycle", pwm_chip(), channel);
		stock.duty[channel] = open(stock.duty_path[channel], O_WRONLY);
		must(stock.duty[channel] >= 0, stock.duty_path[channel]);
	}
	stock.lines = lines_output(WAY_LINES);
}

static void rover_again(void)
{
	must(!rover_bind(), "bind");
	must(EVENTUALLY(file_exists(ROVER_DEVICE)), ROVER_DEVICE);
}

static void stock_end(void)
{
	char path[192];

	close(stock.lines);
	close(stock.duty[0]);
	close(stock.duty[1]);
	snprintf(path, sizeof(path), "%s/unexport", pwm_chip());
	must(!file_write(path, "0") && !file_write(path, "1"), path);
	rover_again();
}

static const char *next_pulse(void)
{
	return ++turn % 2 ? "5000000" : "6000000";
}

static void stock_lines(int fd, unsigned int mask, unsigned int bits)
{
	struct gpio_v2_line_values values = { .mask = mask, .bits = bits };

	must(!ioctl(fd, GPIO_V2_LINE_SET_VALUES_IOCTL, &values), "GPIO");
}

static void stock_pulses(void)
{
	const char *pulse = next_pulse();

	write_held(stock.duty[0], pulse);
	write_held(stock.duty[1], pulse);
}

static void stock_both(void)
{
	stock_pulses();
	stock_lines(stock.lines, 3, turn % 2 ? 3 : 0);
}

static void library_both(struct gpiod_line_request *lines)
{
	static const enum gpiod_line_value ways[2][2] = {
		{ GPIOD_LINE_VALUE_INACTIVE, GPIOD_LINE_VALUE_INACTIVE },
		{ GPIOD_LINE_VALUE_ACTIVE, GPIOD_LINE_VALUE_ACTIVE },
	};

	stock_pulses();
	must(!gpiod_line_request_set_values(lines, ways[turn % 2]), "libgpiod");
}

static void stock_opened(void)
{
	const char *pulse = next_pulse();
	int fd;

	write_opened(stock.duty_path[0], pulse);
	write_opened(stock.duty_path[1], pulse);
	fd = lines_output(WAY_LINES);
	stock_lines(fd, 3, 3);
	close(fd);
}

/* Lines by number: RIGHT_IN2 12, RIGHT_IN1 13, LEFT_IN1 16, LEFT_IN2 19. */
static void stock_drive(bool drive)
{
	stock_lines(stock.lines, 0xf, drive ? 0x6 : 0xf);
}

/* The lines are free. */
static void measure_library(void)
{
	struct gpiod_line_request *lines = libgpiod_output(WAY_LINES);

	BENCH("command.libgpiod", COUNT, 1, library_both(lines));
	gpiod_line_request_release(lines);
}

static void measure_stock(void)
{
	stock_begin();
	BENCH("command.stock", COUNT, 1, stock_both());
	close(stock.lines);
	measure_library();
	BENCH("command.stock.opened", COUNT, 1, stock_opened());
	stock.lines = lines_output(MOTOR_LINES);
	stock_drive(false);
	measure_pins("command.stock.pins", stock_drive);
	stock_end();
}

/* A driver that does nothing but set both channels. */
static void measure_floor(const char *folder)
{
	int floor;

	must(!rover_unbind(), "unbind");
	floor = bench_floor_begin(folder);
	must(!ioctl(floor, BENCH_FLOOR_PWMS), "PWM");
	BENCH(key("floor"), COUNT, 1, ioctl(floor, BENCH_FLOOR_PWMS));
	bench_floor_end(floor);
	rover_again();
}

int main(int argc, char **argv)
{
	if (argc > 1)
		back_end = argv[1];
	bench_begin();
	measure_ours();
	measure_our_pins();
	measure_stock();
	if (argc > 2)
		measure_floor(argv[2]);
	return 0;
}
