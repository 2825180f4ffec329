// SPDX-License-Identifier: GPL-2.0
/*
 * core: binds to a board, wires the parts, publishes and unpublishes the rover
 *
 * Hardware handles are devm. What an open file or a sysfs reader can reach
 * is in struct rover, which lives as long as its class device is referenced.
 * The rover is published last; unbind unpublishes it first, motors off.
 *
 * Copyright (C) 2026 The rover authors
 */

#include <linux/idr.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/platform_device.h>
#include <linux/pm.h>
#include <linux/slab.h>
#include <linux/uidgid.h>

#include "chrdev.h"
#include "compat.h"
#include "debugfs.h"
#include "face.h"
#include "genl.h"
#include "pins.h"
#include "rover.h"
#include "sysfs.h"
#include "telemetry.h"

#define CORE_ROVERS_MAX		256

/* Half of full drive: brisk on a floor, and it starts on every battery. */
#define CORE_POWER_PERMILLE	500

static unsigned int gid;
module_param(gid, uint, 0444);
MODULE_PARM_DESC(gid, "group that may drive: owns /dev/rover* and the attributes (default 0)");

static dev_t core_devt;
static DEFINE_IDA(core_ida);

static void core_ownership(rover_const_device *dev, kuid_t *uid, kgid_t *group)
{
	*group = make_kgid(&init_user_ns, gid);
}

static char *core_devnode(rover_const_device *dev, umode_t *mode, kuid_t *uid, kgid_t *group)
{
	const struct rover *rover = container_of(dev, struct rover, dev);

	/* All are NULL when the node is removed. */
	if (mode)
		*mode = 0660;
	if (group)
		*group = make_kgid(&init_user_ns, gid);
	/* Without a name of its own the node would get another: that of the device. */
	return kstrdup(rover->label, GFP_KERNEL | __GFP_NOFAIL);
}

static struct class core_class = {
	.name = "rover",
	.get_ownership = core_ownership,
};

static const struct device_type core_type = {
	.name = "rover",
	.devnode = core_devnode,
};

static void core_release(struct device *dev)
{
	struct rover *rover = rover_from_dev(dev);

	rover_mapping_free(rover);
	percpu_free_rwsem(&rover->presence);
	kfree(rover);
}

/* The alias roverN of the device tree, or the lowest free number. */
static int core_choose_index(struct device *hardware)
{
	int alias = of_alias_get_id(hardware->of_node, "rover");

	if (alias >= 0 && alias < CORE_ROVERS_MAX)
		return ida_alloc_range(&core_ida, alias, alias, GFP_KERNEL);
	return ida_alloc_max(&core_ida, CORE_ROVERS_MAX - 1, GFP_KERNEL);
}

/* An unpublished rover, referenced once. */
static struct rover *core_alloc(struct device *hardware)
{
	struct rover *rover = kzalloc(sizeof(*rover), GFP_KERNEL);
	int index, err = -ENOMEM;

	if (!rover)
		return ERR_PTR(err);
	err = percpu_init_rwsem(&rover->presence);
	if (err)
		goto free;
	index = core_choose_index(hardware);
	if (index < 0) {
		err = index;
		goto free_presence;
	}
	device_initialize(&rover->dev);
	rover->dev.class = &core_class;
	rover->dev.type = &core_type;
	rover->dev.parent = hardware;
	rover->dev.groups = rover_sysfs_groups;
	rover->dev.release = core_release;
	rover->dev.devt = MKDEV(MAJOR(core_devt), index);
	/* The platform device suspends; this makes room for our own attribute `power`. */
	device_set_pm_not_required(&rover->dev);
	rover->hardware = hardware;
	rover->index = index;
	rover->power_permille = CORE_POWER_PERMILLE;
	INIT_LIST_HEAD(&rover->face_node);
	if (index)
		snprintf(rover->label, sizeof(rover->label), "rover%d", index);
	else
		strscpy(rover->label, "rover", sizeof(rover->label));
	return rover;

free_presence:
	percpu_free_rwsem(&rover->presence);
free:
	kfree(rover);
	return ERR_PTR(err);
}

static void core_put(void *data)
{
	struct rover *rover = data;

	/* The number is free again although a file may still be open. */
	ida_free(&core_ida, rover->index);
	put_device(&rover->dev);
}

/* Nobody new comes in, who waits is sent home, the motors are off. */
static void core_unpublish(void *data)
{
	struct rover *rover = data;

	WRITE_ONCE(rover->gone, true);
	rover_drive_close(rover);
	rover_sonar_close(rover);
	percpu_down_write(&rover->presence);
	percpu_up_write(&rover->presence);
	rover_face_withdraw(rover);
	cdev_device_del(&rover->cdev, &rover->dev);
	rover_event_close(rover);
	rover_genl_remove(rover);
	rover_telemetry_publish(rover);
	rover_mapping_close(rover);
}

