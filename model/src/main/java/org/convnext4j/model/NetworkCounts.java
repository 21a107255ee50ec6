package org.convnext4j.model;

import org.convnext4j.engine.kernel.NormKind;

/** Parameters and multiply-adds of a network, from its configuration alone. */
final class NetworkCounts {
    private static final int OVERLAP_TAPS = 3 * 3;
    private static final int DOWNSAMPLE_TAPS = 2 * 2;

    private NetworkCounts() {}

    static long parameters(ConvNeXtConfig config) {
        Design design = config.design();
        // A norm has a weight for each channel, and a bias only if it centres.
        int norm = design.norm() == NormKind.LAYER ? 2 : 1;
        long sum = stem(config, norm);
        for (int s = 0; s < config.stages(); s++) {
            long c = config.dims().get(s);
            if (s > 0) {
                long in = config.dims().get(s - 1);
                sum += norm * in + DOWNSAMPLE_TAPS * in * c + c;
            }
            int kernel = design.kernelSizes().get(s);
            long block = (long) kernel * kernel * c + c + norm * c + 8 * c * c + 5 * c;
            block += (config.layerScale() ? c : 0) + (design.responseNorm() ? 8 * c : 0);
            sum += config.depths().get(s) * block;
        }
        for (int stage : design.normedStages()) {
            sum += (long) norm * config.dims().get(stage);
        }
        return sum + head(config, norm);
    }

    private static long stem(ConvNeXtConfig config, int norm) {
        StemDesign stem = config.design().stem();
        long first = config.dims().get(0);
        long inputs = config.inChannels();
        if (stem.kind().overlaps()) {
            long width = stem.width();
            return OVERLAP_TAPS * inputs * width + width + OVERLAP_TAPS * width * first + first + norm * first;
        }
        long conv = inputs * config.patchKernel() * config.patchKernel() * first + first;
        long halving = norm * first + DOWNSAMPLE_TAPS * first * first + first;
        return switch (stem.kind()) {
            case PATCH_WITHOUT_NORM -> conv;
            case PATCH_HALVED -> conv + norm * first + halving;
            default -> conv + norm * first;
        };
    }

    private static long head(ConvNeXtConfig config, int norm) {
        HeadDesign head = config.design().head();
        long last = config.dims().get(config.stages() - 1);
        long sum = head.norm() == HeadDesign.NormPlace.NOWHERE ? 0 : norm * last;
        long inputs = last;
        if (head.hidden() > 0) {
            sum += last * head.hidden() + head.hidden();
            inputs = head.hidden();
        }
        return sum + inputs * config.classes() + config.classes();
    }

    static long macs(ConvNeXtConfig config, int height, int width) {
        Design design = config.design();
        long sum = 0;
        StemDesign stem = design.stem();
        long first = pixels(config, 0, height, width);
        if (stem.kind().overlaps()) {
            long half = (long) Math.ceilDiv(height, 2) * Math.ceilDiv(width, 2);
            sum += half * OVERLAP_TAPS * config.inChannels() * stem.width();
            sum += first * OVERLAP_TAPS * stem.width() * config.dims().get(0);
        } else {
            int kernel = config.patchKernel();
            long patches = (long) (height / kernel) * (width / kernel);
            long channels = config.dims().get(0);
            sum += patches * config.inChannels() * kernel * kernel * channels;
            sum += stem.kind() == StemKind.PATCH_HALVED ? first * DOWNSAMPLE_TAPS * channels * channels : 0;
        }
        for (int s = 0; s < config.stages(); s++) {
            long c = config.dims().get(s);
            long pixels = pixels(config, s, height, width);
            if (s > 0) {
                sum += pixels * DOWNSAMPLE_TAPS * config.dims().get(s - 1) * c;
            }
            int kernel = design.kernelSizes().get(s);
            sum += config.depths().get(s) * pixels * ((long) kernel * kernel * c + 8 * c * c);
        }
        long last = config.dims().get(config.stages() - 1);
        long hidden = design.head().hidden();
        return sum + (hidden > 0 ? last * hidden + hidden * config.classes() : last * config.classes());
    }

    private static long pixels(ConvNeXtConfig config, int stage, int height, int width) {
        return (long) config.side(stage, height) * config.side(stage, width);
    }
}
