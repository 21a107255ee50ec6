package org.convnext4j.model.run;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.kernel.BatchNorm;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.LayerScaleLayer;
import org.convnext4j.model.layers.TensorSource;

/** A factor for each channel where it cannot be folded, with BatchNorm's kernel: it is one that adds nothing. */
final class ChannelScale implements Step {
    private final BatchNorm kernel;
    private final MemorySegment factors;
    private final MemorySegment zeros;

    ChannelScale(Engine engine, Arena arena, LayerScaleLayer layer, TensorSource weights) {
        this.kernel = engine.roadmapKernels().batchNorm();
        this.factors = Affine.copy(arena, weights.tensor(layer.name()));
        this.zeros = Tensor.allocate(arena, layer.channels()).data();
    }

    @Override
    public void forward(Pass pass, FeatureMap x, FeatureMap y) {
        int c = x.channels();
        pass.rows(y, (row, rows, member) -> {
            long at = x.rowBytes(row);
            kernel.affine(rows * x.width(), c, factors, 0, zeros, 0, false, x.data(), at, c, y.data(), at, c);
        });
    }
}