static int core_publish(struct rover *rover)
{
	int err;

	err = dev_set_name(&rover->dev, "rover%u", rover->index);
	if (err)
		return err;
	cdev_init(&rover->cdev, &rover_chrdev_fops);
	rover->cdev.owner = THIS_MODULE;
	err = cdev_device_add(&rover->cdev, &rover->dev);
	if (err)
		return err;
	err = devm_add_action_or_reset(rover->hardware, core_unpublish, rover);
	if (err)
		return err;
	err = rover_genl_add(rover);
	if (err)
		return err;
	rover_face_publish(rover);
	return rover_debugfs_add(rover);
}

/* Each part is undone by devm, in the opposite order. */
static int core_init_parts(struct rover *rover)
{
	int err;

	err = rover_settings_init(rover);
	if (err)
		return err;
	rover_guard_init(rover);
	err = rover_drive_init(rover);
	if (err)
		return err;
	err = rover_mapping_init(rover);
	if (err)
		return err;
	err = rover_event_init(rover);
	if (err)
		return err;
	err = rover_worker_init(rover);
	if (err)
		return err;
	err = rover_encoder_init(rover);
	if (err)
		return err;
	err = rover_sonar_init(rover);
	if (err)
		return err;
	err = rover_motor_init(rover);
	if (err)
		return err;
	err = rover_servo_init(rover);
	if (err)
		return err;
	err = rover_digital_init(rover);
	if (err)
		return err;
	err = rover_fault_init(rover);
	if (err)
		return err;
	return rover_safety_init(rover);
}

static int core_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	struct rover_board board = {};
	struct rover *rover;
	int err;

	err = rover_board_read(dev, &board);
	if (err)
		return err;
	err = rover_pins_check(dev);
	if (err)
		return err;
	rover = core_alloc(dev);
	if (IS_ERR(rover))
		return dev_err_probe(dev, PTR_ERR(rover), "no number for a rover\n");
	rover->board = board;
	err = devm_add_action_or_reset(dev, core_put, rover);
	if (err)
		return err;
	platform_set_drvdata(pdev, rover);

	err = core_init_parts(rover);
	if (err)
		return err;
	err = core_publish(rover);
	return err ? dev_err_probe(dev, err, "cannot be published\n") : 0;
}

/* Reboot, halt and kexec. */
static void core_shutdown(struct platform_device *pdev)
{
	struct rover *rover = platform_get_drvdata(pdev);

	rover_drive_close(rover);
	rover_motor_sync(&rover->motor);
	rover_servo_let_go(rover);
}

static int core_suspend(struct device *dev)
{
	struct rover *rover = dev_get_drvdata(dev);

	rover_servo_let_go(rover);
	return rover_drive_suspend(rover);
}

static int core_resume(struct device *dev)
{
	rover_drive_resume(dev_get_drvdata(dev));
	return 0;
}

static DEFINE_SIMPLE_DEV_PM_OPS(core_pm_ops, core_suspend, core_resume);

static const struct of_device_id core_of_match[] = {
	{ .compatible = "gpio-rover" },
	{ }
};
MODULE_DEVICE_TABLE(of, core_of_match);

/* Where there is no device tree. */
static const struct platform_device_id core_ids[] = {
	{ .name = "rover" },
	{ }
};
MODULE_DEVICE_TABLE(platform, core_ids);

static struct platform_driver core_driver = {
	.probe = core_probe,
	.shutdown = core_shutdown,
	.id_table = core_ids,
	.driver = {
		.name = "rover",
		.of_match_table = core_of_match,
		.pm = pm_sleep_ptr(&core_pm_ops),
	},
};

static int __init core_init(void)
{
	int err;

	err = alloc_chrdev_region(&core_devt, 0, CORE_ROVERS_MAX, "rover");
	if (err)
		return err;
	err = class_register(&core_class);
	if (err)
		goto unregister_region;
	err = rover_genl_init();
	if (err)
		goto unregister_class;
	rover_debugfs_init();
	err = platform_driver_register(&core_driver);
	if (err)
		goto remove_debugfs;
	return 0;

remove_debugfs:
	rover_debugfs_exit();
	rover_genl_exit();
unregister_class:
	class_unregister(&core_class);
unregister_region:
	unregister_chrdev_region(core_devt, CORE_ROVERS_MAX);
	return err;
}
module_init(core_init);

static void __exit core_exit(void)
{
	platform_driver_unregister(&core_driver);
	rover_debugfs_exit();
	rover_genl_exit();
	class_unregister(&core_class);
	unregister_chrdev_region(core_devt, CORE_ROVERS_MAX);
	ida_destroy(&core_ida);
}
module_exit(core_exit);

MODULE_DESCRIPTION("Differential-drive rover on GPIO and PWM lines");
MODULE_AUTHOR("The rover authors");
MODULE_LICENSE("GPL");
