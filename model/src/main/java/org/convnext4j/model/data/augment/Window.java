package org.convnext4j.model.data.augment;

/**
 * A rectangle of pixels.
 *
 * @param top its first row
 * @param left its first column
 * @param height its rows
 * @param width its columns
 */
public record Window(int top, int left, int height, int width) {}
