package org.convnext4j.model.train;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.convnext4j.engine.kernel.gradient.LayerNormGradient;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.ConvNeXtConfig;

/**
 * All memory of a forward and backward pass on batches of one size, planned beforehand.
 *
 * <p>Kept from the forward pass: each block's input (C floats a pixel), the output of its convolution (C) and the input
 * of its GELU (4C). With recomputation only the inputs are kept, and all blocks share the memory of the others: by this
 * count ConvNeXt-Tiny's blocks on 8 pictures of 224 pixels keep 0.12 GB instead of 0.41.
 */
final class Activations implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final List<List<ActivationMap>> inputs = new ArrayList<>();
    private final List<List<BlockPass.Kept>> kept = new ArrayList<>();
    private final List<List<MemorySegment>> factors = new ArrayList<>();
    private final MemorySegment stemPatches;
    private final MemorySegment stemConvolved;
    private final MemorySegment pooled;
    private final MemorySegment embedding;
    private final MemorySegment logits;
    private final MemorySegment grad;
    private final MemorySegment gradOther;
    private final BackwardBuffers buffers;
    private final int n;
    private final int height;
    private final int width;

    /** For N pictures of H x W pixels. */
    Activations(ConvNeXtConfig config, int n, int height, int width, boolean recompute) {
        this.n = n;
        this.height = height;
        this.width = width;
        int h = height / config.patchSize();
        int w = width / config.patchSize();
        int patchFloats = config.inChannels() * config.patchSize() * config.patchSize();
        long map = 0;
        long hidden = 0;
        long parts = 0;
        int channels = 0;
        long stemPixels = (long) n * h * w;
        for (int s = 0; s < ConvNeXtConfig.STAGES; s++) {
            if (s > 0) {
                h /= DownsamplePass.PATCH;
                w /= DownsamplePass.PATCH;
            }
            channels = config.dims().get(s);
            long pixels = (long) n * h * w;
            map = Math.max(map, pixels * channels);
            hidden = Math.max(hidden, 4 * pixels * channels);
            parts = Math.max(parts, 2L * LayerNormGradient.parts(Math.toIntExact(pixels)) * channels);
            stage(config.depths().get(s), n, h, w, channels, recompute);
        }
        parts = Math.max(parts, 2L * LayerNormGradient.parts(n) * channels);
        stemPatches = floats(stemPixels * patchFloats);
        stemConvolved = floats(stemPixels * config.dims().get(0));
        pooled = floats((long) n * channels);
        embedding = floats((long) n * channels);
        logits = floats((long) n * config.classes());
        grad = floats(map);
        gradOther = floats(map);
        int widest = config.dims().stream().mapToInt(Integer::intValue).max().orElseThrow();
        long weight = 4L * widest * widest;
        buffers = new BackwardBuffers(
                floats(map),
                floats(map),
                floats(map),
                floats(hidden),
                floats(weight),
                floats(weight),
                floats(widest),
                floats(parts));
    }

    private void stage(int depth, int n, int h, int w, int channels, boolean recompute) {
        long pixels = (long) n * h * w;
        List<ActivationMap> maps = new ArrayList<>();
        List<BlockPass.Kept> keeps = new ArrayList<>();
        List<MemorySegment> scales = new ArrayList<>();
        for (int block = 0; block <= depth; block++) {
            maps.add(new ActivationMap(floats(pixels * channels), n, h, w, channels));
        }
        for (int block = 0; block < depth; block++) {
            boolean shared = recompute && block > 0;
            keeps.add(
                    shared
                            ? keeps.get(0)
                            : new BlockPass.Kept(
                                    floats(pixels * channels), floats(4 * pixels * channels), 4 * channels));
            scales.add(floats(pixels));
        }
        inputs.add(List.copyOf(maps));
        kept.add(List.copyOf(keeps));
        factors.add(List.copyOf(scales));
    }

    private MemorySegment floats(long count) {
        return arena.allocate(Math.max(count, 1) * Float.BYTES, Tensor.ALIGNMENT_BYTES);
    }

    boolean fits(Tensor images) {
        return images.dim(0) == n && images.dim(2) == height && images.dim(3) == width;
    }

    /** The inputs of a stage's blocks, and the output of the last. */
    List<ActivationMap> inputs(int stage) {
        return inputs.get(stage);
    }

    BlockPass.Kept kept(int stage, int block) {
        return kept.get(stage).get(block);
    }

    /** A float for each pixel. */
    MemorySegment factors(int stage, int block) {
        return factors.get(stage).get(block);
    }

    MemorySegment stemPatches() {
        return stemPatches;
    }

    MemorySegment stemConvolved() {
        return stemConvolved;
    }

    MemorySegment pooled() {
        return pooled;
    }

    MemorySegment embedding() {
        return embedding;
    }

    MemorySegment logits() {
        return logits;
    }

    /** One of two places for gradients of maps, by turns. */
    MemorySegment grad(boolean other) {
        return other ? gradOther : grad;
    }

    BackwardBuffers buffers() {
        return buffers;
    }

    @Override
    public void close() {
        arena.close();
    }
}
