// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Comings and goings: bind and unbind, load and unload, of the rover and of
 * what it stands on, whatever is going on meanwhile. The motors go off first,
 * who holds a file hears ENODEV, and nothing is left behind.
 *
 * The kernel log is looked at by scripts/vm --check-log. The fixture order
 * wants --icount, the others as many processors as there are.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "board.h"
#include "device.h"
#include "harness.h"
#include "util.h"

#define TIMES		50
#define DRIVERS		"/sys/bus/platform/drivers/"

/* A provider, or the rover itself: what is unbound, from which driver. */
struct device_driver {
	const char *driver;
	const char *device;
};

static const struct device_driver the_rover = { "rover", "rover" };
static const struct device_driver the_lines = { "rover-sim-gpio", "rover-sim:gpio" };
static const struct device_driver the_pwm = { "rover-sim-pwm", "rover-sim:pwm" };
static const struct device_driver the_board = { "rover-sim-board", "rover-sim" };

/* A file of a driver in sysfs; valid until the next call. */
static const char *driver_path(const struct device_driver *what, const char *file)
{
	static char path[96];

	snprintf(path, sizeof(path), DRIVERS "%s/%s", what->driver, file);
	return path;
}

static bool has_device_tree(void)
{
	return file_exists("/proc/device-tree");
}

/* A board that no device tree describes joins the names of its parts otherwise. */
static const char *device_name(const struct device_driver *what)
{
	static char name[32];
	char *colon;

	snprintf(name, sizeof(name), "%s", what->device);
	colon = strchr(name, ':');
	if (colon && !has_device_tree())
		*colon = '-';
	return name;
}

static int unbind(const struct device_driver *what)
{
	return file_write(driver_path(what, "unbind"), device_name(what));
}

static bool is_bound(const struct device_driver *what)
{
	return file_exists(driver_path(what, device_name(what)));
}

static void bind_or_fail(const struct device_driver *what)
{
	int err;

	if (is_bound(what))
		return;
	err = file_write(driver_path(what, "bind"), device_name(what));
	/* The kernel may have done so itself meanwhile. */
	if (err && !EVENTUALLY(is_bound(what)))
		die("cannot bind %s: %s", what->device, strerror(-err));
}

/* Everything there, whatever a test has left. */
static void bind_all(void)
{
	/* The board brings its parts. */
	if (is_bound(&the_board)) {
		bind_or_fail(&the_lines);
		if (has_device_tree())
			bind_or_fail(&the_pwm);
	} else {
		bind_or_fail(&the_board);
		if (!EVENTUALLY(is_bound(&the_lines) &&
				(!has_device_tree() || is_bound(&the_pwm))))
			die("the board has no lines");
	}
	bind_or_fail(&the_rover);
	/* To be bound begins before the driver's probe ends. */
	if (!EVENTUALLY(file_exists(ROVER_DEVICE)))
		die("no rover");
}

static void load_or_fail(void)
{
	if (run("modprobe", "rover", NULL))
		die("cannot load rover");
	bind_all();
}

/* 0 or -errno */
static int unload(const char *module)
{
	return syscall(SYS_delete_module, module, O_NONBLOCK) ? -errno : 0;
}

static void expect_gone(struct __test_metadata *_metadata, int fd)
{
	struct pollfd poll_fd = { .fd = fd };
	struct rover_range range;

	EXPECT_EQ(-ENODEV, rover_duty(fd, 500, 500));
	EXPECT_EQ(-ENODEV, rover_stop(fd, ROVER_STOP_COAST));
	EXPECT_EQ(-ENODEV, rover_call(fd, ROVER_IOC_PING, &range));
	EXPECT_EQ(1, poll(&poll_fd, 1, 0));
	EXPECT_EQ(POLLHUP | POLLERR, poll_fd.revents);
}

