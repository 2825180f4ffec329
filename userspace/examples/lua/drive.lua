-- SPDX-License-Identifier: GPL-2.0-or-later
-- Drives a metre, tells of it, and stops. Lua 5.4, by records: write() takes
-- commands, read() gives events.
-- Copyright (C) 2026 The rover authors

-- kmod/abi.json has all of these: commands are the "command" of a call.
local ROVER_IOC_REPORT, ROVER_IOC_TAKE, ROVER_IOC_FEED, ROVER_IOC_MOVE = 0x06, 0x10, 0x12, 0x17
local ROVER_TAKE_DEADMAN = 2
local ROVER_STOP_BRAKE = 1
local ROVER_EVENT_LOST, ROVER_EVENT_DONE, ROVER_EVENT_SAMPLE = 0, 3, 9
local EBUSY, ECANCELED = 16, 125

-- Lua's files do not like to read and write in turns, so there are two. The one
-- that commands is the driver; each has a queue of events of its own.
local driver = assert(io.open("/dev/rover", "wb"))
local events = assert(io.open("/dev/rover", "r+b"))

-- A record: command, size, structure. Each has to leave in one write().
local function command(file, number, structure)
	structure = structure or ""
	file:setvbuf("full", 4096)
	assert(file:write(string.pack("=I4s4", number, structure)))
	local done, message, errno = file:flush()
	return done and 0 or errno, message
end

local function must(errno, message)
	if errno ~= 0 then
		io.stderr:write(errno == EBUSY and "busy: somebody else drives" or message, "\n")
		os.exit(1)
	end
end

must(command(driver, ROVER_IOC_TAKE, string.pack("=I4I4", ROVER_TAKE_DEADMAN, 500)))
must(command(events, ROVER_IOC_REPORT, string.pack("=I4I4", 100, 0)))
-- rover_path: 1 m, the usual speed, brake at the end
must(command(driver, ROVER_IOC_MOVE,
	string.pack("=i8i8I4I4I4I4", 1000000, 0, ROVER_STOP_BRAKE, 0, 0, 0)))

for event in events:lines(64) do	-- sizeof rover_event
	local kind = string.unpack("=I2", event, 12 + 1)	-- rover_event.type
	if kind == ROVER_EVENT_SAMPLE then	-- ten times a second, so that the deadman is fed
		local x, y, heading = string.unpack("=i8i8i8", event, 16 + 1)	-- rover_event.sample
		print(string.format("x %.1f mm, y %.1f mm, heading %.3f rad",
			x / 1e3, y / 1e3, heading / 1e6))
		local errno, message = command(driver, ROVER_IOC_FEED)
		if errno ~= ECANCELED then must(errno, message) end	-- an event will tell why
	elseif kind == ROVER_EVENT_LOST then
		io.stderr:write("events were lost\n")
	elseif kind == ROVER_EVENT_DONE then
		local _, _, reason, complete, left =
			string.unpack("=I4I4I4I4i8", event, 16 + 1)	-- rover_event.done
		if complete == 1 then os.exit(0) end
		io.stderr:write(string.format("stopped, reason %d, %d mm left\n", reason, left // 1000))
		os.exit(1)
	end
end
io.stderr:write("the rover is gone\n")
os.exit(1)
