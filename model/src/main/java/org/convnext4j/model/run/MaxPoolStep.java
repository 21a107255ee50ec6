package org.convnext4j.model.run;

import org.convnext4j.engine.Engine;
import org.convnext4j.engine.kernel.MaxPool;

/** The max pooling of ResNet's stem. */
final class MaxPoolStep implements Step {
    private final MaxPool kernel;

    MaxPoolStep(Engine engine) {
        this.kernel = engine.roadmapKernels().maxPool();
    }

    @Override
    public void forward(Pass pass, FeatureMap x, FeatureMap y) {
        pass.rows(
                y,
                (row, rows, member) ->
                        kernel.forward(x.height(), x.width(), x.channels(), row, row + rows, x.data(), 0, y.data(), 0));
    }
}
