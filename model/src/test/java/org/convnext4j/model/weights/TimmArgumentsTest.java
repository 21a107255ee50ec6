package org.convnext4j.model.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.convnext4j.engine.kernel.ActivationKind;
import org.convnext4j.model.LoadOptions;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.image.ConfigException;
import org.convnext4j.model.layers.Pooling;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every argument of timm's ConvNeXt is honoured, borne out by the tensors, of no effect, or refused by its name. */
class TimmArgumentsTest {
    private static final String SIZES = "\"depths\":[1,2,3,1],\"dims\":[16,24,40,72]";

    @TempDir
    private Path folder;

    private Path toy(String layout, String name, String json) throws IOException {
        Path copy = folder.resolve("model.safetensors");
        if (!Files.exists(copy)) {
            Files.copy(Toy.file(layout + ".safetensors"), copy);
        }
        Files.writeString(folder.resolve(name), json);
        return copy;
    }

    private ConvNeXtConfig with(String architecture, String args) throws IOException {
        Path file =
                toy("timm", "config.json", "{\"architecture\":\"" + architecture + "\",\"model_args\":{" + args + "}}");
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(file)) {
            assertEquals(List.of(), checkpoint.assumptions());
            return checkpoint.config();
        }
    }

    @Test
    void pooling() throws IOException {
        assertEquals(
                Pooling.AVERAGE, with("convnext_atto", SIZES).design().head().pooling());
        for (String average : List.of("avg", "fast", "fastavg")) {
            ConvNeXtConfig config = with("convnext_atto", SIZES + ",\"global_pool\":\"" + average + "\"");
            assertEquals("convnext-1.2.3.1-16.24.40.72", config.name());
        }
        ConvNeXtConfig max = with("convnext_atto", SIZES + ",\"global_pool\":\"max\"");
        assertEquals(Pooling.MAX, max.design().head().pooling());
        assertEquals("convnext-1.2.3.1-16.24.40.72-maxpool", max.name());
        assertTrue(Layout.FACEBOOK.obstacle(max).isPresent()
                && Layout.TIMM.obstacle(max).isEmpty());
        assertEquals(
                Pooling.AVERAGE_MAX,
                with("convnext_atto", SIZES + ",\"global_pool\":\"fastavgmax\"")
                        .design()
                        .head()
                        .pooling());
    }

    /** What model_args leave out is as the architecture has it, whatever sizes they give it. */
    @Test
    void theArchitecturesOwnArguments() throws IOException {
        ConvNeXtConfig config = with("test_convnext3", SIZES);
        assertEquals(ActivationKind.SILU, config.design().activation());
        assertEquals(1e-5, config.layerNormEps());
        assertEquals(1e-5, config.headNormEps());
        assertEquals(1e-6, with("test_convnext3", SIZES + ",\"norm_eps\":null").layerNormEps());
        assertEquals(1e-3, with("test_convnext3", SIZES + ",\"norm_eps\":1e-3").headNormEps());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"head_init_scale\":0.001,\"drop_rate\":0.5,\"drop_path_rate\":0.3,\"conv_mlp\":true",
                "\"ls_init_value\":1.0,\"stem_type\":\"patch\",\"patch_size\":4,\"kernel_sizes\":7",
                "\"kernel_sizes\":[7,7,7,7],\"head_norm_first\":false,\"head_hidden_size\":null,\"use_grn\":false",
                "\"act_layer\":\"gelu\",\"norm_layer\":null,\"conv_bias\":true,\"in_chans\":3,\"num_classes\":10"
            })
    void whatTheTensorsBearOut(String args) throws IOException {
        ConvNeXtConfig config = with("convnext_tiny", SIZES + "," + args);
        assertEquals("convnext-1.2.3.1-16.24.40.72", config.name());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "\"kernel_sizes\":[7,5,5,3]; kernel_sizes",
                "\"patch_size\":8; patch_size",
                "\"stem_type\":\"overlap\"; stem_type",
                "\"ls_init_value\":null; ls_init_value",
                "\"use_grn\":true; use_grn",
                "\"head_norm_first\":true; head_norm_first",
                "\"head_hidden_size\":9; head_hidden_size",
                "\"in_chans\":1; in_chans",
                "\"dims\":[16,24,40,73]; dims"
            })
    void whatTheTensorsContradictIsNamed(String args, String field) throws IOException {
        Path file = toy(
                "timm",
                "config.json",
                "{\"architecture\":\"convnext_own\",\"model_args\":{\"global_pool\":\"max\"," + args + "}}");
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(file)) {
            Assumption assumption = checkpoint.assumptions().get(0);
            assertTrue(assumption.risky(), assumption.text());
            assertTrue(assumption.text().contains("model_args." + field), assumption.text());
            assertEquals(Pooling.AVERAGE, checkpoint.config().design().head().pooling());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "\"global_pool\":\"catavgmax\"; model_args.global_pool",
                "\"global_pool\":\"\"; model_args.global_pool",
                "\"global_pool\":7; model_args.global_pool",
                "\"conv_bias\":false; model_args.conv_bias",
                "\"act_layer\":\"relu\"; model_args.act_layer",
                "\"norm_layer\":\"batchnorm2d\"; model_args.norm_layer",
                "\"norm_eps\":-1e-6; model_args.norm_eps",
                "\"norm_eps\":1e300; model_args.norm_eps",
                "\"kernel_sizes\":[7,7]; model_args.kernel_sizes",
                "\"depths\":\"tiny\"; model_args.depths",
                "\"img_size\":224; model_args.img_size",
                "\"stem_type\":\"conv\"; model_args.stem_type",
                "\"use_grn\":\"maybe\"; model_args.use_grn"
            })
    void whatIsNotSupportedIsRefusedByName(String args, String field) throws IOException {
        Path file = toy("timm", "config.json", "{\"architecture\":\"convnext_own\",\"model_args\":{" + args + "}}");
        ConfigException e = assertThrows(ConfigException.class, () -> ConvNeXtCheckpoint.read(file));
        String message = String.valueOf(e.getMessage());
        assertTrue(message.contains(field) && message.contains("config.json"), message);
    }

    @Test
    void huggingFacesHeadHasItsOwnEpsilon() throws IOException {
        Path alone = toy("huggingface", "other.json", "{}");
        assertEquals(1e-12, headEps(alone));
        String config = "{\"model_type\":\"convnext\",\"hidden_act\":\"gelu_python\",\"patch_size\":[4,4]%s}";
        toy("huggingface", "config.json", config.formatted(""));
        assertEquals(1e-12, headEps(alone));
        toy("huggingface", "config.json", config.formatted(",\"layer_norm_eps\":1e-6"));
        assertEquals(1e-6, headEps(alone));
        toy("huggingface", "config.json", config.formatted(",\"layer_norm_eps\":-1e-6"));
        ConfigException e = assertThrows(ConfigException.class, () -> headEps(alone));
        assertTrue(String.valueOf(e.getMessage()).contains("layer_norm_eps"), e.getMessage());
    }

    private static double headEps(Path file) {
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(file, LoadOptions.DEFAULT)) {
            assertEquals(1e-6, checkpoint.config().layerNormEps());
            return checkpoint.config().headNormEps();
        }
    }

    @Test
    void openClipNamesItsNetworkOfTimm() throws IOException {
        String config = "{\"model_cfg\":{\"vision_cfg\":{\"timm_model_name\":\"%s\",\"timm_pool\":\"%s\"}}}";
        Path file = toy("timm", "open_clip_config.json", config.formatted("convnext_own", "max"));
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(file)) {
            assertEquals(Pooling.MAX, checkpoint.config().design().head().pooling());
        }
        toy("timm", "open_clip_config.json", config.formatted("convnext_base", ""));
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(file)) {
            assertTrue(checkpoint.assumptions().get(0).text().contains("timm_model_name"));
        }
        toy("timm", "open_clip_config.json", config.formatted("convnext_own", "rot_attn"));
        assertThrows(ConfigException.class, () -> ConvNeXtCheckpoint.read(file));
    }
}
