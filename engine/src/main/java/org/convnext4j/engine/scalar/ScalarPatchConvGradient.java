package org.convnext4j.engine.scalar;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.KernelChecks;
import org.convnext4j.engine.kernel.gradient.PatchConvGradient;
import org.convnext4j.engine.tensor.Tensor;

/** One sum in double per input pixel's channel and per weight. Stateless. */
public final class ScalarPatchConvGradient implements PatchConvGradient {
    /** Makes the kernel. */
    public ScalarPatchConvGradient() {}

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public Filters pack(Arena arena, Tensor weight) {
        KernelChecks.requireShape("weight", weight, -1, -1, -1, -1);
        int patch = weight.dim(2);
        KernelChecks.requireShape("weight", weight, -1, -1, patch, patch);
        return new Packed(patch, weight.dim(1), weight.dim(0), Floats.copy(arena, weight));
    }

    @Override
    public long scratchFloats(int pixels, int channels, int patch, int outputs) {
        return 0;
    }

    @Override
    public void weightGradient(
            int pixels,
            int channels,
            int patch,
            int outputs,
            int outputBegin,
            int outputEnd,
            MemorySegment patches,
            long patchesBytes,
            MemorySegment gradY,
            long gradYBytes,
            boolean accumulate,
            MemorySegment gradWeight,
            long gradWeightBytes,
            MemorySegment scratch,
            long scratchBytes) {
        checkWeightGradient(
                pixels,
                channels,
                patch,
                outputs,
                outputBegin,
                outputEnd,
                patches,
                patchesBytes,
                gradY,
                gradYBytes,
                gradWeight,
                gradWeightBytes,
                scratch,
                scratchBytes);
        int taps = patch * patch;
        for (int output = outputBegin; output < outputEnd; output++) {
            for (int channel = 0; channel < channels; channel++) {
                for (int tap = 0; tap < taps; tap++) {
                    long in = (long) tap * channels + channel;
                    long to = Floats.at(gradWeightBytes, ((long) output * channels + channel) * taps + tap);
                    double sum = accumulate ? Floats.get(gradWeight, to) : 0;
                    for (int pixel = 0; pixel < pixels; pixel++) {
                        sum += Floats.get(gradY, Floats.at(gradYBytes, (long) pixel * outputs + output))
                                * Floats.get(patches, Floats.at(patchesBytes, (long) pixel * taps * channels + in));
                    }
                    Floats.set(gradWeight, to, sum);
                }
            }
        }
    }

    /**
     * The weights as they are.
     *
     * @param weight (N, C, P, P)
     */
    private record Packed(int patch, int channels, int outputs, MemorySegment weight) implements Filters {
        @Override
        public long scratchFloats(int width, int rows) {
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
                MemorySegment gradX,
                long gradXBytes,
                MemorySegment scratch,
                long scratchBytes) {
            checkInputGradient(
                    gradY, gradYBytes, height, width, rowBegin, rowEnd, gradX, gradXBytes, scratch, scratchBytes);
            int end = rowEnd == height / patch ? height : rowEnd * patch;
            for (int y = rowBegin * patch; y < end; y++) {
                for (int x = 0; x < width; x++) {
                    boolean covered = y / patch < rowEnd && x / patch < width / patch;
                    long pixel = (long) (y / patch - rowBegin) * (width / patch) + x / patch;
                    long from = Floats.at(gradYBytes, pixel * outputs);
                    long tap = (long) (y % patch) * patch + x % patch;
                    for (int c = 0; c < channels; c++) {
                        double sum = covered ? sum(gradY, from, c, tap) : 0;
                        Floats.set(gradX, Floats.at(gradXBytes, ((long) y * width + x) * channels + c), sum);
                    }
                }
            }
        }

        /** One output pixel's gradients times the weights that a channel has at one tap. */
        private double sum(MemorySegment gradY, long from, int channel, long tap) {
            int taps = patch * patch;
            double sum = 0;
            for (int n = 0; n < outputs; n++) {
                sum += Floats.get(gradY, Floats.at(from, n))
                        * Floats.get(weight, Floats.at(0, ((long) n * channels + channel) * taps + tap));
            }
            return sum;
        }
    }
}
