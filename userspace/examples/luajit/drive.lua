-- SPDX-License-Identifier: GPL-2.0-or-later
-- Drives a metre, tells of it, and stops. LuaJIT, by ioctl through ffi.
-- Copyright (C) 2026 The rover authors
local ffi = require("ffi")
local C = ffi.C

ffi.cdef [[
	int open(const char *path, int flags);
	int ioctl(int fd, unsigned long request, ...);
	long read(int fd, void *buffer, size_t size);
	char *strerror(int number);

	struct rover_take { uint32_t flags, deadman_ms; };
	struct rover_report { uint32_t interval_ms, flags; };
	struct rover_path { int64_t way, speed; uint32_t end, flags, motion_id, reserved; };
	struct rover_event {
		uint64_t time_ns;
		uint32_t sequence;
		uint16_t type, flags;
		union {
			struct { int64_t x_um, y_um, heading_urad; } sample;
			struct { uint32_t motion, motion_id, reason, complete; int64_t remaining; } done;
			uint8_t payload[64 - 16];	// sizeof rover_event - rover_event.payload
		};
	};
]]

-- kmod/abi.json has all of these.
local ROVER_IOC_SNAPSHOT = 0x80f8e201
local ROVER_IOC_REPORT = 0x4008e206
local ROVER_IOC_TAKE = 0x4008e210
local ROVER_IOC_FEED = 0x0000e212
local ROVER_IOC_MOVE = 0xc020e217
local ROVER_TAKE_DEADMAN = 2
local ROVER_STOP_BRAKE = 1
local ROVER_EVENT_LOST, ROVER_EVENT_DONE, ROVER_EVENT_SAMPLE = 0, 3, 9
local O_RDWR, EBUSY, ECANCELED = 2, 16, 125

local function quit(...)
	io.stderr:write(string.format(...), "\n")
	os.exit(1)
end

local fd = C.open("/dev/rover", O_RDWR)
local function call(number, structure)
	if C.ioctl(fd, number, structure) == 0 then return end
	return ffi.errno()
end

local function must(err)
	if err then quit("%s", ffi.string(C.strerror(err))) end
end

must(fd < 0 and ffi.errno())
local err = call(ROVER_IOC_TAKE, ffi.new("struct rover_take", ROVER_TAKE_DEADMAN, 500))
if err == EBUSY then
	local snapshot = ffi.new("uint8_t[248]")	-- sizeof rover_snapshot
	must(call(ROVER_IOC_SNAPSHOT, snapshot))
	local pid = ffi.cast("int32_t *", snapshot + 36)	-- rover_snapshot.lease_pid
	quit("busy: process %d drives", pid[0])
end
must(err)
must(call(ROVER_IOC_REPORT, ffi.new("struct rover_report", 100)))
-- 1 m, the usual speed, brake at the end
must(call(ROVER_IOC_MOVE, ffi.new("struct rover_path", 1000000, 0, ROVER_STOP_BRAKE)))

local event = ffi.new("struct rover_event")
while C.read(fd, event, ffi.sizeof(event)) == ffi.sizeof(event) do
	if event.type == ROVER_EVENT_SAMPLE then	-- ten times a second
		local sample = event.sample
		print(string.format("x %.1f mm, y %.1f mm, heading %.3f rad", tonumber(sample.x_um) / 1e3,
			tonumber(sample.y_um) / 1e3, tonumber(sample.heading_urad) / 1e6))
		err = call(ROVER_IOC_FEED)	-- the deadman
		must(err ~= ECANCELED and err)	-- nothing runs: an event will tell why
	elseif event.type == ROVER_EVENT_LOST then
		io.stderr:write("events were lost\n")
	elseif event.type == ROVER_EVENT_DONE then
		if event.done.complete == 1 then os.exit(0) end
		quit("stopped, reason %d, %d mm left", event.done.reason,
			tonumber(event.done.remaining) / 1e3)
	end
end
must(ffi.errno())
