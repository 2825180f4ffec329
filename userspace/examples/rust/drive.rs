// SPDX-License-Identifier: GPL-2.0-or-later
//! Drives a metre, tells of it, and stops. Rust, by ioctl, with its standard library.
//!
//! Copyright (C) 2026 The rover authors

use std::fs::{File, OpenOptions};
use std::io::{Error, Read, Result};
use std::os::raw::c_ulong;
use std::os::unix::io::AsRawFd;

// kmod/abi.json has all of these.
const ROVER_IOC_SNAPSHOT: c_ulong = 0x80f8e201;
const ROVER_IOC_REPORT: c_ulong = 0x4008e206;
const ROVER_IOC_TAKE: c_ulong = 0x4008e210;
const ROVER_IOC_FEED: c_ulong = 0x0000e212;
const ROVER_IOC_MOVE: c_ulong = 0xc020e217;
const ROVER_TAKE_DEADMAN: u32 = 2;
const ROVER_STOP_BRAKE: u32 = 1;
const ROVER_EVENT_LOST: u16 = 0;
const ROVER_EVENT_DONE: u16 = 3;
const ROVER_EVENT_SAMPLE: u16 = 9;
const EBUSY: i32 = 16;
const ECANCELED: i32 = 125;

#[repr(C)]
#[derive(Default)]
struct RoverPath {
    way: i64,
    speed: i64,
    end: u32,
    flags: u32,
    motion_id: u32,
    reserved: u32,
}

extern "C" {
    fn ioctl(fd: i32, request: c_ulong, ...) -> i32;
}

fn call<T>(rover: &File, number: c_ulong, structure: &mut T) -> Result<()> {
    // SAFETY: the number tells the kernel how large the structure is.
    match unsafe { ioctl(rover.as_raw_fd(), number, structure as *mut T) } {
        0 => Ok(()),
        _ => Err(Error::last_os_error()),
    }
}

fn take(rover: &File, deadman_ms: u32) -> Result<()> {
    let result = call(rover, ROVER_IOC_TAKE, &mut [ROVER_TAKE_DEADMAN, deadman_ms]);
    if matches!(&result, Err(error) if error.raw_os_error() == Some(EBUSY)) {
        let mut snapshot = [0u32; 248 / 4]; // sizeof rover_snapshot
        call(rover, ROVER_IOC_SNAPSHOT, &mut snapshot)?;
        let pid = snapshot[36 / 4]; // rover_snapshot.lease_pid
        return Err(Error::new(result.unwrap_err().kind(), format!("busy: process {pid} drives")));
    }
    result
}

fn main() -> Result<()> {
    let mut rover = OpenOptions::new().read(true).write(true).open("/dev/rover")?;
    take(&rover, 500)?;
    call(&rover, ROVER_IOC_REPORT, &mut [100u32, 0])?;
    // 1 m, the usual speed, brake at the end
    let mut path = RoverPath { way: 1000000, end: ROVER_STOP_BRAKE, ..Default::default() };
    call(&rover, ROVER_IOC_MOVE, &mut path)?;

    let mut event = [0u8; 64]; // sizeof rover_event
    loop {
        rover.read_exact(&mut event)?;
        let word = |at: usize| u32::from_le_bytes(event[at..at + 4].try_into().unwrap());
        let long = |at: usize| i64::from_le_bytes(event[at..at + 8].try_into().unwrap());
        match word(12) as u16 { // rover_event.type
            ROVER_EVENT_SAMPLE => { // ten times a second, so that the deadman is fed
                let x = long(16) as f64 / 1e3; // rover_event.sample.x_um
                let y = long(24) as f64 / 1e3; // rover_event.sample.y_um
                let heading = long(32) as f64 / 1e6; // rover_event.sample.heading_urad
                println!("x {x} mm, y {y} mm, heading {heading} rad");
                match call(&rover, ROVER_IOC_FEED, &mut ()) {
                    // nothing runs: an event will tell why
                    Err(error) if error.raw_os_error() != Some(ECANCELED) => return Err(error),
                    _ => (),
                }
            }
            ROVER_EVENT_LOST => eprintln!("events were lost"),
            ROVER_EVENT_DONE if word(28) == 1 => return Ok(()), // rover_event.done.complete
            ROVER_EVENT_DONE => {
                let text = format!("stopped, reason {}", word(24)); // rover_event.done.reason
                return Err(Error::new(std::io::ErrorKind::Other, text));
            }
            _ => (),
        }
    }
}
