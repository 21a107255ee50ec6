package org.convnext4j.model.train;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.convnext4j.model.ConvNeXtConfig;

/**
 * The {@code config.json} that goes beside a trained network's weights, in timm's format: with it {@link
 * org.convnext4j.model.image.PreprocessorConfig#besideWeights} and {@link org.convnext4j.model.image.Labels#forModel}
 * know how to prepare a picture and what the classes are called.
 */
public final class ModelConfig {
    private ModelConfig() {}

    /**
     * The file's text.
     *
     * @param network what the weights are of
     * @param augmentation whose size, evaluation crop, interpolation, mean and standard deviation count
     * @param classNames of the classes in their order; empty if they have none
     */
    public static String text(ConvNeXtConfig network, AugmentationConfig augmentation, List<String> classNames) {
        return TrainingJson.pretty(json(network, augmentation, classNames));
    }

    static ObjectNode json(TrainingState state) {
        return json(state.network(), state.config().augmentation(), state.classNames());
    }

    private static ObjectNode json(ConvNeXtConfig network, AugmentationConfig augmentation, List<String> classNames) {
        ObjectNode root = TrainingJson.object();
        root.put("architecture", network.name());
        root.put("num_classes", network.classes());
        if (!classNames.isEmpty()) {
            ArrayNode names = root.putArray("label_names");
            classNames.forEach(names::add);
        }
        ObjectNode cfg = root.putObject("pretrained_cfg");
        ArrayNode size = cfg.putArray("input_size");
        size.add(network.inChannels()).add(augmentation.pictureSize()).add(augmentation.pictureSize());
        cfg.put("interpolation", ConfigTree.label(augmentation.interpolation()));
        cfg.put("crop_pct", augmentation.evaluationCrop());
        cfg.put("crop_mode", augmentation.evaluationCrop() == 1 ? "squash" : "center");
        ArrayNode mean = cfg.putArray("mean");
        augmentation.mean().forEach(mean::add);
        ArrayNode std = cfg.putArray("std");
        augmentation.std().forEach(std::add);
        return root;
    }
}
