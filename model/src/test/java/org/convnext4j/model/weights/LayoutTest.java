package org.convnext4j.model.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.Variant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LayoutTest {
    @ParameterizedTest
    @CsvSource({
        "downsample_layers.0.0.weight, stem.0.weight, features.0.0.weight, embeddings.patch_embeddings.weight",
        "downsample_layers.0.1.bias, stem.1.bias, features.0.1.bias, embeddings.layernorm.bias",
        "downsample_layers.3.0.weight, stages.3.downsample.0.weight, features.6.0.weight,"
                + " encoder.stages.3.downsampling_layer.0.weight",
        "stages.2.26.gamma, stages.2.blocks.26.gamma, features.5.26.layer_scale,"
                + " encoder.stages.2.layers.26.layer_scale_parameter",
        "stages.0.1.dwconv.bias, stages.0.blocks.1.conv_dw.bias, features.1.1.block.0.bias,"
                + " encoder.stages.0.layers.1.dwconv.bias",
        "stages.3.0.pwconv2.weight, stages.3.blocks.0.mlp.fc2.weight, features.7.0.block.5.weight,"
                + " encoder.stages.3.layers.0.pwconv2.weight",
        "norm.weight, head.norm.weight, classifier.0.weight, layernorm.weight"
    })
    void namesOfTheFourLayouts(String facebook, String timm, String torchvision, String huggingface) {
        List<String> names = List.of(facebook, timm, torchvision, "convnext." + huggingface);
        List<Layout> layouts = List.of(Layout.FACEBOOK, Layout.TIMM, Layout.TORCHVISION, Layout.HUGGINGFACE);
        for (int i = 0; i < names.size(); i++) {
            assertEquals(Optional.of(facebook), layouts.get(i).toFacebook(names.get(i)));
            assertEquals(Optional.of(names.get(i)), layouts.get(i).fromFacebook(facebook));
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyTensorHasItsOwnNameAndComesBack(Layout layout) {
        Set<String> names = new HashSet<>();
        TensorNames spelt = layout.names(Spelling.PAPER);
        List<TensorSpec> specs = TensorSpec.of(ConvNeXtConfig.of(Variant.BASE));
        assertEquals(344, specs.size());
        for (TensorSpec spec : specs) {
            String name = spelt.format(spec.id());
            assertEquals(Optional.of(spec.id()), spelt.parse(name));
            names.add(name);
        }
        assertEquals(344, names.size());
        assertEquals(Optional.of(layout), Layout.detect(names));
        assertEquals(Optional.of(layout), Layout.of(layout.label()));
    }

    @ParameterizedTest
    @CsvSource({
        "FACEBOOK, stages.4.0.gamma",
        "FACEBOOK, stages.0.01.gamma",
        "FACEBOOK, downsample_layers.0.2.weight",
        "FACEBOOK, stages.0.0.gamma.weight",
        "FACEBOOK, stages.0.0.pwconv3.weight",
        "FACEBOOK, stages.0.99999999999.gamma",
        "FACEBOOK, norm",
        "TIMM, stages.0.downsample.0.weight",
        "TORCHVISION, features.2.0.layer_scale",
        "TORCHVISION, features.1.0.weight",
        "TORCHVISION, features.8.0.weight",
        "HUGGINGFACE, classifier.running_mean"
    })
    void otherNamesAreNobodys(Layout layout, String name) {
        assertEquals(Optional.empty(), layout.toFacebook(name));
    }

    @Test
    void unknownNamesAreNotDetected() {
        assertEquals(Optional.empty(), Layout.detect(Set.of("conv1.weight", "fc.weight")));
        assertEquals(Optional.empty(), Layout.of("keras"));
    }
}
