package org.convnext4j.engine.scalar;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.gradient.AdamW;
import org.convnext4j.engine.kernel.gradient.OptimizerKernels;

/** Element by element, in double. Stateless. */
public final class ScalarOptimizerKernels implements OptimizerKernels {
    /** Makes the kernel. */
    public ScalarOptimizerKernels() {}

    @Override
    public String name() {
        return "scalar";
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
        double stepSize = step.stepSize();
        double rootScale = step.rootScale();
        double keep = step.keep();
        for (int i = 0; i < count; i++) {
            double g = step.gradientScale() * Floats.get(gradient, Floats.at(gradientBytes, i));
            double m = step.beta1() * Floats.get(mean, Floats.at(meanBytes, i)) + (1 - step.beta1()) * g;
            double v = step.beta2() * Floats.get(square, Floats.at(squareBytes, i)) + (1 - step.beta2()) * g * g;
            double p = Floats.get(parameter, Floats.at(parameterBytes, i));
            Floats.set(mean, Floats.at(meanBytes, i), m);
            Floats.set(square, Floats.at(squareBytes, i), v);
            double change = stepSize * m / (rootScale * Math.sqrt(v) + step.epsilon());
            Floats.set(parameter, Floats.at(parameterBytes, i), keep * p - change);
        }
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
        for (int i = 0; i < count; i++) {
            double e = Floats.get(average, Floats.at(averageBytes, i));
            double p = Floats.get(parameter, Floats.at(parameterBytes, i));
            Floats.set(average, Floats.at(averageBytes, i), e + (1 - decay) * (p - e));
        }
    }

    @Override
    public double squaredNorm(int count, MemorySegment x, long xBytes) {
        OptimizerKernels.checkSquaredNorm(count, x, xBytes);
        double sum = 0;
        for (int i = 0; i < count; i++) {
            double value = Floats.get(x, Floats.at(xBytes, i));
            sum += value * value;
        }
        return sum;
    }

    @Override
    public void scale(int count, float factor, MemorySegment x, long xBytes) {
        OptimizerKernels.checkScale(count, x, xBytes);
        for (int i = 0; i < count; i++) {
            Floats.set(x, Floats.at(xBytes, i), factor * Floats.get(x, Floats.at(xBytes, i)));
        }
    }
}