/* The pin of a PWM channel stays with its provider, low. */
static bool motors_are_released(void)
{
	static const unsigned int lines[] = { LEFT_IN1, LEFT_IN2, RIGHT_IN1, RIGHT_IN2 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		struct board_state state = board_line(lines[i]);

		if (!strcmp(state.direction, "out") || state.level)
			return false;
	}
	return true;
}

/*
 * Which goes first: the motors
 */
FIXTURE(order) {
	int fd;
};

FIXTURE_VARIANT(order) {
	const struct device_driver *what;
};

FIXTURE_VARIANT_ADD(order, rover) { &the_rover };
FIXTURE_VARIANT_ADD(order, lines) { &the_lines };
FIXTURE_VARIANT_ADD(order, pwm) { &the_pwm };

static bool has_hardware_pwm(void)
{
	int fd = rover_open_or_fail(O_RDONLY);
	bool has = rover_info_or_fail(fd).capabilities & ROVER_CAP_HARDWARE_PWM;

	close(fd);
	return has;
}

static int open_and_drive(void)
{
	int fd = rover_open_or_fail(O_RDWR);

	if (rover_duty(fd, 1000, 1000) || !EVENTUALLY(wheels_turn(1, 1)))
		die("the rover does not drive");
	return fd;
}

/* lockdep looks long at locks that it sees in a new order, whatever waits for them. */
static void rehearse(const struct device_driver *what)
{
	int fd = open_and_drive();

	if (unbind(what))
		die("%s cannot be unbound", what->device);
	close(fd);
	bind_all();
	rover_calm();
}

FIXTURE_SETUP(order)
{
	if (sysconf(_SC_NPROCESSORS_ONLN) > 1)
		SKIP(return, "wants exact times: --icount");
	bind_all();
	rover_calm();
	if (variant->what == &the_pwm && !has_hardware_pwm())
		SKIP(return, "the overlay has no hwpwm");
	rehearse(variant->what);
	self->fd = open_and_drive();
}

FIXTURE_TEARDOWN(order)
{
	close(self->fd);
	bind_all();
}

/*
 * A line that is given back falls, too: it becomes an input with a pull-down.
 * But lines are given back one by one, and a stop takes all within 2 us.
 */
TEST_F(order, motors_stop_before_their_lines_leave)
{
	struct board_edges edges;

	board_edges_start(MOTOR_LINES);
	ASSERT_EQ(0, unbind(variant->what));
	EXPECT_TRUE(motors_are_released());
	expect_gone(_metadata, self->fd);
	edges = board_edges_read();
	ASSERT_EQ(2, edges.count);
	EXPECT_EQ(0, edges.edge[0].level);
	EXPECT_EQ(0, edges.edge[1].level);
	EXPECT_GE(2000 * slowness(), edges.edge[1].time_ns - edges.edge[0].time_ns);
	board_edges_free(&edges);
}

/*
 * One after the other
 */
FIXTURE(unbind) {
	int fd;
};

FIXTURE_VARIANT(unbind) {
	const struct device_driver *what;
};

FIXTURE_VARIANT_ADD(unbind, rover) { &the_rover };
FIXTURE_VARIANT_ADD(unbind, lines) { &the_lines };
FIXTURE_VARIANT_ADD(unbind, board) { &the_board };

FIXTURE_SETUP(unbind)
{
	bind_all();
	rover_calm();
	self->fd = rover_open_or_fail(O_RDWR);
}

FIXTURE_TEARDOWN(unbind)
{
	close(self->fd);
	bind_all();
}

TEST_F(unbind, while_a_file_drives)
{
	ASSERT_EQ(0, rover_duty(self->fd, 500, 500));
	ASSERT_EQ(0, unbind(variant->what));
	expect_gone(_metadata, self->fd);
	EXPECT_FALSE(file_exists(ROVER_DEVICE));
	EXPECT_FALSE(file_exists(ROVER_CLASS));
	if (variant->what != &the_board)
		EXPECT_TRUE(motors_are_released());
}

