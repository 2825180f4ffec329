// SPDX-License-Identifier: GPL-2.0-or-later

// Drives a metre, tells of it, and stops. Go, by ioctl, with its standard library.
// Copyright (C) 2026 The rover authors
package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"syscall"
	"unsafe"
)

// kmod/abi.json has all of these.
const (
	ROVER_IOC_SNAPSHOT = 0x80f8e201
	ROVER_IOC_REPORT   = 0x4008e206
	ROVER_IOC_TAKE     = 0x4008e210
	ROVER_IOC_FEED     = 0x0000e212
	ROVER_IOC_MOVE     = 0xc020e217
	ROVER_TAKE_DEADMAN = 2
	ROVER_STOP_BRAKE   = 1
	ROVER_EVENT_LOST   = 0
	ROVER_EVENT_DONE   = 3
	ROVER_EVENT_SAMPLE = 9
)

type roverPath struct {
	way, speed                     int64
	end, flags, motionID, reserved uint32
}

func call(file *os.File, number uintptr, structure unsafe.Pointer) error {
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, file.Fd(), number, uintptr(structure))
	if errno == 0 {
		return nil
	}
	return errno
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func take(rover *os.File) {
	err := call(rover, ROVER_IOC_TAKE, unsafe.Pointer(&[2]uint32{ROVER_TAKE_DEADMAN, 500}))
	if errors.Is(err, syscall.EBUSY) {
		var snapshot [248]byte // sizeof rover_snapshot
		must(call(rover, ROVER_IOC_SNAPSHOT, unsafe.Pointer(&snapshot)))
		pid := int32(binary.LittleEndian.Uint32(snapshot[36:])) // rover_snapshot.lease_pid
		log.Fatalf("busy: process %d drives", pid)
	}
	must(err)
}

func main() {
	log.SetFlags(0)
	rover, err := os.OpenFile("/dev/rover", os.O_RDWR, 0)
	must(err)
	take(rover)
	must(call(rover, ROVER_IOC_REPORT, unsafe.Pointer(&[2]uint32{100, 0})))
	// 1 m, the usual speed, brake at the end
	path := roverPath{way: 1000000, end: ROVER_STOP_BRAKE}
	must(call(rover, ROVER_IOC_MOVE, unsafe.Pointer(&path)))

	for {
		var event [64]byte // sizeof rover_event
		_, err := io.ReadFull(rover, event[:])
		must(err)
		kind := binary.LittleEndian.Uint16(event[12:]) // rover_event.type
		number := func(at int) int64 { return int64(binary.LittleEndian.Uint64(event[at:])) }
		switch kind {
		case ROVER_EVENT_SAMPLE: // ten times a second, so that the deadman is fed
			x := float64(number(16)) / 1e3 // rover_event.sample.x_um
			y := float64(number(24)) / 1e3 // rover_event.sample.y_um
			fmt.Printf("x %.1f mm, y %.1f mm\n", x, y)
			// ECANCELED: nothing runs, an event will tell why
			if err := call(rover, ROVER_IOC_FEED, nil); !errors.Is(err, syscall.ECANCELED) {
				must(err)
			}
		case ROVER_EVENT_LOST:
			log.Print("events were lost")
		case ROVER_EVENT_DONE:
			if binary.LittleEndian.Uint32(event[28:]) == 1 { // rover_event.done.complete
				return
			}
			reason := binary.LittleEndian.Uint32(event[24:]) // rover_event.done.reason
			log.Fatalf("stopped, reason %d", reason)
		}
	}
}
