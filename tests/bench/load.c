// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the driver takes before it does anything: time to load and to unload it, the
 * size of the module, and memory for a rover and for an open file of one.
 *
 *   load MODULES	the folder of the modules that scripts/peers builds
 *
 * Copyright (C) 2026 The rover authors
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "bench.h"
#include "device.h"

#define ROUNDS		9
#define MEMORY_ROUNDS	3
#define ROVERS_MAX	64	/* the simulator's limit */
#define FILES		1000
#define SETTLE_MS	1000

static const char *share;
static unsigned int mapping_size;	/* of a rover */

/* The file that modprobe would take, by its table. */
static const char *module_path(const char *module)
{
	static char path[1024];
	char table[256], line[512], name[64];
	struct utsname kernel;
	FILE *file;

	uname(&kernel);
	snprintf(table, sizeof(table), "/lib/modules/%s/modules.dep", kernel.release);
	snprintf(name, sizeof(name), "/%s.ko:", module);
	file = fopen(table, "r");
	/* The rest of a line that is longer has other colons. */
	while (file && fgets(line, sizeof(line), file)) {
		char *end = strstr(line, name);

		if (!end)
			continue;
		*strchr(end, ':') = '\0';
		snprintf(path, sizeof(path), "/lib/modules/%s/%s", kernel.release, line);
		fclose(file);
		return path;
	}
	die("this machine has no module %s", module);
}

static __s64 module_load_ns(const char *path, const char *parameters)
{
	int fd = open(path, O_RDONLY);
	__s64 begin_ns = now_ns();

	if (fd < 0 || syscall(SYS_finit_module, fd, parameters, 0))
		die("%s: %s", path, strerror(errno));
	begin_ns = now_ns() - begin_ns;
	close(fd);
	return begin_ns;
}

static __s64 module_unload_ns(const char *module)
{
	__s64 begin_ns = now_ns();

	if (syscall(SYS_delete_module, module, O_NONBLOCK))
		die("%s stays: %s", module, strerror(errno));
	return now_ns() - begin_ns;
}

/* It is loaded; at the end it is so again. Until there is a device of it. */
static void measure_times(const char *who, const char *module, const char *path,
			  const char *device)
{
	struct samples load = {}, ready = {}, unload = {};
	char key[64];
	unsigned int i;

	for (i = 0; i <= ROUNDS; i++) {
		__s64 unload_ns, load_ns, begin_ns;

		pause_ns(SETTLE_MS * MS);
		unload_ns = module_unload_ns(module);
		pause_ns(SETTLE_MS * MS);
		begin_ns = now_ns();
		load_ns = module_load_ns(path, "");
		while (device && access(device, F_OK))
			if (now_ns() - begin_ns > 5000 * MS)
				die("there is no %s", device);
		if (!i)
			continue;
		samples_add(&ready, now_ns() - begin_ns);
		samples_add(&load, load_ns);
		samples_add(&unload, unload_ns);
	}
	snprintf(key, sizeof(key), "load.%s.load", who);
	bench_tell(key, &load);
	snprintf(key, sizeof(key), "load.%s.unload", who);
	bench_tell(key, &unload);
	if (device) {
		snprintf(key, sizeof(key), "load.%s.ready", who);
		bench_tell(key, &ready);
	}
	samples_free(&ready);
}

static void tell_number(const char *key, __s64 number)
{
	struct samples samples = {};

	samples_add(&samples, number * 1000);
	bench_tell(key, &samples);
}

/* Of a module that is loaded: code, data and what else stays, in whole pages. */
static __s64 module_bytes(const char *module)
{
	static char text[65536];
	char line[64];
	const char *found;
	long long bytes;

	if (file_read("/proc/modules", text + 1, sizeof(text) - 1) < 0)
		die("there is no table of modules");
	text[0] = '\n';
	snprintf(line, sizeof(line), "\n%s ", module);
	found = strstr(text, line);
	if (!found || sscanf(found + strlen(line), "%lld", &bytes) != 1)
		die("%s is not loaded", module);
	return bytes;
}

static void tell_size(const char *module)
{
	char key[64];

	snprintf(key, sizeof(key), "load.size.%s", module);
	tell_number(key, module_bytes(module));
}

/* Of those that scripts/peers has. */
static const char *peer_path(const char *module)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s.ko", share, module);
	return path;
}

static void tell_file_size(const char *module, const char *path)
{
	struct stat status;
	char key[64];

	if (stat(path, &status))
		die("%s: %s", path, strerror(errno));
	snprintf(key, sizeof(key), "load.file.%s", module);
	tell_number(key, status.st_size);
}

static __s64 meminfo_bytes(const char *what)
{
	char text[4096], line[32];
	const char *found;

	if (file_read("/proc/meminfo", text, sizeof(text)) < 0)
		die("the kernel does not tell what it uses");
	snprintf(line, sizeof(line), "\n%s:", what);
	found = strstr(text, line);
	if (!found)
		die("the kernel does not tell its %s", what);
	return atoll(found + strlen(line)) * 1024;
}

/* What is allocated of all caches of objects: name, objects, all of them, size of each. */
static __s64 slab_bytes(void)
{
	FILE *file = fopen("/proc/slabinfo", "r");
	long long objects, size;
	__s64 bytes = 0;
	char line[512];

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "%*s %lld %*d %lld", &objects, &size) == 2)
			bytes += objects * size;
	if (!bytes)
		die("the kernel does not tell its objects");
	fclose(file);
	return bytes;
}

/* What is freed late is gone by then. Stacks of threads are among what is mapped. */
static __s64 kernel_bytes(void)
{
	pause_ns(SETTLE_MS * MS);
	return slab_bytes() + meminfo_bytes("VmallocUsed") + meminfo_bytes("Percpu");
}