TEST_F(unbind, while_the_anonymous_drives)
{
	ASSERT_EQ(0, attribute_write("command", "forward"));
	ASSERT_EQ(0, unbind(variant->what));
	expect_gone(_metadata, self->fd);
	bind_all();
	EXPECT_TRUE(rover_is("idle none"));
}

TEST_F(unbind, while_attributes_are_open)
{
	int state = open(ROVER_CLASS "state", O_RDONLY);
	int command = open(ROVER_CLASS "command", O_RDWR);
	struct pollfd poll_fd = { .fd = state, .events = POLLPRI };
	char text[32];

	ASSERT_LT(0, read(state, text, sizeof(text)));
	ASSERT_EQ(0, unbind(variant->what));
	EXPECT_EQ(-1, pread(state, text, sizeof(text), 0));
	EXPECT_EQ(ENODEV, errno);
	EXPECT_EQ(-1, write(command, "forward", 7));
	EXPECT_EQ(ENODEV, errno);
	EXPECT_EQ(1, poll(&poll_fd, 1, 1000));
	close(state);
	close(command);
}

/* The measurement that is waited for never comes. */
TEST_F(unbind, while_a_ping_waits)
{
	struct rover_range range;
	int ready[2], i;
	pid_t pid;
	char byte;

	for (i = 0; i < 5; i++) {
		int fd = rover_open_or_fail(O_RDONLY);

		ASSERT_EQ(0, pipe(ready));
		pid = fork();
		if (!pid) {
			int err = 0;

			write(ready[1], "", 1);
			while (!err)
				err = rover_call(fd, ROVER_IOC_PING, &range);
			_exit(-err);
		}
		ASSERT_EQ(1, read(ready[0], &byte, 1));
		pause_ns(i * 7 * MS);
		ASSERT_EQ(0, unbind(variant->what));
		EXPECT_EQ(ENODEV, wait_for(pid));
		close(fd);
		close(ready[0]);
		close(ready[1]);
		bind_all();
	}
}

/* With processes that do nothing but this until it is gone. */
static int use_file(int fd)
{
	struct rover_snapshot snapshot;
	int err = 0;

	while (err != -ENODEV) {
		err = rover_duty(fd, 500, -500);
		rover_feed(fd);
		rover_call(fd, ROVER_IOC_SNAPSHOT, &snapshot);
		rover_stop(fd, ROVER_STOP_BRAKE);
		rover_take(fd, ROVER_TAKE_FORCE, 0);
		rover_release(fd);
	}
	return 0;
}

/* Closed loop, guarded, with the head and the emergency stop in between. */
static int drive_file(int unused)
{
	int fd = open(ROVER_DEVICE, O_RDWR), err = fd < 0 ? -ENODEV : 0;
	struct rover_settings guard = { .fields = ROVER_SET_GUARD, .guard_um = 100000 };
	struct rover_speed speed = { .left_um_s = 200000, .right_um_s = -200000 };
	struct rover_look look = { .flags = ROVER_LOOK_PAN };
	struct rover_path path = { .way = 50000 };

	while (err != -ENODEV) {
		rover_take(fd, ROVER_TAKE_FORCE, 0);
		rover_call(fd, ROVER_IOC_CONFIGURE, &guard);
		err = rover_call(fd, ROVER_IOC_SPEED, &speed);
		rover_call(fd, ROVER_IOC_MOVE, &path);
		look.pan_urad = 100000 - look.pan_urad;
		rover_call(fd, ROVER_IOC_LOOK, &look);
		rover_call(fd, ROVER_IOC_ESTOP, NULL);
		rover_call(fd, ROVER_IOC_CLEAR, NULL);
	}
	close(fd);
	return 0;
}

/* Waits for records, ranges among them; the last thing to be heard is ENODEV. */
static int read_file(int unused)
{
	struct rover_subscribe subscribe = {
		.kinds = ROVER_SUBSCRIBE_DEFAULT | 1 << ROVER_EVENT_RANGE,
	};
	struct rover_event event[4];
	int fd = open(ROVER_DEVICE, O_RDONLY);
	ssize_t got;

	if (fd < 0 || rover_call(fd, ROVER_IOC_SUBSCRIBE, &subscribe) == -ENODEV)
		return 0;
	do
		got = read(fd, event, sizeof(event));
	while (got > 0);
	return got == 0 ? 1 : errno == ENODEV ? 0 : errno;
}

