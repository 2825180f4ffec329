# SPDX-License-Identifier: GPL-2.0-or-later
"""Each name of robohat.py, and what the simulated rover does for it: by ground
truth, not by what the driver says. Prints KTAP.

Copyright (C) 2026 The rover authors
"""
import sys
import time

import robohat

BOARD = "/sys/kernel/debug/rover_sim/rover-sim/"
CLASS = "/sys/class/rover/rover0/"


def truth(*names):
    with open(BOARD + "truth", encoding="ascii") as file:
        values = dict(line.strip().split("=", 1) for line in file)
    found = [int(values[name]) for name in names]
    return found if len(names) > 1 else found[0]


def control(name, text):
    with open(BOARD + name, "w", encoding="ascii") as file:
        file.write(text)


def within(seconds, condition):
    for _ in range(int(seconds * 100)):
        if condition():
            return True
        time.sleep(0.01)
    return condition()


def speeds():
    return truth("left_speed_um_s", "right_speed_um_s")


def wheels(left, right):
    """Wait until both turn at about so many mm/s, or stand."""
    def reached():
        return all(abs(real / 1000 - wanted) <= 30 for real, wanted in zip(speeds(), (left, right)))
    assert within(3, reached), f"wheels at {speeds()} um/s, not {left} and {right} mm/s"


def raises(kind, function, *arguments, **named):
    try:
        function(*arguments, **named)
    except kind:
        return
    assert False, f"no {kind.__name__}"


# mm/s at so much drive, on a floor without load
FAST, SLOW = 383, 249


def motors_by_4tronix_names():
    robohat.init()
    assert robohat.version() == 2
    for call, arguments, left, right in (
            (robohat.forward, (50,), FAST, FAST), (robohat.reverse, (50,), -FAST, -FAST),
            (robohat.spinLeft, (50,), -FAST, FAST), (robohat.spinRight, (50,), FAST, -FAST),
            (robohat.turnForward, (30, 50), SLOW, FAST),
            (robohat.turnReverse, (50, 30), -FAST, -SLOW)):
        call(*arguments)
        wheels(left, right)
    robohat.stop()
    wheels(0, 0)
    for call in (robohat.forward, robohat.reverse, robohat.spinLeft, robohat.spinRight):
        raises(ValueError, call, 101)
        raises(ValueError, call, -1)
    wheels(0, 0)


def drives_on_beyond_its_deadman():
    """forward(); sleep(3): the thread feeds, for as long as we live."""
    robohat.spinLeft(50)
    time.sleep(3)
    wheels(-FAST, FAST)
    robohat.stop()
    wheels(0, 0)


def infrared_by_4tronix_names():
    for left in (0, 1):
        for right in (0, 1):
            control("sensors", f"obstacle_left={left} obstacle_right={right} "
                               f"line_left={left} line_right={right}")
            wanted = (bool(left), bool(right), bool(left or right), not left, not right)
            assert within(1, lambda wanted=wanted: wanted == (
                robohat.irLeft(), robohat.irRight(), robohat.irAll(), robohat.irLeftLine(),
                robohat.irRightLine())), f"not {wanted}"


def distance_in_centimetres():
    control("reset", "1")
    time.sleep(0.1)
    wanted = truth("sonar_distance_um") / 10000
    assert abs(robohat.getDistance() - wanted) < 1, f"not {wanted} cm"
    control("faults", "sonar=no-target")
    time.sleep(0.1)
    assert robohat.getDistance() == 0
    control("faults", "sonar=dead")
    time.sleep(0.1)
    raises(OSError, robohat.getDistance)
    control("faults", "sonar=none")


def servos_by_4tronix_names():
    robohat.startServos()
    for tilt, pan in ((30, 40), (-20, -60), (0, 0)):
        robohat.setServo(0, tilt)
        robohat.setServo(1, pan)
        assert within(3, lambda tilt=tilt, pan=pan: abs(truth("tilt_mdeg") - tilt * 1000) < 1500
                      and abs(truth("pan_mdeg") + pan * 1000) < 1500), \
            f"head at {truth('pan_mdeg', 'tilt_mdeg')}, told {pan} and {tilt}"
    robohat.setServo(1, 90)    # further than its stop: as far as it goes
    assert within(3, lambda: truth("pan_mdeg") < -75000)
    robohat.pinServod(1, 0)
    robohat.stopServos()
    robohat.startServod()
    robohat.stopServod()
    raises(ValueError, robohat.setServo, 2, 0)


