# SPDX-License-Identifier: GPL-2.0-or-later
"""Lessons for two libraries, on /dev/rover, with nothing changed but their import.

The functions are those of 4tronix's library for the RoboHAT, the class Robot is
that of gpiozero. Python's own modules are all it needs, and no root.

    import robohat                  # instead of 4tronix's, or of initio, pirocon
    from robohat import Robot       # instead of: from gpiozero import Robot

Both drive until told otherwise, while the kernel wants a sign of life each half a
second: a thread gives it, so the rover drives as long as this process lives and
is not stopped. When it ends, or is killed, the rover stops; a guard, a stall or an
emergency stop end its motion too, and are told on stderr.

Copyright (C) 2026 The rover authors
"""
import errno
import fcntl
import os
import struct
import sys
import threading
import time

# kmod/abi.json has all of these.
ROVER_IOC_INFO = 0x80c0e200
ROVER_IOC_SNAPSHOT = 0x80f8e201
ROVER_IOC_PING = 0x8020e202
ROVER_IOC_TAKE = 0x4008e210
ROVER_IOC_FEED = 0x0000e212
ROVER_IOC_DUTY = 0xc018e214
ROVER_IOC_LOOK = 0x4010e21b
ROVER_TAKE_DEADMAN = 2
ROVER_RANGE_VALID, ROVER_RANGE_NO_ECHO = 1, 2
ROVER_SENSOR_OBSTACLE_LEFT, ROVER_SENSOR_OBSTACLE_RIGHT = 1, 2
ROVER_SENSOR_LINE_LEFT, ROVER_SENSOR_LINE_RIGHT = 4, 8
ROVER_LOOK_PAN, ROVER_LOOK_TILT = 1, 2

DEADMAN_MS = 500
REASONS = ("nothing", "a command", "its deadman", "a guard: something is too near",
           "a silent sonar", "a stall: driven, but the wheels did not turn", "a fault",
           "a release", "suspend", "an emergency stop")


class _Rover:
    """An open /dev/rover, and the thread that tells it that we live."""

    def __init__(self):
        self.fd = os.open(os.environ.get("ROVER", "/dev/rover"), os.O_RDWR | os.O_CLOEXEC)
        self.lock = threading.Lock()
        self.taken = False
        self.moving = False
        self.done = threading.Event()
        self.feeder = None

    def close(self):
        self.done.set()
        if self.feeder:
            self.feeder.join()
        os.close(self.fd)  # gives the rover back, which stops

    def call(self, number, structure=b""):
        data = bytearray(structure)
        fcntl.ioctl(self.fd, number, data or 0)
        return data

    def snapshot(self):
        return self.call(ROVER_IOC_SNAPSHOT, bytes(248))  # sizeof rover_snapshot

    def _take(self):
        try:
            self.call(ROVER_IOC_TAKE, struct.pack("=II", ROVER_TAKE_DEADMAN, DEADMAN_MS))
        except OSError as error:
            if error.errno == errno.EBUSY:
                pid, = struct.unpack_from("=i", self.snapshot(), 36)  # rover_snapshot.lease_pid
                error.strerror = f"process {pid} drives the rover, end it first"
            raise
        self.taken = True
        self.feeder = threading.Thread(target=self._feed, name="rover-feeder", daemon=True)
        self.feeder.start()

    def drive(self, left, right):
        """Both sides at one instant, each -1..1; zeros let the rover roll out."""
        duty = struct.pack("=iiIIII", round(left * 1000), round(right * 1000), 0, 0, 0, 0)
        with self.lock:
            if not self.taken:
                self._take()
            self.call(ROVER_IOC_DUTY, duty)
            self.moving = bool(left or right)

    def _feed(self):
        while not self.done.wait(DEADMAN_MS / 1000 / 4):
            with self.lock:
                if self.moving:
                    self._feed_once()

    def _feed_once(self):
        try:
            self.call(ROVER_IOC_FEED)
        except OSError as error:
            self.moving = False
            if error.errno == errno.ECANCELED:  # the motion has ended without us
                snapshot = self.snapshot()
                reason, = struct.unpack_from("=I", snapshot, 20)  # rover_snapshot.stop_reason
                print(f"robohat: stopped by {REASONS[reason]}", file=sys.stderr)
            else:
                print(f"robohat: {error.strerror}", file=sys.stderr)

    def sensors(self):
        return struct.unpack_from("=I", self.snapshot(), 232)[0]  # rover_snapshot.sensors

    def look(self, pan_degrees=None, tilt_degrees=None):
        """As far as its stops let it."""
        info = self.call(ROVER_IOC_INFO, bytes(192))  # sizeof rover_info
        stops = struct.unpack_from("=iiii", info, 144)  # rover_info.pan_min_urad
        angles, flags = [0, 0], 0
        for axis, degrees in enumerate((pan_degrees, tilt_degrees)):
            if degrees is not None:
                urad = round(degrees * 3.14159265 / 180 * 1e6)
                angles[axis] = min(max(urad, stops[2 * axis]), stops[2 * axis + 1])
                flags |= (ROVER_LOOK_PAN, ROVER_LOOK_TILT)[axis]
        self.call(ROVER_IOC_LOOK, struct.pack("=iiII", *angles, flags, 0))