/* Waits for more than there is, until it is gone. */
static int poll_file(int unused)
{
	struct pollfd poller = { .fd = open(ROVER_DEVICE, O_RDONLY), .events = POLLPRI };

	if (poller.fd < 0)
		return 0;
	if (poll(&poller, 1, 20000) != 1)
		return 1;
	return poller.revents == (POLLHUP | POLLERR) ? 0 : poller.revents;
}

/* The mapping stays, with its flag, when all else is gone, the file too. */
static int map_file(int unused)
{
	const struct rover_mapping *mapping;
	struct rover_snapshot snapshot;
	struct rover_info info;
	int fd = open(ROVER_DEVICE, O_RDONLY);

	if (fd < 0 || rover_call(fd, ROVER_IOC_INFO, &info) == -ENODEV)
		return 0;
	mapping = mmap(NULL, info.mapping_size, PROT_READ, MAP_SHARED, fd, 0);
	if (mapping == MAP_FAILED)
		return errno == ENODEV ? 0 : errno;
	close(fd);
	while (!(__atomic_load_n(&mapping->flags, __ATOMIC_ACQUIRE) & ROVER_MAPPING_GONE))
		rover_mapping_snapshot(mapping, &snapshot);
	rover_mapping_snapshot(mapping, &snapshot);
	if (snapshot.left.duty_permille || snapshot.right.duty_permille)
		return 2;
	return mapping->magic == ROVER_MAPPING_MAGIC ? 0 : 3;
}

static int read_attributes(int unused)
{
	static const char *const names[] = {
		"state", "left_duty", "left_count", "right_speed", "range", "deadman",
	};
	char text[32];
	unsigned int i;

	for (i = 0; attribute_exists("state"); i++)
		attribute_read(names[i % ARRAY_SIZE(names)], text, sizeof(text));
	return 0;
}

static int write_attributes(int unused)
{
	static const char *const words[] = { "forward", "stop", "spin-left", "brake" };
	unsigned int i;

	for (i = 0; attribute_exists("state"); i++) {
		attribute_write("command", words[i % ARRAY_SIZE(words)]);
		attribute_write_number("deadman", 500 + i % 100);
	}
	return 0;
}

static int open_files(int unused)
{
	int fd, err = 0;

	while (!err) {
		fd = open(ROVER_DEVICE, O_RDWR);
		err = fd < 0 ? -errno : 0;
		rover_duty(fd, 300, 300);
		close(fd);
	}
	return err == -ENOENT || err == -ENODEV || err == -ENXIO ? 0 : -err;
}

TEST_F_TIMEOUT(unbind, while_everybody_uses_it, 60)
{
	static int (*const users[])(int fd) = {
		use_file, use_file, read_attributes, read_attributes, write_attributes,
		open_files, drive_file, read_file, poll_file, map_file,
	};
	pid_t pids[ARRAY_SIZE(users)];
	unsigned int i;
	int times;

	for (times = 0; times < 5; times++) {
		int fd = rover_open_or_fail(O_RDWR);

		for (i = 0; i < ARRAY_SIZE(users); i++) {
			pids[i] = fork();
			if (!pids[i])
				_exit(users[i](fd));
		}
		pause_ns((20 + times * 7) * MS);
		ASSERT_EQ(0, unbind(variant->what));
		if (variant->what != &the_board)
			EXPECT_TRUE(motors_are_released());
		for (i = 0; i < ARRAY_SIZE(users); i++)
			EXPECT_EQ(0, wait_for(pids[i])) TH_LOG("user %u", i);
		expect_gone(_metadata, fd);
		close(fd);
		bind_all();
	}
}

