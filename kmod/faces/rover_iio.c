// SPDX-License-Identifier: GPL-2.0
/*
 * rover_iio: the sonars of each rover as an IIO device
 *
 * One channel a sonar, in micrometres, read by a ping; and a buffer, which runs
 * the sonars as long as it is enabled. A buffer has no room to say why there is
 * no distance, so it gets only scans in which each sonar has one:
 *
 *   sonar 0    1.20 m    1.18 m    no echo    1.15 m
 *   sonar 1         0.80 m    0.81 m     0.79 m
 *   scans           x    x    x               x       both enabled
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/err.h>
#include <linux/iio/buffer.h>
#include <linux/iio/iio.h>
#include <linux/iio/kfifo_buf.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/rover.h>
#include <linux/string.h>

#include "../compat.h"
#include "../face.h"

/**
 * struct rover_iio_scan - what goes into the buffer
 * @um: of the sonars that are enabled, one after the other
 * @timestamp: follows them, wherever they end
 */
struct rover_iio_scan {
	s32 um[ROVER_SONARS_MAX];
	s64 __aligned(8) timestamp;
};

/**
 * struct rover_iio - the IIO device of a rover
 * @device: itself
 * @rover: the rover
 * @buffer: its buffer
 * @consumer: of the rover's records while the buffer is enabled
 * @sonars: channels
 * @last_um: what each measured last, -1 if that was no distance; only for @consumer
 * @channels: one a sonar, and the timestamp
 * @scan: only for @consumer
 */
struct rover_iio {
	struct iio_dev *device;
	struct rover *rover;
	struct iio_buffer *buffer;
	struct rover_event_consumer consumer;
	unsigned int sonars;
	s32 last_um[ROVER_SONARS_MAX];
	struct iio_chan_spec channels[ROVER_SONARS_MAX + 1];
	struct rover_iio_scan scan;
};

/* As the attribute range has it: each outcome but a distance is an error of its own. */
static int rover_iio_measure(struct rover *rover, unsigned int sensor, int *range_um)
{
	struct rover_range range;
	int err;

	err = rover_face_range(rover, sensor, &range);
	if (err)
		return err;
	switch (range.status) {
	case ROVER_RANGE_VALID:
		*range_um = range.range_um;
		return IIO_VAL_INT;
	case ROVER_RANGE_NO_ECHO:
		return -ETIMEDOUT;
	case ROVER_RANGE_SILENT:
		return -EIO;
	default:
		return -ENODATA;
	}
}

static int rover_iio_read_raw(struct iio_dev *indio_dev, const struct iio_chan_spec *channel,
			      int *value, int *value2, long what)
{
	struct rover_iio *iio = iio_priv(indio_dev);

	switch (what) {
	case IIO_CHAN_INFO_RAW:
		return rover_iio_measure(iio->rover, channel->channel, value);
	case IIO_CHAN_INFO_SCALE:
		/* The unit of IIO_DISTANCE is the metre. */
		*value = 0;
		*value2 = 1;
		return IIO_VAL_INT_PLUS_MICRO;
	default:
		return -EINVAL;
	}
}

static const struct iio_info rover_iio_info = {
	.read_raw = rover_iio_read_raw,
};

/* The last distances of all that are enabled; false if one has none. */
static bool rover_iio_scan(struct rover_iio *iio, const unsigned long *enabled)
{
	unsigned int i, n = 0;

	for (i = 0; i < iio->sonars; i++) {
		if (!test_bit(i, enabled))
			continue;
		if (iio->last_um[i] < 0)
			return false;
		iio->scan.um[n++] = iio->last_um[i];
	}
	return true;
}

static void rover_iio_event(struct rover_event_consumer *consumer,
			    const struct rover_event *event)
{
	struct rover_iio *iio = container_of(consumer, struct rover_iio, consumer);
	struct iio_dev *indio_dev = iio->device;
	const struct rover_event_range *range = &event->range;
	s64 age_ns;

	/* The mask stays while we are called: see rover_iio_disable(). */
	if (event->type != ROVER_EVENT_RANGE || range->sensor >= iio->sonars ||
	    !test_bit(range->sensor, indio_dev->active_scan_mask))
		return;
	iio->last_um[range->sensor] = range->status == ROVER_RANGE_VALID ? range->range_um : -1;
	if (!rover_iio_scan(iio, indio_dev->active_scan_mask))
		return;
	/* When it was true, by the clock that the user has chosen for this device. */
	age_ns = ktime_get_ns() - event->time_ns;
	iio_push_to_buffers_with_timestamp(indio_dev, &iio->scan,
					   iio_get_time_ns(indio_dev) - age_ns);
}

