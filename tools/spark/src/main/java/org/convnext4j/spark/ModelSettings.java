package org.convnext4j.spark;

import java.io.Serializable;
import org.convnext4j.engine.Backend;

/**
 * Which model the executors load, and how; travels with the tasks.
 *
 * @param model a released model's name, or the name of a checkpoint that the driver has sent with
 *     {@link ModelShipment#send}
 * @param shipped whether it is the latter
 * @param backend on which kernels
 * @param threads of each executor's engine; its tasks share them
 */
record ModelSettings(String model, boolean shipped, Backend backend, int threads) implements Serializable {}
