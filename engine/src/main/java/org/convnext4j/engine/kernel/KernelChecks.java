package org.convnext4j.engine.kernel;

import java.util.List;
import org.convnext4j.engine.tensor.Tensor;

/** The shape checks that every implementation's {@code pack} shares. */
public final class KernelChecks {
    private KernelChecks() {}

    /**
     * Checks a tensor's shape.
     *
     * @param name what the message calls the tensor
     * @param dims the expected dimensions; -1 where any size will do
     * @throws IllegalArgumentException if rank or a dimension differs
     */
    public static void requireShape(String name, Tensor tensor, int... dims) {
        List<Integer> actual = tensor.shape().dims();
        boolean fits = actual.size() == dims.length;
        for (int axis = 0; fits && axis < dims.length; axis++) {
            fits = dims[axis] == -1 || actual.get(axis) == dims[axis];
        }
        if (!fits) {
            throw new IllegalArgumentException(
                    name + " has shape " + tensor.shape() + ", expected " + List.of(boxed(dims)) + " (-1: any)");
        }
    }

    private static Integer[] boxed(int[] dims) {
        Integer[] boxed = new Integer[dims.length];
        for (int i = 0; i < dims.length; i++) {
            boxed[i] = dims[i];
        }
        return boxed;
    }
}