/*
 * Many times, and nothing is left behind
 */

/* What a rover takes from the kernel and has to give back. */
struct belongings {
	unsigned int lines;
	unsigned int interrupts;
	unsigned int threads;
	unsigned int devices;
	unsigned int links;
};

/* How often a word stands in a file. */
static unsigned int count_words(const char *path, const char *word)
{
	static char text[65536];
	unsigned int count = 0;
	const char *found;

	if (file_read(path, text, sizeof(text)) < 0)
		die("no %s", path);
	for (found = strstr(text, word); found; found = strstr(found + 1, word))
		count++;
	return count;
}

static unsigned int count_entries(const char *path)
{
	DIR *folder = opendir(path);
	unsigned int count = 0;

	while (folder && readdir(folder))
		count++;
	if (folder)
		closedir(folder);
	return count;
}

static unsigned int count_threads(void)
{
	DIR *folder = opendir("/proc");
	unsigned int count = 0;
	struct dirent *entry;

	while ((entry = readdir(folder))) {
		char path[300], name[32];

		snprintf(path, sizeof(path), "/proc/%s/comm", entry->d_name);
		if (file_read(path, name, sizeof(name)) > 0 && !strcmp(name, "rover\n"))
			count++;
	}
	closedir(folder);
	return count;
}

static struct belongings count_belongings(void)
{
	return (struct belongings) {
		.lines = count_words("/sys/kernel/debug/gpio", "|rover:"),
		.interrupts = count_words("/proc/interrupts", " rover\n"),
		.threads = count_threads(),
		.devices = count_entries("/sys/class/rover"),
		.links = count_entries("/sys/class/devlink"),
	};
}

static void expect_same(struct __test_metadata *_metadata, const struct belongings *before)
{
	struct belongings now = count_belongings();

	EXPECT_EQ(before->lines, now.lines);
	EXPECT_EQ(before->interrupts, now.interrupts);
	EXPECT_EQ(before->threads, now.threads);
	EXPECT_EQ(before->devices, now.devices);
	EXPECT_EQ(before->links, now.links);
}

/*
 * Live objects of the slab caches that kmalloc() takes from. They are exact
 * with slub_debug=, which also finds what is used after it was freed.
 */
#define CACHES_MAX	64

struct caches {
	unsigned int count;
	char name[CACHES_MAX][32];
	long objects[CACHES_MAX];
};

static void read_caches(struct caches *caches)
{
	FILE *file = fopen("/proc/slabinfo", "r");
	char line[256];

	if (!file)
		die("no slabinfo");
	caches->count = 0;
	while (caches->count < CACHES_MAX && fgets(line, sizeof(line), file))
		if (!strncmp(line, "kmalloc-", 8) &&
		    sscanf(line, "%31s %ld", caches->name[caches->count],
			   &caches->objects[caches->count]) == 2)
			caches->count++;
	fclose(file);
}

/* KASAN keeps for a while what was freed. */
static void shrink_cache(const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/kernel/slab/%s/shrink", name);
	file_write(path, "1");
}

/* The cache that has grown by more than that, or NULL. */
static const char *grown_cache(const struct caches *before, long objects)
{
	static struct caches now;
	unsigned int i;

	read_caches(&now);
	if (now.count != before->count)
		die("the caches have changed");
	for (i = 0; i < now.count; i++)
		if (now.objects[i] - before->objects[i] > objects) {
			shrink_cache(now.name[i]);
			return now.name[i];
		}
	return NULL;
}

/* Something is freed seconds later, in batches; what was leaked, never. */
static void expect_no_leak(struct __test_metadata *_metadata, const struct caches *before,
			   long times)
{
	EXPECT_TRUE(WITHIN(15000, !grown_cache(before, times / 2)))
		TH_LOG("leak in %s", grown_cache(before, times / 2) ?: "none");
}

FIXTURE(many_times) {
};

FIXTURE_SETUP(many_times)
{
	bind_all();
	rover_calm();
}

