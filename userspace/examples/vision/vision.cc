// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Looks through camera 0 with OpenCV: writes what it sees to a PNG, or steers toward
 * the largest bright blob. C++, for that is OpenCV's language; the rover by ioctl.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <getopt.h>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/rover.h>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/videoio.hpp>

namespace {

// Bright is what Otsu's threshold says, but never darker than half of white.
constexpr int bright_least = 128;

// A blob is at least this part of the picture, and close when it is that much of it.
constexpr double blob_least = 0.002;
constexpr double blob_close = 0.25;

// Cameras of a Pi see some 60 degrees; a blob at the edge is turned to in half a second.
constexpr double rate_most_rad_s = 1;
constexpr double speed_most_m_s = 0.2;

// A camera that hangs for that long stops the rover.
constexpr unsigned int deadman_ms = 500;

volatile std::sig_atomic_t ended;

struct Options {
	int camera = 0;
	std::optional<int> frames;
	bool follow = false;
	std::string file = "frame.png";
	std::string device = "/dev/rover";
};

[[noreturn]] void fail(const std::string &what)
{
	throw std::runtime_error(what + ": " + std::strerror(errno));
}

// The rover, while this program drives it. Closing the file stops it, however we end.
class Rover {
public:
	explicit Rover(const std::string &device) : fd(open(device.c_str(), O_RDWR | O_CLOEXEC))
	{
		struct rover_take take = {};

		take.flags = ROVER_TAKE_DEADMAN;
		take.deadman_ms = deadman_ms;
		if (fd < 0)
			fail(device);
		if (!ioctl(fd, ROVER_IOC_TAKE, &take))
			return;
		if (errno == EBUSY)
			throw std::runtime_error("busy: process " + std::to_string(now().lease_pid) +
						 " drives");
		fail("take");
	}
	Rover(const Rover &) = delete;
	Rover &operator=(const Rover &) = delete;

	// Each twist feeds the deadman as well.
	void twist(double speed_m_s, double rate_rad_s)
	{
		struct rover_twist twist = {};

		// What stopped the rover meanwhile has a reason: do not just drive on.
		if (moves && now().state != ROVER_STATE_MOVING)
			throw std::runtime_error(std::string("stopped: ") + reason());
		twist.speed_um_s = static_cast<__s64>(speed_m_s * 1e6);
		twist.rate_urad_s = static_cast<__s64>(rate_rad_s * 1e6);
		if (ioctl(fd, ROVER_IOC_TWIST, &twist)) {
			if (errno == ECANCELED)
				throw std::runtime_error("stopped: a guard sees something ahead");
			fail("twist");
		}
		moves = true;
	}

	void stop()
	{
		struct rover_stop stop = {};

		stop.mode = ROVER_STOP_BRAKE;
		if (moves && ioctl(fd, ROVER_IOC_STOP, &stop))
			fail("stop");
		moves = false;
	}

private:
	// open() succeeded, or there is nothing to close
	struct File {
		int fd;
		explicit File(int fd) : fd(fd) {}
		~File() { if (fd >= 0) close(fd); }
		operator int() const { return fd; }
	};

	struct rover_snapshot now() const
	{
		struct rover_snapshot snapshot = {};

		if (ioctl(fd, ROVER_IOC_SNAPSHOT, &snapshot))
			fail("snapshot");
		return snapshot;
	}

	const char *reason() const
	{
		static const char *const names[] = {	// enum rover_stop_reason
			"none", "command", "deadman", "guard", "sonar-lost", "stall", "fault",
			"released", "suspend", "estop",
		};
		unsigned int number = now().stop_reason;

		return number < std::size(names) ? names[number] : "unknown";
	}

