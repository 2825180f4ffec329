// SPDX-License-Identifier: GPL-2.0
/*
 * The board's device: builds the parts, and populates the GPIO block and the
 * PWM block as devices of their own, so that their consumers depend on them as
 * on a Pi's.
 *
 * Copyright (C) 2026 The rover authors
 */
#include <linux/debugfs.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/of_platform.h>
#include <linux/platform_device.h>

#include "board.h"
#include "controls.h"
#include "faults.h"
#include "motors.h"
#include "plain.h"
#include "truth.h"
#include "walls.h"

static struct dentry *board_debugfs_root;

static void board_debugfs_remove(void *data)
{
	debugfs_remove_recursive(data);
}

static void board_free_log(void *data)
{
	sim_edgelog_free(data);
}

static int board_debugfs(struct sim_board *board)
{
	struct dentry *dir;
	int err;

	err = devm_add_action(board->dev, board_free_log, board);
	if (err)
		return err;
	dir = debugfs_create_dir(dev_name(board->dev), board_debugfs_root);
	sim_truth_debugfs(board, dir);
	sim_controls_debugfs(board, dir);
	sim_motors_debugfs(board, dir);
	sim_faults_debugfs(board, dir);
	sim_sensors_debugfs(board, dir);
	sim_walls_debugfs(board, dir);
	sim_edgelog_debugfs(board, dir);
	return devm_add_action_or_reset(board->dev, board_debugfs_remove, dir);
}

static void board_remove_block(void *data)
{
	platform_device_unregister(data);
}

/* The blocks that a device tree describes; without one, the GPIO block. */
static int board_populate(struct sim_board *board, int id)
{
	const struct platform_device_info info = {
		.parent = board->dev,
		.name = "rover-sim-gpio",
		.id = id,
	};
	struct platform_device *block;

	if (board->dev->of_node)
		return devm_of_platform_populate(board->dev);
	block = platform_device_register_full(&info);
	if (IS_ERR(block))
		return PTR_ERR(block);
	return devm_add_action_or_reset(board->dev, board_remove_block, block);
}

/* With the lock that these rely on later, although nobody else is here yet. */
static void board_init_parts(struct sim_board *board)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&board->lock, flags);
	sim_lines_init(board);
	sim_chatter_init(board);
	sim_pwm_init(board);
	sim_world_init(&board->world);
	sim_motors_reset(board);
	sim_chassis_init(board);
	sim_sonar_init(board);
	sim_servo_init(board);
	sim_faults_init(board);
	sim_sensors_init(board);
	sim_lines_reset_counts(board);
	raw_spin_unlock_irqrestore(&board->lock, flags);
}

static int board_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	struct sim_board *board;
	int err;

	board = devm_kzalloc(dev, sizeof(*board), GFP_KERNEL);
	if (!board)
		return -ENOMEM;
	board->dev = dev;
	raw_spin_lock_init(&board->lock);
	err = sim_config_read(dev, &board->config);
	if (err)
		return err;

	err = sim_clock_init(board);
	if (err)
		return err;
	board->seed = board->config.seed;
	board_init_parts(board);

	err = board_debugfs(board);
	if (err)
		return err;
	platform_set_drvdata(pdev, board);
	return board_populate(board, pdev->id);
}

static const struct of_device_id board_of_match[] = {
	{ .compatible = "rover,sim-board" },
	{ }
};
MODULE_DEVICE_TABLE(of, board_of_match);

static const struct platform_device_id board_ids[] = {
	{ .name = "rover-sim" },
	{ }
};

static struct platform_driver board_driver = {
	.probe = board_probe,
	.id_table = board_ids,
	.driver = {
		.name = "rover-sim-board",
		.of_match_table = board_of_match,
	},
};

static struct platform_driver * const board_drivers[] = {
	&sim_gpio_driver,
	&sim_pwm_driver,
	&board_driver,
};

static int __init board_module_init(void)
{
	int err;

	board_debugfs_root = debugfs_create_dir("rover_sim", NULL);
	err = platform_register_drivers(board_drivers,
					ARRAY_SIZE(board_drivers));
	if (err)
		goto remove_debugfs;
	err = sim_plain_add();
	if (err)
		goto unregister_drivers;
	return 0;

unregister_drivers:
	platform_unregister_drivers(board_drivers, ARRAY_SIZE(board_drivers));
remove_debugfs:
	debugfs_remove(board_debugfs_root);
	return err;
}
module_init(board_module_init);

static void __exit board_module_exit(void)
{
	sim_plain_remove();
	platform_unregister_drivers(board_drivers, ARRAY_SIZE(board_drivers));
	debugfs_remove(board_debugfs_root);
}
module_exit(board_module_exit);

MODULE_DESCRIPTION("Virtual board with a rover on it");
MODULE_AUTHOR("The rover authors");
MODULE_LICENSE("GPL");
