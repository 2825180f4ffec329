#!/usr/bin/env node
// SPDX-License-Identifier: GPL-2.0-or-later
// Drives a metre, tells of it, and stops. Node.js, by records: write() takes
// commands, read() gives events.
// Copyright (C) 2026 The rover authors
import { open } from 'node:fs/promises';

// kmod/abi.json has all of these: commands are the "command" of a call.
const ROVER_IOC_REPORT = 0x06;
const ROVER_IOC_TAKE = 0x10;
const ROVER_IOC_FEED = 0x12;
const ROVER_IOC_MOVE = 0x17;
const ROVER_TAKE_DEADMAN = 2;
const ROVER_STOP_BRAKE = 1;
const ROVER_EVENT_LOST = 0;
const ROVER_EVENT_DONE = 3;
const ROVER_EVENT_SAMPLE = 9;

const rover = await open('/dev/rover', 'r+');

// A record: command, size, structure, in one write().
function command(number, structure = Buffer.alloc(0)) {
  const head = Buffer.alloc(8); // sizeof rover_record
  head.writeUInt32LE(number, 0); // rover_record.command
  head.writeUInt32LE(structure.length, 4); // rover_record.size
  return rover.write(Buffer.concat([head, structure]));
}

function words(...values) {
  const buffer = Buffer.alloc(4 * values.length);
  values.forEach((value, index) => buffer.writeUInt32LE(value, 4 * index));
  return buffer;
}

function path(wayUm, end) {
  const buffer = Buffer.alloc(32); // sizeof rover_path
  buffer.writeBigInt64LE(BigInt(wayUm), 0); // rover_path.way
  buffer.writeUInt32LE(end, 16); // rover_path.end
  return buffer;
}

async function drive() {
  await command(ROVER_IOC_TAKE, words(ROVER_TAKE_DEADMAN, 500));
  await command(ROVER_IOC_REPORT, words(100, 0));
  await command(ROVER_IOC_MOVE, path(1000000, ROVER_STOP_BRAKE));

  const event = Buffer.alloc(64); // sizeof rover_event
  for (;;) {
    await rover.read(event, 0, event.length, null);
    const kind = event.readUInt16LE(12); // rover_event.type
    if (kind === ROVER_EVENT_SAMPLE) { // ten times a second, so that the deadman is fed
      const x = Number(event.readBigInt64LE(16)) / 1e3; // rover_event.sample.x_um
      const y = Number(event.readBigInt64LE(24)) / 1e3; // rover_event.sample.y_um
      const heading = Number(event.readBigInt64LE(32)) / 1e6; // rover_event.sample.heading_urad
      console.log(`x ${x} mm, y ${y} mm, heading ${heading} rad`);
      await command(ROVER_IOC_FEED).catch((error) => {
        if (error.code !== 'ECANCELED') throw error; // an event will tell why
      });
    } else if (kind === ROVER_EVENT_LOST) {
      console.error('events were lost');
    } else if (kind === ROVER_EVENT_DONE) {
      if (event.readUInt32LE(28) === 1) return; // rover_event.done.complete
      const reason = event.readUInt32LE(24); // rover_event.done.reason
      throw new Error(`stopped, reason ${reason}`);
    }
  }
}

try {
  await drive();
} catch (error) {
  console.error(error.code === 'EBUSY' ? 'busy: somebody else drives' : error.message);
  process.exitCode = 1;
} finally {
  await rover.close();
}