FIXTURE_TEARDOWN(many_times)
{
	load_or_fail();
}

/* Bound again while the files of its last life are open, some driving. */
static void bind_many_times(struct __test_metadata *_metadata)
{
	int fds[TIMES], i;

	for (i = 0; i < TIMES; i++) {
		fds[i] = rover_open_or_fail(O_RDWR);
		if (i % 3)
			ASSERT_EQ(0, rover_duty(fds[i], 500, i % 3 == 1 ? 500 : -500));
		ASSERT_EQ(0, unbind(&the_rover));
		EXPECT_EQ(-ENODEV, rover_duty(fds[i], 500, 500));
		if (i % 2) {
			close(fds[i]);
			fds[i] = -1;
		}
		bind_all();
	}
	for (i = 0; i < TIMES; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

TEST_F_TIMEOUT(many_times, bound_with_open_files, 120)
{
	struct belongings before = count_belongings();
	struct caches caches;

	EXPECT_LT(0, before.lines);
	EXPECT_EQ(1, before.threads);
	bind_many_times(_metadata);
	read_caches(&caches);
	bind_many_times(_metadata);
	expect_no_leak(_metadata, &caches, TIMES);
	expect_same(_metadata, &before);
}

static void load_many_times(struct __test_metadata *_metadata)
{
	int i;

	for (i = 0; i < TIMES / 2; i++) {
		if (i % 2)
			ASSERT_EQ(0, attribute_write("command", "forward"));
		ASSERT_TRUE(EVENTUALLY(!unload("rover")));
		EXPECT_TRUE(motors_are_released());
		ASSERT_EQ(0, run("modprobe", "rover", NULL));
	}
}

TEST_F_TIMEOUT(many_times, loaded, 120)
{
	struct belongings before = count_belongings();
	struct caches caches;

	load_many_times(_metadata);
	read_caches(&caches);
	load_many_times(_metadata);
	expect_no_leak(_metadata, &caches, TIMES / 2);
	expect_same(_metadata, &before);
}

/*
 * Modules
 */
FIXTURE(module) {
};

FIXTURE_SETUP(module)
{
	bind_all();
	rover_calm();
}

FIXTURE_TEARDOWN(module)
{
	load_or_fail();
}

/* EWOULDBLOCK is what the kernel says for a module in use. */
TEST_F(module, stays_while_a_file_is_open)
{
	int fd = rover_open_or_fail(O_RDONLY);

	EXPECT_EQ(-EWOULDBLOCK, unload("rover"));
	ASSERT_EQ(0, unbind(&the_rover));
	EXPECT_EQ(-EWOULDBLOCK, unload("rover"));
	EXPECT_EQ(-ENODEV, rover_stop(fd, ROVER_STOP_COAST));
	close(fd);
	EXPECT_EQ(0, unload("rover"));
}

TEST_F(module, stays_while_a_file_drives)
{
	int fd = rover_open_or_fail(O_RDWR);

	ASSERT_EQ(0, rover_duty(fd, 500, 500));
	EXPECT_EQ(-EWOULDBLOCK, unload("rover"));
	EXPECT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
	close(fd);
}

TEST_F(module, leaves_with_the_motors_off)
{
	ASSERT_EQ(0, attribute_write("command", "forward"));
	ASSERT_TRUE(EVENTUALLY(wheels_turn(1, 1)));
	ASSERT_TRUE(EVENTUALLY(!unload("rover")));
	EXPECT_TRUE(motors_are_released());
	EXPECT_TRUE(EVENTUALLY(wheels_rest()));
	EXPECT_FALSE(file_exists(ROVER_DEVICE));
}

/* Whoever has lines requested holds the module that provides them. */
TEST_F(module, of_the_provider_stays)
{
	EXPECT_EQ(-EWOULDBLOCK, unload("rover_sim"));
	EXPECT_TRUE(file_exists(ROVER_DEVICE));
}

TEST_HARNESS_MAIN
