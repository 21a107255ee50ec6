package org.convnext4j.model.train;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.image.OwnFields;
import org.convnext4j.model.weights.TimmModel;

/**
 * The {@code config.json} that goes beside a trained network's weights: with it {@link
 * org.convnext4j.model.image.PreprocessorConfig#besideWeights} and {@link org.convnext4j.model.image.Labels#forModel}
 * know how to prepare a picture and what the classes are called.
 *
 * <p>It is in timm's format, so that {@code timm.create_model('local-dir:FOLDER', pretrained=True)} loads the network: its
 * architecture is one that timm has, and {@code model_args} has what this one differs in. timm does not
 * downsample networks with patches of 2 or of 8 and more as this one is; of such a network the file has the sizes in its
 * architecture's name, and timm refuses it.
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
        boolean timm = TimmModel.has(network);
        root.put("architecture", TimmModel.architecture(network));
        root.put("num_classes", network.classes());
        root.put("num_features", network.dims().get(network.stages() - 1));
        ObjectNode args = TimmModel.arguments(network);
        if (timm && !args.isEmpty()) {
            root.set("model_args", args);
        }
        if (network.headNormEps() != network.layerNormEps()) {
            // timm has one epsilon for all norms.
            root.putObject(OwnFields.NAME).put("head_norm_eps", network.headNormEps());
        }
        if (!classNames.isEmpty()) {
            ArrayNode names = root.putArray("label_names");
            classNames.forEach(names::add);
        }
        ObjectNode cfg = root.putObject("pretrained_cfg");
        ArrayNode size = cfg.putArray("input_size");
        size.add(network.inChannels()).add(augmentation.pictureSize()).add(augmentation.pictureSize());
        if (timm) {
            cfg.put("num_classes", network.classes());
            cfg.put("first_conv", "stem.0");
            cfg.put("classifier", "head.fc");
        }
        cfg.put("interpolation", ConfigTree.label(augmentation.interpolation()));
        cfg.put("crop_pct", augmentation.evaluationCrop());
        cfg.put("crop_mode", augmentation.keepsAspect() ? "center" : "squash");
        ArrayNode mean = cfg.putArray("mean");
        augmentation.mean().forEach(mean::add);
        ArrayNode std = cfg.putArray("std");
        augmentation.std().forEach(std::add);
        return root;
    }
}
