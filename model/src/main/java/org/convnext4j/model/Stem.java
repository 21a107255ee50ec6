package org.convnext4j.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.KernelSet;
import org.convnext4j.engine.kernel.PatchConv;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.weights.StemWeights;

/** The stem: {@code norm(conv4x4(picture))}, stride 4, from the picture's NCHW to NHWC (paper, section 2.2). */
final class Stem {
    /** The most output pixels of a tile. */
    private static final int TILE_PIXELS = 224;

    private final int patch;
    private final int inChannels;
    private final int channels;
    private final float epsilon;
    private final PatchConv.Filters conv;
    private final MemorySegment norm;
    private final MemorySegment normBias;

    Stem(KernelSet kernels, Arena arena, StemWeights weights, double epsilon) {
        this.channels = weights.conv().dim(0);
        this.inChannels = weights.conv().dim(1);
        this.patch = weights.conv().dim(2);
        this.epsilon = (float) epsilon;
        this.conv = kernels.patchConv().pack(arena, weights.conv(), weights.convBias());
        this.norm = copy(arena, weights.norm());
        this.normBias = copy(arena, weights.normBias());
    }

    /** A copy that outlives the checkpoint. */
    static MemorySegment copy(Arena arena, Tensor tensor) {
        return arena.allocate(tensor.data().byteSize(), Tensor.ALIGNMENT_BYTES).copyFrom(tensor.data());
    }

    /** Floats of scratch that each member of the team needs for pictures of this size. */
    long scratchFloats(int height, int width) {
        int columns = width / patch;
        long rows = Math.clamp(TILE_PIXELS / columns, 1, height / patch);
        return rows * ((long) patch * columns * patch * inChannels + conv.scratchFloats(width));
    }

    /** Runs the stem from {@code picture}, (N, I, H, W), to {@code y}, (N, H / P, W / P, C0). */
    void forward(Pass pass, Tensor picture, FeatureMap y) {
        Tiling tiling =
                Tiling.of(y.n(), y.height(), y.width(), TILE_PIXELS, pass.team().size());
        pass.team().run(tiling.tiles(), (index, member) -> {
            int row = tiling.rowBegin(index);
            int rows = tiling.rowEnd(index, y.height()) - row;
            forwardTile(pass, picture, y, tiling.image(index), row, rows, pass.scratch()[member]);
        });
    }

    private void forwardTile(
            Pass pass, Tensor picture, FeatureMap y, int image, int row, int rows, MemorySegment scratch) {
        int width = y.width() * patch;
        long gathered = channelsLast(picture, image, row * patch, rows * patch, width, scratch);
        MemorySegment out = y.data();
        long to = y.rowBytes(image, row);
        conv.forward(scratch, 0, width, 0, rows, scratch, gathered, out, to);
        pass.kernels()
                .layerNorm()
                .forward(rows * y.width(), channels, epsilon, norm, normBias, out, to, channels, out, to, channels);
    }

    /** Rows of one picture as (rows, width, I) at the front of {@code to}; returns where they end, in bytes. */
    private long channelsLast(Tensor picture, int image, int row, int rows, int width, MemorySegment to) {
        int height = picture.dim(2);
        int pictureWidth = picture.dim(3);
        MemorySegment from = picture.data();
        for (int c = 0; c < inChannels; c++) {
            for (int r = 0; r < rows; r++) {
                long source = (((long) image * inChannels + c) * height + row + r) * pictureWidth;
                long target = (long) r * width * inChannels + c;
                for (int x = 0; x < width; x++) {
                    to.setAtIndex(
                            Tensor.FLOAT, target + (long) x * inChannels, from.getAtIndex(Tensor.FLOAT, source + x));
                }
            }
        }
        return (long) rows * width * inChannels * Float.BYTES;
    }
}