def cleanup_lets_go():
    robohat.forward(50)
    wheels(FAST, FAST)
    robohat.cleanup()
    wheels(0, 0)
    with open(CLASS + "stop_reason", encoding="ascii") as file:
        assert file.read() == "released\n"
    robohat.cleanup()


def robot_by_gpiozero_names():
    with robohat.Robot(left=(16, 19), right=(13, 12), pwm=True) as robot:
        for call, arguments, named, left, right in (
                (robot.forward, (0.5,), {}, FAST, FAST),
                (robot.backward, (0.5,), {}, -FAST, -FAST),
                (robot.left, (0.5,), {}, -FAST, FAST),
                (robot.right, (0.5,), {}, FAST, -FAST),
                (robot.reverse, (), {}, -FAST, FAST),
                (robot.forward, (), {"speed": 0.5, "curve_left": 0.4}, SLOW, FAST),
                (robot.forward, (0.5,), {"curve_right": 0.4}, FAST, SLOW),
                (robot.backward, (0.5,), {"curve_right": 0.4}, -FAST, -SLOW)):
            call(*arguments, **named)
            wheels(left, right)
            assert robot.is_active
        robot.stop()
        wheels(0, 0)
        assert robot.value == (0, 0) and not robot.is_active and not robot.closed
        raises(ValueError, robot.forward, 1.1)
        raises(ValueError, robot.backward, -0.1)
        raises(ValueError, robot.forward, 1, curve_left=0.5, curve_right=0.5)
        raises(ValueError, robot.forward, 1, curve_left=2)
    assert robot.closed
    raises(ValueError, robot.forward)


def values_and_motors_by_gpiozero_names():
    robot = robohat.Robot()
    robot.value = (0.3, -0.5)
    wheels(SLOW, -FAST)
    assert next(robot.values) == (0.3, -0.5)
    robot.left_motor.reverse()
    wheels(-SLOW, -FAST)
    robot.right_motor.forward(0.5)
    robot.left_motor.backward(0.5)
    wheels(-FAST, FAST)
    assert robot.left_motor.is_active and robot.right_motor.value == 0.5
    robot.left_motor.stop()
    robot.right_motor.stop()
    wheels(0, 0)
    robot.source = iter([(0.5, 0.5)] * 3 + [(0.3, 0.3)])
    wheels(SLOW, SLOW)
    robot.source = None
    robot.close()
    wheels(0, 0)


def a_stop_that_is_not_ours():
    """Somebody's stop ends the motion: the thread must not bring it back."""
    robohat.init()
    robohat.spinLeft(50)
    wheels(-FAST, FAST)
    with open(CLASS + "estop", "w", encoding="ascii") as file:
        file.write("1")
    wheels(0, 0)
    with open(CLASS + "estop", "w", encoding="ascii") as file:
        file.write("0")
    time.sleep(1)
    wheels(0, 0)
    robohat.cleanup()


TESTS = (motors_by_4tronix_names, drives_on_beyond_its_deadman, infrared_by_4tronix_names,
         distance_in_centimetres, servos_by_4tronix_names, cleanup_lets_go,
         robot_by_gpiozero_names, values_and_motors_by_gpiozero_names, a_stop_that_is_not_ours)


def main():
    failed = False
    print(f"KTAP version 1\n1..{len(TESTS)}")
    for number, test in enumerate(TESTS, 1):
        control("reset", "1")
        try:
            test()
            result = "ok"
        except (AssertionError, OSError) as error:
            print(f"# line {error.__traceback__.tb_next.tb_lineno}: {error}")
            result, failed = "not ok", True
        print(f"{result} {number} - {test.__name__}", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
