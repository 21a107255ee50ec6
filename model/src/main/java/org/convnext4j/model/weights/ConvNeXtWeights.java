package org.convnext4j.model.weights;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.convnext4j.engine.tensor.Shape;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.ConvNeXtConfig;
import org.jspecify.annotations.Nullable;

/**
 * All tensors of a ConvNeXt, in the shapes of the facebook state dict: convolutions (out,in,height,width), linear layers
 * (out,in), all others one-dimensional.
 *
 * @param stem patches to C0 channels
 * @param stages four
 * @param head C3 channels to K classes
 */
public record ConvNeXtWeights(StemWeights stem, List<StageWeights> stages, HeadWeights head) {
    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException if there are not four stages
     */
    public ConvNeXtWeights {
        stages = List.copyOf(stages);
        if (stages.size() != ConvNeXtConfig.STAGES) {
            throw new IllegalArgumentException(
                    "a ConvNeXt has " + ConvNeXtConfig.STAGES + " stages, not " + stages.size());
        }
    }

    /**
     * Puts weights together from wherever they come.
     *
     * @param config what tensors there are
     * @param source gives the tensor of a facebook name and shape; called once for each, in the order of
     *     {@link #forEach}
     * @throws IllegalArgumentException if a tensor comes in another shape
     */
    public static ConvNeXtWeights assemble(ConvNeXtConfig config, BiFunction<String, Shape, Tensor> source) {
        Map<TensorId, Tensor> tensors = new HashMap<>();
        for (TensorSpec spec : TensorSpec.of(config)) {
            String name = Layout.FACEBOOK.format(spec.id());
            Tensor tensor = source.apply(name, spec.shape());
            if (!tensor.shape().equals(spec.shape())) {
                throw new IllegalArgumentException(
                        name + " must have the shape " + spec.shape() + ", not " + tensor.shape());
            }
            tensors.put(spec.id(), tensor);
        }
        return new Assembly(tensors).weights(config);
    }

    /** The facebook name and the shape of every tensor of a network, in the order of {@link #forEach}. */
    public static Map<String, Shape> shapes(ConvNeXtConfig config) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        TensorSpec.of(config).forEach(spec -> shapes.put(Layout.FACEBOOK.format(spec.id()), spec.shape()));
        return shapes;
    }

    /** Every tensor with its facebook name, in the order of the facebook state dict. */
    public void forEach(BiConsumer<String, Tensor> consumer) {
        emit(consumer, Part.STEM_CONV, 0, 0, stem.conv(), stem.convBias());
        emit(consumer, Part.STEM_NORM, 0, 0, stem.norm(), stem.normBias());
        for (int s = 0; s < stages.size(); s++) {
            @Nullable DownsampleWeights downsample = stages.get(s).downsample();
            if (downsample != null) {
                emit(consumer, Part.DOWNSAMPLE_NORM, s, 0, downsample.norm(), downsample.normBias());
                emit(consumer, Part.DOWNSAMPLE_CONV, s, 0, downsample.conv(), downsample.convBias());
            }
        }
        for (int s = 0; s < stages.size(); s++) {
            List<BlockWeights> blocks = stages.get(s).blocks();
            for (int b = 0; b < blocks.size(); b++) {
                BlockWeights block = blocks.get(b);
                emit(consumer, Part.GAMMA, s, b, block.gamma(), null);
                emit(consumer, Part.DWCONV, s, b, block.dwconv(), block.dwconvBias());
                emit(consumer, Part.NORM, s, b, block.norm(), block.normBias());
                emit(consumer, Part.PWCONV1, s, b, block.pwconv1(), block.pwconv1Bias());
                emit(consumer, Part.PWCONV2, s, b, block.pwconv2(), block.pwconv2Bias());
            }
        }
        emit(consumer, Part.HEAD_NORM, 0, 0, head.norm(), head.normBias());
        emit(consumer, Part.HEAD, 0, 0, head.linear(), head.linearBias());
    }

    private static void emit(
            BiConsumer<String, Tensor> consumer,
            Part part,
            int stage,
            int block,
            @Nullable Tensor weight,
            @Nullable Tensor bias) {
        if (weight != null) {
            consumer.accept(Layout.FACEBOOK.format(new TensorId(part, stage, block, false)), weight);
        }
        if (bias != null) {
            consumer.accept(Layout.FACEBOOK.format(new TensorId(part, stage, block, true)), bias);
        }
    }

    /** Sorts tensors into the records. */
    private record Assembly(Map<TensorId, Tensor> tensors) {
        ConvNeXtWeights weights(ConvNeXtConfig config) {
            List<StageWeights> stages = new ArrayList<>();
            for (int s = 0; s < ConvNeXtConfig.STAGES; s++) {
                List<BlockWeights> blocks = new ArrayList<>();
                for (int b = 0; b < config.depths().get(s); b++) {
                    blocks.add(block(s, b, config.layerScale()));
                }
                stages.add(new StageWeights(s == 0 ? null : downsample(s), blocks));
            }
            StemWeights stem = new StemWeights(
                    weight(Part.STEM_CONV, 0, 0),
                    bias(Part.STEM_CONV, 0, 0),
                    weight(Part.STEM_NORM, 0, 0),
                    bias(Part.STEM_NORM, 0, 0));
            HeadWeights head = new HeadWeights(
                    weight(Part.HEAD_NORM, 0, 0),
                    bias(Part.HEAD_NORM, 0, 0),
                    weight(Part.HEAD, 0, 0),
                    bias(Part.HEAD, 0, 0));
            return new ConvNeXtWeights(stem, stages, head);
        }

        private DownsampleWeights downsample(int stage) {
            return new DownsampleWeights(
                    weight(Part.DOWNSAMPLE_NORM, stage, 0),
                    bias(Part.DOWNSAMPLE_NORM, stage, 0),
                    weight(Part.DOWNSAMPLE_CONV, stage, 0),
                    bias(Part.DOWNSAMPLE_CONV, stage, 0));
        }

        private BlockWeights block(int stage, int block, boolean layerScale) {
            return new BlockWeights(
                    weight(Part.DWCONV, stage, block),
                    bias(Part.DWCONV, stage, block),
                    weight(Part.NORM, stage, block),
                    bias(Part.NORM, stage, block),
                    weight(Part.PWCONV1, stage, block),
                    bias(Part.PWCONV1, stage, block),
                    weight(Part.PWCONV2, stage, block),
                    bias(Part.PWCONV2, stage, block),
                    layerScale ? weight(Part.GAMMA, stage, block) : null);
        }

        private Tensor weight(Part part, int stage, int block) {
            return tensor(new TensorId(part, stage, block, false));
        }

        private Tensor bias(Part part, int stage, int block) {
            return tensor(new TensorId(part, stage, block, true));
        }

        private Tensor tensor(TensorId id) {
            @Nullable Tensor tensor = tensors.get(id);
            if (tensor == null) {
                throw new IllegalStateException("no tensor " + id);
            }
            return tensor;
        }
    }
}
