package org.convnext4j.model.weights;

import java.util.List;
import org.convnext4j.model.design.ConvNeXtConfig;

/**
 * timm's {@code output_stride}: a stage halves the map only while its stride is smaller, and dilates it from there on. For
 * patches of 4 and the usual 32 that is never; with patches of 8 the last stage is dilated, with patches of 16 the last two.
 * Source: timm's models/convnext.py.
 */
final class TimmStride {
    /** What timm takes. */
    static final List<Integer> ALLOWED = List.of(8, 16, 32);

    /** What timm takes if nobody says another. */
    static final int DEFAULT = 32;

    private TimmStride() {}

    /** A network with the dilated stages that timm gives it for one of {@link #ALLOWED}. */
    static ConvNeXtConfig apply(ConvNeXtConfig config, int outputStride) {
        return config.withDesign(config.design().withDilatedStages(dilated(config, outputStride)));
    }

    private static int dilated(ConvNeXtConfig config, int outputStride) {
        int stride = config.patchSize();
        int dilated = 0;
        for (int s = 1; s < config.stages(); s++) {
            if (stride >= outputStride) {
                dilated++;
            } else {
                stride *= 2;
            }
        }
        return dilated;
    }

    /** Whether timm has this network, with any of {@link #ALLOWED}. */
    static boolean has(ConvNeXtConfig config) {
        int kernel = config.patchKernel();
        boolean halved = kernel != config.patchSize();
        return halved == (kernel == 2)
                && ALLOWED.stream()
                        .anyMatch(stride ->
                                dilated(config, stride) == config.design().dilatedStages());
    }
}