static int rover_iio_enable(struct iio_dev *indio_dev)
{
	struct rover_iio *iio = iio_priv(indio_dev);

	/* What was measured for an earlier reader is of another time. */
	memset(iio->last_um, -1, sizeof(iio->last_um));
	rover_face_listen(iio->rover, &iio->consumer);
	return 0;
}

/* Buffer and mask go after this: nothing is pushed any more. */
static int rover_iio_disable(struct iio_dev *indio_dev)
{
	struct rover_iio *iio = iio_priv(indio_dev);

	rover_face_unlisten(iio->rover, &iio->consumer);
	return 0;
}

static const struct iio_buffer_setup_ops rover_iio_setup_ops = {
	.postenable = rover_iio_enable,
	.predisable = rover_iio_disable,
};

static void rover_iio_describe(struct iio_dev *indio_dev)
{
	struct rover_iio *iio = iio_priv(indio_dev);
	unsigned int i;

	for (i = 0; i < iio->sonars; i++)
		iio->channels[i] = (struct iio_chan_spec) {
			.type = IIO_DISTANCE,
			.indexed = 1,
			.channel = i,
			.info_mask_separate = BIT(IIO_CHAN_INFO_RAW),
			.info_mask_shared_by_type = BIT(IIO_CHAN_INFO_SCALE),
			.scan_index = i,
			.scan_type = {
				.sign = 's',
				.realbits = 32,
				.storagebits = 32,
				.endianness = IIO_CPU,
			},
		};
	iio->channels[i] = (struct iio_chan_spec)IIO_CHAN_SOFT_TIMESTAMP(i);
	indio_dev->name = dev_name(rover_face_device(iio->rover));
	indio_dev->info = &rover_iio_info;
	indio_dev->modes = INDIO_DIRECT_MODE | INDIO_BUFFER_SOFTWARE;
	indio_dev->setup_ops = &rover_iio_setup_ops;
	indio_dev->channels = iio->channels;
	indio_dev->num_channels = iio->sonars + 1;
}

static int rover_iio_publish(struct iio_dev *indio_dev)
{
	struct rover_iio *iio = iio_priv(indio_dev);
	int err;

	iio->buffer = iio_kfifo_allocate();
	if (!iio->buffer)
		return -ENOMEM;
	err = iio_device_attach_buffer(indio_dev, iio->buffer);
	if (err)
		goto free_buffer;
	err = iio_device_register(indio_dev);
	if (err)
		goto free_buffer;
	return 0;

free_buffer:
	/* The device drops its own reference when it is freed. */
	iio_kfifo_free(iio->buffer);
	return err;
}

static void *rover_iio_add(struct rover *rover)
{
	unsigned int sonars = rover_face_sonars(rover);
	struct iio_dev *indio_dev;
	struct rover_iio *iio;
	int err;

	if (!sonars)
		return NULL;
	indio_dev = iio_device_alloc(rover_face_device(rover), sizeof(*iio));
	if (!indio_dev)
		return ERR_PTR(-ENOMEM);
	iio = iio_priv(indio_dev);
	iio->device = indio_dev;
	iio->rover = rover;
	iio->sonars = sonars;
	iio->consumer.event = rover_iio_event;
	rover_iio_describe(indio_dev);
	err = rover_iio_publish(indio_dev);
	if (err) {
		iio_device_free(indio_dev);
		return ERR_PTR(err);
	}
	return indio_dev;
}

/* Files that are open keep the device's memory, and hear ENODEV. */
static void rover_iio_remove(void *shown)
{
	struct iio_dev *indio_dev = shown;
	struct rover_iio *iio = iio_priv(indio_dev);

	iio_device_unregister(indio_dev);
	iio_kfifo_free(iio->buffer);
	iio_device_free(indio_dev);
}

static struct rover_face rover_iio_face = {
	.name = "IIO device",
	.add = rover_iio_add,
	.remove = rover_iio_remove,
};

static int __init rover_iio_init(void)
{
	rover_face_register(&rover_iio_face);
	return 0;
}
module_init(rover_iio_init);

static void __exit rover_iio_exit(void)
{
	rover_face_unregister(&rover_iio_face);
}
module_exit(rover_iio_exit);

MODULE_DESCRIPTION("Sonars of rovers as IIO devices");
MODULE_AUTHOR("The rover authors");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(rover_compat_namespace(ROVER));
