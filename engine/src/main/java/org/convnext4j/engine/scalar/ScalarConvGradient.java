package org.convnext4j.engine.scalar;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.ConvShape;
import org.convnext4j.engine.kernel.gradient.ConvGradient;
import org.convnext4j.engine.tensor.Tensor;

/** One sum in double per input pixel's channel and per weight; one part per output. Stateless. */
public final class ScalarConvGradient implements ConvGradient {
    /** Makes the kernel. */
    public ScalarConvGradient() {}

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public InputFilters packInput(Arena arena, ConvShape shape, Tensor weight) {
        shape.requireWeight(weight);
        return new Packed(shape, Floats.copy(arena, weight));
    }

    @Override
    public int parts(ConvShape shape) {
        return shape.outputs();
    }

    @Override
    public long scratchFloats(ConvShape shape, int images, int height, int width) {
        return 0;
    }

    @Override
    public void weightGradient(
            ConvShape shape,
            int images,
            int height,
            int width,
            int part,
            MemorySegment x,
            long xBytes,
            MemorySegment gradY,
            long gradYBytes,
            boolean accumulate,
            MemorySegment gradWeight,
            long gradWeightBytes,
            MemorySegment scratch,
            long scratchBytes) {
        checkWeightGradient(
                shape,
                images,
                height,
                width,
                part,
                x,
                xBytes,
                gradY,
                gradYBytes,
                gradWeight,
                gradWeightBytes,
                scratch,
                scratchBytes);
        Maps maps = new Maps(shape, images, height, width, x, xBytes, gradY, gradYBytes);
        int kernel = shape.kernel();
        for (int c = 0; c < shape.groupInputs(); c++) {
            int channel = part / shape.groupOutputs() * shape.groupInputs() + c;
            for (int tap = 0; tap < kernel * kernel; tap++) {
                double sum = maps.tap(part, channel, tap / kernel, tap % kernel);
                long to = ((long) part * shape.groupInputs() + c) * kernel * kernel + tap;
                long at = Floats.at(gradWeightBytes, to);
                Floats.set(gradWeight, at, accumulate ? Floats.get(gradWeight, at) + sum : sum);
            }
        }
    }

    /** The operands: x as (images, H, W, C), gradY as (images, H', W', N). */
    private record Maps(
            ConvShape shape,
            int images,
            int height,
            int width,
            MemorySegment x,
            long xBytes,
            MemorySegment gradY,
            long gradYBytes) {
        /** The sum over all output pixels whose window has the tap inside of the map. */
        double tap(int output, int channel, int ky, int kx) {
            int outHeight = shape.outputSize(height);
            int outWidth = shape.outputSize(width);
            double sum = 0;
            for (int row = 0; row < images * outHeight; row++) {
                int r = row % outHeight * shape.stride() - shape.padding() + ky;
                long line = ((long) row / outHeight * height + r) * width;
                for (int column = 0; column < outWidth; column++) {
                    int q = column * shape.stride() - shape.padding() + kx;
                    if (r >= 0 && r < height && q >= 0 && q < width) {
                        long from = ((long) row * outWidth + column) * shape.outputs() + output;
                        long in = (line + q) * shape.inputs() + channel;
                        sum += Floats.get(gradY, Floats.at(gradYBytes, from)) * Floats.get(x, Floats.at(xBytes, in));
                    }
                }
            }
            return sum;
        }
    }

    /**
     * The weights as they are.
     *
     * @param weight (N, C / G, K, K)
     */
    private record Packed(ConvShape shape, MemorySegment weight) implements InputFilters {
        @Override
        public long scratchFloats(int height, int width) {
            return 0;
        }

        @Override
        public void inputGradient(
                MemorySegment gradY,
                long gradYBytes,
                int height,
                int width,
                int rowBegin,
                int rowEnd,
                MemorySegment scratch,
                long scratchBytes,
                MemorySegment gradX,
                long gradXBytes) {
            checkInputGradient(
                    gradY, gradYBytes, height, width, rowBegin, rowEnd, scratch, scratchBytes, gradX, gradXBytes);
            int outHeight = shape.outputSize(height);
            int outWidth = shape.outputSize(width);
            for (int row = rowBegin; row < rowEnd; row++) {
                long map = Floats.at(gradYBytes, (long) row / height * outHeight * outWidth * shape.outputs());
                for (int column = 0; column < width; column++) {
                    long to = Floats.at(gradXBytes, ((long) row * width + column) * shape.inputs());
                    for (int c = 0; c < shape.inputs(); c++) {
                        double sum = 0;
                        for (int ky = 0; ky < shape.kernel(); ky++) {
                            int r = outputOf(row % height, ky, outHeight);
                            for (int kx = 0; kx < shape.kernel() && r >= 0; kx++) {
                                int q = outputOf(column, kx, outWidth);
                                if (q >= 0) {
                                    long pixel = (long) r * outWidth + q;
                                    sum += outputs(gradY, Floats.at(map, pixel * shape.outputs()), c, ky, kx);
                                }
                            }
                        }
                        Floats.set(gradX, Floats.at(to, c), sum);
                    }
                }
            }
        }

        /** The output row or column that sees an input one at a tap; -1 if none does. */
        private int outputOf(int in, int tap, int outSize) {
            int offset = in + shape.padding() - tap;
            return offset >= 0 && offset % shape.stride() == 0 && offset / shape.stride() < outSize
                    ? offset / shape.stride()
                    : -1;
        }

        /** One output pixel's gradients times the weights that a channel has at one tap. */
        private double outputs(MemorySegment gradY, long from, int channel, int ky, int kx) {
            int kernel = shape.kernel();
            int first = channel / shape.groupInputs() * shape.groupOutputs();
            double sum = 0;
            for (int n = first; n < first + shape.groupOutputs(); n++) {
                long filter = (long) n * shape.groupInputs() + channel % shape.groupInputs();
                long tap = (filter * kernel + ky) * kernel + kx;
                sum += Floats.get(gradY, Floats.at(from, n)) * Floats.get(weight, Floats.at(0, tap));
            }
            return sum;
        }
    }
}