_shared = None


def _rover():
    if _shared is None:
        init()
    return _shared


# The 4tronix library -------------------------------------------------------

def init():
    """Opens the rover; who drives keeps others from driving until cleanup()."""
    global _shared
    if _shared is None:
        _shared = _Rover()


def cleanup():
    """Stops, and lets others drive."""
    global _shared
    if _shared is not None:
        _shared.close()
        _shared = None


def version():
    """1 is the PiRoCon, 2 the RoboHAT."""
    return 2


def _percent(*speeds):
    for speed in speeds:
        if not 0 <= speed <= 100:
            raise ValueError(f"a speed is from 0 to 100, not {speed}")
    return [speed / 100 for speed in speeds]


def stop():
    _rover().drive(0, 0)


def forward(speed):
    speed, = _percent(speed)
    _rover().drive(speed, speed)


def reverse(speed):
    speed, = _percent(speed)
    _rover().drive(-speed, -speed)


def spinLeft(speed):
    speed, = _percent(speed)
    _rover().drive(-speed, speed)


def spinRight(speed):
    speed, = _percent(speed)
    _rover().drive(speed, -speed)


def turnForward(leftSpeed, rightSpeed):
    left, right = _percent(leftSpeed, rightSpeed)
    _rover().drive(left, right)


def turnReverse(leftSpeed, rightSpeed):
    left, right = _percent(leftSpeed, rightSpeed)
    _rover().drive(-left, -right)


def irLeft():
    """True: something is near, to the left ahead."""
    return bool(_rover().sensors() & ROVER_SENSOR_OBSTACLE_LEFT)


def irRight():
    return bool(_rover().sensors() & ROVER_SENSOR_OBSTACLE_RIGHT)


def irAll():
    return irLeft() or irRight()


def irLeftLine():
    """True over a bright floor, False over a dark line, as that library has it."""
    return not _rover().sensors() & ROVER_SENSOR_LINE_LEFT


def irRightLine():
    return not _rover().sensors() & ROVER_SENSOR_LINE_RIGHT


def getDistance():
    """Centimetres to the next thing ahead, 0 if there is none within 4 m. A sonar
    that does not work is an OSError, and no distance."""
    answer = _rover().call(ROVER_IOC_PING, bytes(32))  # sizeof rover_range
    range_um, status = struct.unpack_from("=qI", answer, 16)  # rover_range.range_um
    if status == ROVER_RANGE_VALID:
        return range_um / 1e4
    if status == ROVER_RANGE_NO_ECHO:
        return 0
    raise OSError(errno.EIO, "the sonar does not work")


