#!/usr/bin/env perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Drives a metre, tells of it, and stops. Perl, by ioctl.
# Copyright (C) 2026 The rover authors
use strict;
use warnings;

# kmod/abi.json has all of these.
use constant {
	ROVER_IOC_SNAPSHOT => 0x80f8e201,
	ROVER_IOC_REPORT   => 0x4008e206,
	ROVER_IOC_TAKE     => 0x4008e210,
	ROVER_IOC_FEED     => 0x0000e212,
	ROVER_IOC_MOVE     => 0xc020e217,
	ROVER_TAKE_DEADMAN => 2,
	ROVER_STOP_BRAKE   => 1,
	ROVER_EVENT_LOST   => 0,
	ROVER_EVENT_DONE   => 3,
	ROVER_EVENT_SAMPLE => 9,
};

open(my $rover, '+<', '/dev/rover') or quit("/dev/rover: $!");

sub quit
{
	print STDERR @_, "\n";
	exit 1;
}

sub call
{
	my ($number, $structure) = @_;
	return defined ioctl($rover, $number, $structure // 0) ? $structure // 1 : undef;
}

if (!call(ROVER_IOC_TAKE, pack('LL', ROVER_TAKE_DEADMAN, 500))) {
	quit("cannot take the rover: $!") unless $!{EBUSY};
	my $snapshot = call(ROVER_IOC_SNAPSHOT, "\0" x 248);         # sizeof rover_snapshot
	my $pid = unpack('l', substr($snapshot, 36));                # rover_snapshot.lease_pid
	quit("busy: process $pid drives");
}
call(ROVER_IOC_REPORT, pack('LL', 100, 0)) or quit("REPORT: $!");
# rover_path: 1 m, the usual speed, brake at the end
call(ROVER_IOC_MOVE, pack('qqL4', 1_000_000, 0, ROVER_STOP_BRAKE, 0, 0, 0)) or quit("MOVE: $!");

while (sysread($rover, my $event, 64)) {                             # sizeof rover_event
	my $kind = unpack('S', substr($event, 12));              # rover_event.type
	if ($kind == ROVER_EVENT_SAMPLE) { # ten times a second, so that the deadman is fed
		my ($x, $y, $heading) = unpack('qqq', substr($event, 16)); # rover_event.sample
		printf "x %.1f mm, y %.1f mm, heading %.3f rad\n", $x / 1e3, $y / 1e3, $heading / 1e6;
		# nothing runs any more: an event will tell why
		call(ROVER_IOC_FEED) or $!{ECANCELED} or quit("FEED: $!");
	} elsif ($kind == ROVER_EVENT_LOST) {
		warn "events were lost\n";
	} elsif ($kind == ROVER_EVENT_DONE) {
		my (undef, undef, $reason, $complete, $left) =
			unpack('L4q', substr($event, 16));           # rover_event.done
		exit 0 if $complete;
		quit("stopped, reason $reason, ", int($left / 1000), ' mm left');
	}
}
quit("the rover is gone: $!");