	File fd;
	bool moves = false;
};

struct Blob {
	double side;	// -1 at the left edge of the picture, 1 at the right one
	double part;	// of the picture
};

std::optional<Blob> largest_bright(const cv::Mat &frame)
{
	cv::Mat grey, mask, labels, stats, centres;
	double pixels = static_cast<double>(frame.total());
	int count, best = 0;

	cv::cvtColor(frame, grey, cv::COLOR_BGR2GRAY);
	if (cv::threshold(grey, mask, 0, 255, cv::THRESH_BINARY | cv::THRESH_OTSU) < bright_least)
		cv::threshold(grey, mask, bright_least, 255, cv::THRESH_BINARY);
	count = cv::connectedComponentsWithStats(mask, labels, stats, centres);
	for (int i = 1; i < count; i++)	// 0 is what is not bright
		if (!best || stats.at<int>(i, cv::CC_STAT_AREA) > stats.at<int>(best, cv::CC_STAT_AREA))
			best = i;
	if (!best || stats.at<int>(best, cv::CC_STAT_AREA) < blob_least * pixels)
		return {};
	return Blob { 2 * centres.at<double>(best, 0) / frame.cols - 1,
		      stats.at<int>(best, cv::CC_STAT_AREA) / pixels };
}

// Positive rates turn left, as in all of the rover; a blob to the right wants a right turn.
void steer(Rover &rover, const cv::Mat &frame)
{
	std::optional<Blob> blob = largest_bright(frame);
	double speed_m_s = 0, rate_rad_s;

	if (!blob) {
		std::cout << "no blob" << std::endl;
		return rover.stop();
	}
	rate_rad_s = -rate_most_rad_s * blob->side;
	if (blob->part < blob_close)
		speed_m_s = speed_most_m_s * (1 - std::abs(blob->side));
	std::cout << "blob " << blob->part * 100 << " % at " << blob->side << ", " << speed_m_s
		  << " m/s, " << rate_rad_s << " rad/s" << std::endl;
	rover.twist(speed_m_s, rate_rad_s);
}

void look(const Options &options)
{
	cv::VideoCapture camera(options.camera, cv::CAP_V4L2);
	std::optional<Rover> rover;
	cv::Mat frame, next;
	int frames = options.frames.value_or(options.follow ? 0 : 1);

	if (!camera.isOpened())
		throw std::runtime_error("/dev/video" + std::to_string(options.camera) +
					 " is no camera that can be opened");
	if (options.follow)
		rover.emplace(options.device);
	for (int i = 0; !ended && (i < frames || !frames); i++) {
		if (!camera.read(next) || next.empty()) {
			if (ended)	// what interrupts us, interrupts the wait for a picture
				break;
			throw std::runtime_error("the camera gives no pictures");
		}
		cv::swap(frame, next);
		if (rover)
			steer(*rover, frame);
	}
	if (!frame.empty() && !cv::imwrite(options.file, frame))
		throw std::runtime_error("cannot write " + options.file);
}

int number(const char *text)
{
	char *end;
	long value = std::strtol(text, &end, 10);

	if (*end || end == text || value < 0 || value > 1000000)
		throw std::invalid_argument(std::string(text) + " is no number from 0 to 1000000");
	return static_cast<int>(value);
}

const char usage[] =
	"usage: vision [--camera N] [--frames N] [--out FILE.png] [--follow] [--device FILE]\n"
	"Takes pictures with camera N (0) and writes the last one to FILE (frame.png).\n"
	"  --follow     steer toward the largest bright blob while it does so\n"
	"  --frames N   how many: 1, or with --follow 0: until it is interrupted\n"
	"  --device F   of the rover (/dev/rover)\n";

Options parse(int argc, char **argv)
{
	static const struct option names[] = {
		{ "camera", required_argument, nullptr, 'c' },
		{ "frames", required_argument, nullptr, 'n' },
		{ "out", required_argument, nullptr, 'o' },
		{ "follow", no_argument, nullptr, 'f' },
		{ "device", required_argument, nullptr, 'd' },
		{ "help", no_argument, nullptr, 'h' },
		{}
	};
	Options options;
	int option;

	while ((option = getopt_long(argc, argv, "hc:n:o:fd:", names, nullptr)) != -1) {
		switch (option) {
		case 'c': options.camera = number(optarg); break;
		case 'n': options.frames = number(optarg); break;
		case 'o': options.file = optarg; break;
		case 'f': options.follow = true; break;
		case 'd': options.device = optarg; break;
		case 'h': std::cout << usage; std::exit(0);
		default: std::cerr << usage; std::exit(2);
		}
	}
	if (optind != argc) {
		std::cerr << usage;
		std::exit(2);
	}
	return options;
}

} // namespace

int main(int argc, char **argv)
{
	struct sigaction end = {};

	end.sa_handler = [](int) { ended = 1; };
	sigaction(SIGINT, &end, nullptr);
	sigaction(SIGTERM, &end, nullptr);
	// what it would say of a camera, we say ourselves
	cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
	try {
		look(parse(argc, argv));
	} catch (const std::invalid_argument &error) {
		std::cerr << "vision: " << error.what() << std::endl;
		return 2;
	} catch (const std::exception &error) {
		std::cerr << "vision: " << error.what() << std::endl;
		return 1;
	}
	return 0;
}
