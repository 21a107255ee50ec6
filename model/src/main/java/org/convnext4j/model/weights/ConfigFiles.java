package org.convnext4j.model.weights;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.convnext4j.engine.kernel.ActivationKind;
import org.convnext4j.model.ModelDescription;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.image.ClassifierConfig;
import org.convnext4j.model.image.OwnFields;
import org.convnext4j.model.image.PreprocessorConfig;
import org.convnext4j.model.image.PreprocessorConfigWriter;

/**
 * Writes what goes beside a model's weights: Hugging Face's files for its layout, and timm's {@code config.json} for all
 * others. {@link HuggingFaceHints} and {@link TimmHints} read the same.
 */
final class ConfigFiles {
    static final String CONFIG = "config.json";

    private static final String SEVERAL = ClassifierConfig.SEVERAL;
    private static final double LAYER_SCALE = 1e-6;
    private static final double INITIALIZER_RANGE = 0.02;

    private ConfigFiles() {}

    /**
     * The files by their names.
     *
     * @param types of the tensors as they are written
     */
    static Map<String, ObjectNode> of(Layout layout, ConvNeXtConfig network, ModelDescription model, Set<DType> types) {
        Map<String, ObjectNode> files = new LinkedHashMap<>();
        if (layout == Layout.HUGGINGFACE) {
            files.put(CONFIG, huggingFace(network, model, types));
            files.put(PreprocessorConfig.PROCESSOR_FILE, PreprocessorConfigWriter.huggingFace(model.preprocessor()));
        } else {
            files.put(CONFIG, timm(network, model));
        }
        return files;
    }

    private static ObjectNode timm(ConvNeXtConfig network, ModelDescription model) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("architecture", TimmModel.architecture(network));
        root.put("num_classes", network.classes());
        root.put("num_features", TimmModel.features(network));
        root.put("global_pool", TimmModel.pooling(network.design().head().pooling()));
        ObjectNode args = TimmModel.arguments(network);
        if (!args.isEmpty()) {
            root.set("model_args", args);
        }
        model.names().ifPresent(names -> names.forEach(root.withArray("label_names")::add));
        if (model.severalPerPicture()) {
            root.put("problem_type", SEVERAL);
        }
        ObjectNode cfg = PreprocessorConfigWriter.timm(model.preprocessor(), network.inChannels());
        cfg.put("num_classes", network.classes()).put("first_conv", "stem.0").put("classifier", "head.fc");
        root.set("pretrained_cfg", cfg);
        ObjectNode own = JsonNodeFactory.instance.objectNode();
        if (network.headNormEps() != network.layerNormEps()) {
            own.put(TimmHints.HEAD_EPS, network.headNormEps());
        }
        PreprocessorConfigWriter.timmLacks(model.preprocessor()).ifPresent(own::setAll);
        if (!own.isEmpty()) {
            root.set(OwnFields.NAME, own);
        }
        return root;
    }

    private static ObjectNode huggingFace(ConvNeXtConfig network, ModelDescription model, Set<DType> types) {
        boolean second = network.design().responseNorm();
        List<Integer> normed = network.design().normedStages();
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        String task = normed.isEmpty() ? network.classes() > 0 ? "ForImageClassification" : "Model" : "Backbone";
        root.putArray("architectures").add((second ? "ConvNextV2" : "ConvNext") + task);
        root.put("model_type", second ? "convnextv2" : "convnext");
        root.put("num_channels", network.inChannels());
        root.put("patch_size", network.patchSize());
        root.put("num_stages", network.stages());
        network.depths().forEach(root.putArray("depths")::add);
        network.dims().forEach(root.putArray("hidden_sizes")::add);
        root.put("hidden_act", activation(network.design().activation()));
        root.put("layer_norm_eps", network.headNormEps());
        if (!second) {
            root.put("layer_scale_init_value", network.layerScale() ? LAYER_SCALE : 0);
        }
        root.put("drop_path_rate", 0.0).put("initializer_range", INITIALIZER_RANGE);
        if (model.preprocessor().height() == model.preprocessor().width()) {
            root.put("image_size", model.preprocessor().height());
        }
        if (!normed.isEmpty()) {
            normed.forEach(stage -> root.withArray("out_features").add("stage" + (stage + 1)));
        }
        labels(root, network, model);
        if (types.size() == 1) {
            torchType(types.iterator().next()).ifPresent(type -> root.put("torch_dtype", type));
        }
        if (network.layerNormEps() != ConvNeXtConfig.LAYER_NORM_EPS) {
            root.putObject(OwnFields.NAME).put(HuggingFaceHints.NORM_EPS, network.layerNormEps());
        }
        return root;
    }

    private static void labels(ObjectNode root, ConvNeXtConfig network, ModelDescription model) {
        Optional<List<String>> names = model.names();
        if (names.isPresent()) {
            ObjectNode byId = root.putObject("id2label");
            ObjectNode byName = root.putObject("label2id");
            for (int id = 0; id < names.get().size(); id++) {
                byId.put(String.valueOf(id), names.get().get(id));
                byName.put(names.get().get(id), id);
            }
        } else if (network.classes() > 0) {
            root.put("num_labels", network.classes());
        }
        if (model.severalPerPicture()) {
            root.put("problem_type", SEVERAL);
        }
    }

    private static String activation(ActivationKind kind) {
        return kind == ActivationKind.GELU_TANH
                ? "gelu_pytorch_tanh"
                : kind.name().toLowerCase(Locale.ROOT);
    }

    /** PyTorch's name; empty for a type that no network is run in. */
    private static Optional<String> torchType(DType type) {
        return switch (type) {
            case F32 -> Optional.of("float32");
            case F16 -> Optional.of("float16");
            case BF16 -> Optional.of("bfloat16");
            default -> Optional.empty();
        };
    }
}
