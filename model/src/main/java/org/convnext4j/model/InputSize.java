package org.convnext4j.model;

/**
 * The input that a model makes of a picture, and the smallest it takes.
 *
 * @param channels C; 3 for red, green and blue
 * @param height H that the model's preprocessor gives, pixels
 * @param width W that it gives, pixels
 * @param minimumSide the least height and width that the network takes, pixels; any size from there up runs
 */
public record InputSize(int channels, int height, int width, int minimumSide) {}
