package org.convnext4j.model;

import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.ConvNeXtConfig;

/**
 * One map of the feature pyramid.
 *
 * @param stage which stage it comes from, from 0
 * @param channels C
 * @param stride input pixels from one position of the map to the next
 * @param map (N, C, H', W'), with the height and width that {@link ConvNeXtConfig#side} gives
 */
public record PyramidLevel(int stage, int channels, int stride, Tensor map) {}