def setServo(servo, degrees):
    """0 is the head's tilt, upward positive; 1 its pan, positive to the right."""
    if servo not in (0, 1):
        raise ValueError(f"the head's servos are 0 and 1, not {servo}")
    if servo == 0:
        _rover().look(tilt_degrees=degrees)
    else:
        _rover().look(pan_degrees=-degrees)


def startServos():
    """Nothing to start: the kernel makes the pulses, and ends them in time."""
    _rover()


stopServos = startServod = stopServod = startServos
pinServod = setServo


# gpiozero's Robot ----------------------------------------------------------

class _Motor:
    """One side of a Robot, with what gpiozero's Motor offers."""

    def __init__(self, robot, side):
        self._robot, self._side = robot, side

    @property
    def value(self):
        return self._robot.value[self._side]

    @value.setter
    def value(self, value):
        both = list(self._robot.value)
        both[self._side] = value
        self._robot.value = both

    @property
    def is_active(self):
        return self.value != 0

    def forward(self, speed=1):
        self.value = _unsigned(speed)

    def backward(self, speed=1):
        self.value = -_unsigned(speed)

    def reverse(self):
        self.value = -self.value

    def stop(self):
        self.value = 0


def _unsigned(speed):
    if not 0 <= speed <= 1:
        raise ValueError(f"a speed is from 0 to 1, not {speed}")
    return speed


class Robot:
    """left, right, pwm and pin_factory are taken, and not needed: the kernel
    knows the pins."""

    def __init__(self, left=None, right=None, *, pwm=True, pin_factory=None):
        self._rover = _Rover()
        self._value = (0, 0)
        self._source = None
        self.source_delay = 0.01
        self.left_motor, self.right_motor = _Motor(self, 0), _Motor(self, 1)

    def close(self):
        """Stops, and lets others drive."""
        self._source = None
        if self._rover:
            self._rover.close()
            self._rover = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    @property
    def closed(self):
        return self._rover is None

    @property
    def is_active(self):
        return any(self._value)

    @property
    def value(self):
        """Both sides, each from -1, full speed back, to 1, full speed ahead."""
        return self._value

    @value.setter
    def value(self, value):
        left, right = value
        if not (-1 <= left <= 1 and -1 <= right <= 1):
            raise ValueError(f"each side is from -1 to 1, not {value}")
        if self.closed:
            raise ValueError("this robot is closed")
        self._rover.drive(left, right)
        self._value = (left, right)

    @property
    def values(self):
        while True:
            yield self.value

    @property
    def source(self):
        """Values to drive by, one after the other, each source_delay seconds."""
        return self._source

    @source.setter
    def source(self, source):
        self._source = source = getattr(source, "values", source)
        if source is not None:
            threading.Thread(target=self._follow, args=(source,), daemon=True).start()

    def _follow(self, source):
        for value in source:
            if self._source is not source:
                return
            self.value = value
            time.sleep(self.source_delay)

    def _curve(self, speed, curve_left, curve_right):
        if not (0 <= curve_left <= 1 and 0 <= curve_right <= 1):
            raise ValueError("a curve is from 0 to 1")
        if curve_left and curve_right:
            raise ValueError("a curve is to the left or to the right")
        speed = _unsigned(speed)
        return speed * (1 - curve_left), speed * (1 - curve_right)

    def forward(self, speed=1, *, curve_left=0, curve_right=0):
        self.value = self._curve(speed, curve_left, curve_right)

    def backward(self, speed=1, *, curve_left=0, curve_right=0):
        left, right = self._curve(speed, curve_left, curve_right)
        self.value = -left, -right

    def left(self, speed=1):
        self.value = -_unsigned(speed), speed

    def right(self, speed=1):
        self.value = _unsigned(speed), -speed

    def reverse(self):
        left, right = self.value
        self.value = -left, -right

    def stop(self):
        self.value = 0, 0
