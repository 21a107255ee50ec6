package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.LANES;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.convnext4j.engine.kernel.gradient.AdamW;
import org.convnext4j.engine.kernel.gradient.OptimizerKernels;

/**
 * One pass over memory each. The means are moved by {@code mean + (1 - beta)(new - mean)}, where the roundings of beta
 * and 1 - beta cannot fail to sum to 1.
 */
final class VectorOptimizerKernels implements OptimizerKernels {
    @Override
    public String name() {
        return "vector";
    }

    @Override
    public void adamW(
            int count,
            AdamW step,
            MemorySegment gradient,
            long gradientBytes,
            MemorySegment parameter,
            long parameterBytes,
            MemorySegment mean,
            long meanBytes,
            MemorySegment square,
            long squareBytes) {
        OptimizerKernels.checkAdamW(
                count, gradient, gradientBytes, parameter, parameterBytes, mean, meanBytes, square, squareBytes);
        long gradients = Memory.address(gradient, gradientBytes, count);
        long parameters = Memory.writable(parameter, parameterBytes, count);
        long means = Memory.writable(mean, meanBytes, count);
        long squares = Memory.writable(square, squareBytes, count);
        float gradientScale = (float) step.gradientScale();
        float toMean = (float) (1 - step.beta1());
        float toSquare = (float) (1 - step.beta2());
        float keepLess1 = (float) (step.keep() - 1);
        float stepSize = (float) step.stepSize();
        float rootScale = (float) step.rootScale();
        float epsilon = (float) step.epsilon();
        int whole = Lanes.wholeVectors(count);
        adamWBody(
                whole,
                gradientScale,
                toMean,
                toSquare,
                keepLess1,
                stepSize,
                rootScale,
                epsilon,
                gradients,
                parameters,
                means,
                squares);
        if (whole < count) {
            long at = (long) whole * Float.BYTES;
            adamWTail(
                    count - whole,
                    gradientScale,
                    toMean,
                    toSquare,
                    keepLess1,
                    stepSize,
                    rootScale,
                    epsilon,
                    gradients + at,
                    parameters + at,
                    means + at,
                    squares + at);
        }
    }

    private static void adamWBody(
            int whole,
            float gradientScale,
            float toMean,
            float toSquare,
            float keepLess1,
            float stepSize,
            float rootScale,
            float epsilon,
            long gradient,
            long parameter,
            long mean,
            long square) {
        for (int i = 0; i < whole; i += LANES) {
            long at = (long) i * Float.BYTES;
            FloatVector g = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, gradient + at, LITTLE_ENDIAN)
                    .mul(gradientScale);
            FloatVector m = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, mean + at, LITTLE_ENDIAN);
            m = g.sub(m).fma(FloatVector.broadcast(SPECIES, toMean), m);
            FloatVector v = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, square + at, LITTLE_ENDIAN);
            v = g.fma(g, v.neg()).fma(FloatVector.broadcast(SPECIES, toSquare), v);
            m.intoMemorySegment(Memory.ALL, mean + at, LITTLE_ENDIAN);
            v.intoMemorySegment(Memory.ALL, square + at, LITTLE_ENDIAN);
            FloatVector root =
                    v.sqrt().fma(FloatVector.broadcast(SPECIES, rootScale), FloatVector.broadcast(SPECIES, epsilon));
            FloatVector p = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, parameter + at, LITTLE_ENDIAN);
            p.fma(FloatVector.broadcast(SPECIES, keepLess1), p)
                    .sub(m.mul(stepSize).div(root))
                    .intoMemorySegment(Memory.ALL, parameter + at, LITTLE_ENDIAN);
        }
    }

    private static void adamWTail(
            int used,
            float gradientScale,
            float toMean,
            float toSquare,
            float keepLess1,
            float stepSize,
            float rootScale,
            float epsilon,
            long gradient,
            long parameter,
            long mean,
            long square) {
        VectorMask<Float> mask = SPECIES.indexInRange(0, used);
        FloatVector g = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, gradient, LITTLE_ENDIAN, mask)
                .mul(gradientScale);
        FloatVector m = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, mean, LITTLE_ENDIAN, mask);
        m = g.sub(m).fma(FloatVector.broadcast(SPECIES, toMean), m);
        FloatVector v = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, square, LITTLE_ENDIAN, mask);
        v = g.fma(g, v.neg()).fma(FloatVector.broadcast(SPECIES, toSquare), v);
        m.intoMemorySegment(Memory.ALL, mean, LITTLE_ENDIAN, mask);
        v.intoMemorySegment(Memory.ALL, square, LITTLE_ENDIAN, mask);
        FloatVector root =
                v.sqrt().fma(FloatVector.broadcast(SPECIES, rootScale), FloatVector.broadcast(SPECIES, epsilon));
        FloatVector p = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, parameter, LITTLE_ENDIAN, mask);
        p.fma(FloatVector.broadcast(SPECIES, keepLess1), p)
                .sub(m.mul(stepSize).div(root))
                .intoMemorySegment(Memory.ALL, parameter, LITTLE_ENDIAN, mask);
    }

    @Override
    public void movingAverage(
            int count,
            double decay,
            MemorySegment parameter,
            long parameterBytes,
            MemorySegment average,
            long averageBytes) {
        OptimizerKernels.checkMovingAverage(count, parameter, parameterBytes, average, averageBytes);
        long from = Memory.address(parameter, parameterBytes, count);
        long to = Memory.writable(average, averageBytes, count);
        FloatVector towards = FloatVector.broadcast(SPECIES, (float) (1 - decay));
        int whole = Lanes.wholeVectors(count);
        for (int i = 0; i < whole; i += LANES) {
            long at = (long) i * Float.BYTES;
            FloatVector e = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, to + at, LITTLE_ENDIAN);
            FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + at, LITTLE_ENDIAN)
                    .sub(e)
                    .fma(towards, e)
                    .intoMemorySegment(Memory.ALL, to + at, LITTLE_ENDIAN);
        }
        for (int i = whole; i < count; i++) {
            long at = (long) i * Float.BYTES;
            float e = Memory.ALL.get(Lanes.FLOAT, to + at);
            float moved = Math.fma(Memory.ALL.get(Lanes.FLOAT, from + at) - e, (float) (1 - decay), e);
            Memory.ALL.set(Lanes.FLOAT, to + at, moved);
        }
    }

    @Override
    public double squaredNorm(int count, MemorySegment x, long xBytes) {
        OptimizerKernels.checkSquaredNorm(count, x, xBytes);
        return SquaredNorm.of(count, Memory.address(x, xBytes, count));
    }

    @Override
    public void scale(int count, float factor, MemorySegment x, long xBytes) {
        OptimizerKernels.checkScale(count, x, xBytes);
        long at = Memory.writable(x, xBytes, count);
        VectorRowOperations.multiply(count, factor, at, at);
    }
}