/* What the driver takes with so many rovers, without their boards. */
static __s64 driver_bytes(unsigned int rovers)
{
	char boards[32], device[32] = ROVER_DEVICE;
	__s64 before;

	snprintf(boards, sizeof(boards), "boards=%u", rovers - 1);
	if (run("modprobe", "rover_sim", boards, NULL))
		die("no boards");
	before = kernel_bytes();
	module_load_ns(module_path("rover"), "");
	if (rovers > 1)
		snprintf(device, sizeof(device), ROVER_DEVICE "%u", rovers - 1);
	if (!EVENTUALLY(file_exists(device)))
		die("there is no %s", device);
	before = kernel_bytes() - before;
	module_unload_ns("rover");
	module_unload_ns("rover_sim");
	return before;
}

/* The same of devices that have a node, a thread and as much to map, and no more. */
static __s64 bare_bytes(unsigned int devices)
{
	__s64 before = kernel_bytes();
	char parameters[64];

	snprintf(parameters, sizeof(parameters), "devices=%u mapping_size=%u", devices,
		 mapping_size);
	module_load_ns(peer_path("bench_devices"), parameters);
	before = kernel_bytes() - before;
	module_unload_ns("bench_devices");
	return before;
}

/* What one more takes; a first round fills what the kernel keeps. */
static void measure_memory(const char *key, __s64 (*bytes)(unsigned int number))
{
	struct samples samples = {};
	unsigned int i;

	bytes(ROVERS_MAX);
	for (i = 0; i < MEMORY_ROUNDS; i++) {
		__s64 one = bytes(1);

		samples_add(&samples, (bytes(ROVERS_MAX) - one) * 1000 / (ROVERS_MAX - 1));
	}
	bench_tell(key, &samples);
}

static void measure_rovers(void)
{
	int fd = rover_open_or_fail(O_RDWR);

	mapping_size = rover_info_or_fail(fd).mapping_size;
	close(fd);
	module_unload_ns("rover");
	module_unload_ns("rover_sim");
	measure_memory("load.memory.rover", driver_bytes);
	measure_memory("load.memory.bare", bare_bytes);
	if (run("modprobe", "rover_sim", NULL) || run("modprobe", "rover", NULL))
		die("the modules do not come back");
	if (!EVENTUALLY(file_exists(ROVER_DEVICE)))
		die("there is no %s", ROVER_DEVICE);
}

static __s64 files_bytes(const char *path)
{
	static int files[FILES];
	__s64 before = kernel_bytes();
	unsigned int i;

	for (i = 0; i < FILES; i++) {
		files[i] = open(path, O_RDWR);
		if (files[i] < 0)
			die("%s: %s", path, strerror(errno));
	}
	before = kernel_bytes() - before;
	for (i = 0; i < FILES; i++)
		close(files[i]);
	return before;
}

static void measure_files(const char *path, const char *key)
{
	struct samples samples = {};
	unsigned int i;

	files_bytes(path);
	for (i = 0; i < MEMORY_ROUNDS; i++)
		samples_add(&samples, files_bytes(path) * 1000 / FILES);
	bench_tell(key, &samples);
}

/* What the kernel has for parts of it; they share the encoders' lines with us. */
static void measure_peers(void)
{
	static const char *const modules[] = { "rotary_encoder", "counter", "interrupt-cnt",
					       "pwm-gpio", "industrialio", "ping", "srf04" };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(modules); i++)
		module_load_ns(peer_path(modules[i]), "");
	tell_size("industrialio");
	tell_size("ping");
	tell_size("srf04");
	tell_size("counter");
	tell_size("interrupt_cnt");
	tell_size("rotary_encoder");
	tell_size("pwm_gpio");
	tell_number("load.size.parts", module_bytes("industrialio") + module_bytes("ping") +
		    module_bytes("counter") + module_bytes("interrupt_cnt") +
		    module_bytes("rotary_encoder") + module_bytes("pwm_gpio"));
	measure_times("rotary_encoder", "rotary_encoder", peer_path("rotary_encoder"), NULL);
	measure_times("interrupt_cnt", "interrupt_cnt", peer_path("interrupt-cnt"), NULL);
}

/* A driver that has two lines and their interrupts, and no more. */
static void measure_floor(void)
{
	module_load_ns(peer_path("bench_floor"), "");
	tell_size("bench_floor");
	measure_times("floor", "bench_floor", peer_path("bench_floor"), NULL);
	module_unload_ns("bench_floor");
}

int main(int argc, char **argv)
{
	struct rlimit files = { FILES + 100, FILES + 100 };

	if (argc != 2)
		die("usage: load MODULES");
	share = argv[1];
	if (setrlimit(RLIMIT_NOFILE, &files))
		die("cannot have so many files: %s", strerror(errno));
	bench_begin();
	tell_size("rover");
	tell_file_size("rover", module_path("rover"));
	tell_file_size("industrialio", peer_path("industrialio"));
	tell_file_size("ping", peer_path("ping"));
	tell_file_size("interrupt_cnt", peer_path("interrupt-cnt"));
	tell_file_size("rotary_encoder", peer_path("rotary_encoder"));
	tell_file_size("bench_floor", peer_path("bench_floor"));
	measure_files("/dev/null", "load.memory.null");
	measure_files(ROVER_DEVICE, "load.memory.file");
	measure_times("rover", "rover", module_path("rover"), ROVER_DEVICE);
	measure_rovers();
	if (rover_unbind())
		die("unbind: %s", strerror(errno));
	measure_floor();
	measure_peers();
	return 0;
}
