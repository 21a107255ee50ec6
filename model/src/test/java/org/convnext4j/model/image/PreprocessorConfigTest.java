package org.convnext4j.model.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreprocessorConfigTest {
    private static final String IMAGENET = "\"image_mean\":[0.485,0.456,0.406],\"image_std\":[0.229,0.224,0.225]";

    @TempDir
    Path directory;

    @Test
    void nothingBesideTheWeights() throws IOException {
        assertEquals(Optional.empty(), PreprocessorConfig.besideWeights(weights()));
        write("config.json", "{\"architectures\":[\"Other\"]}");
        assertEquals(Optional.empty(), PreprocessorConfig.besideWeights(weights()));
    }

    @Test
    void timm() throws IOException {
        write(
                "config.json",
                "{\"architecture\":\"convnext_tiny\",\"num_classes\":1000,\"pretrained_cfg\":{\"input_size\":[3,224,224],"
                        + "\"test_input_size\":[3,288,288],\"interpolation\":\"bicubic\",\"crop_pct\":0.875,"
                        + "\"test_crop_pct\":1.0,\"crop_mode\":\"center\",\"mean\":[0.485,0.456,0.406],"
                        + "\"std\":[0.229,0.224,0.225]}}");
        assertEquals(Preset.TIMM_224.preprocessor(), beside());
        assertEquals(Preset.TIMM_288.preprocessor(), PreprocessorConfig.timm(directory.resolve("config.json"), true));
    }

    @Test
    void timmSquashAndOddCrop() throws IOException {
        write(
                "config.json",
                "{\"pretrained_cfg\":{\"input_size\":[3,384,384],\"crop_pct\":1.0,\"crop_mode\":\"squash\"}}");
        assertEquals(Preset.SQUASH_384.preprocessor(), beside());
        write(
                "config.json",
                "{\"pretrained_cfg\":{\"input_size\":[3,224,224],\"crop_pct\":0.95,\"mean\":[0.5,0.5,0.5]}}");
        assertEquals(ResizeRule.shortestEdge(235), beside().resize());
        assertEquals(List.of(0.5f, 0.5f, 0.5f), beside().mean());
    }

    @Test
    void oldFlatTimm() throws IOException {
        write(
                "config.json",
                "{\"architecture\":\"convnext_atto\",\"input_size\":[3,288,288],\"crop_pct\":0.95,\"interpolation\":\"bilinear\"}");
        assertEquals(Preprocessor.centerCrop(303, 288, Interpolation.BILINEAR), beside());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "\"size\":224,\"crop_pct\":0.875,\"resample\":3",
                "\"size\":{\"shortest_edge\":224},\"crop_pct\":null,\"do_resize\":\"True\"",
                "\"size\":224,\"rescale_factor\":0.00392156862745098,\"do_rescale\":true,\"do_normalize\":true"
            })
    void huggingFace(String fields) throws IOException {
        write("preprocessor_config.json", "{" + fields + "," + IMAGENET + "}");
        write("config.json", "{\"model_type\":\"convnext\",\"image_size\":384}");
        assertEquals(Preset.HF_224.preprocessor(), beside());
    }

    @Test
    void huggingFaceDefaultsAreNotImagenets() throws IOException {
        write("preprocessor_config.json", "{}");
        Preprocessor defaults = beside();
        assertEquals(ResizeRule.squash(384, 384), defaults.resize());
        assertEquals(384, defaults.height());
        assertEquals(List.of(0.5f, 0.5f, 0.5f), defaults.mean());
        assertEquals(List.of(0.5f, 0.5f, 0.5f), defaults.std());
    }

    @Test
    void huggingFaceVariants() throws IOException {
        write("preprocessor_config.json", "{\"size\":{\"height\":256,\"width\":192},\"resample\":2," + IMAGENET + "}");
        assertEquals(ResizeRule.squash(256, 192), beside().resize());
        assertEquals(192, beside().width());
        assertEquals(Interpolation.BILINEAR, beside().interpolation());
        write("preprocessor_config.json", "{\"do_normalize\":false,\"do_rescale\":false}");
        assertEquals(1, beside().rescale());
        assertEquals(List.of(0f, 0f, 0f), beside().mean());
    }

    @Test
    void huggingFaceModelConfig() throws IOException {
        write("config.json", "{\"model_type\":\"convnextv2\",\"image_size\":224}");
        assertEquals(Preset.HF_224.preprocessor(), beside());
        write("config.json", "{\"model_type\":\"convnext\",\"image_size\":384}");
        assertEquals(Preset.SQUASH_384.preprocessor(), beside());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "preprocessor_config.json; {\"size\":\"big\"}; size",
                "preprocessor_config.json; {\"size\":0}; size",
                "preprocessor_config.json; {\"size\":2.5}; size",
                "preprocessor_config.json; {\"size\":{\"shortest_edge\":-1}}; size.shortest_edge",
                "preprocessor_config.json; {\"size\":{\"longest_edge\":9}}; size",
                "preprocessor_config.json; {\"size\":99999999}; 99999999",
                "preprocessor_config.json; {\"resample\":0}; resample",
                "preprocessor_config.json; {\"crop_pct\":0}; crop_pct",
                "preprocessor_config.json; {\"do_resize\":\"perhaps\"}; do_resize",
                "preprocessor_config.json; {\"do_resize\":false}; do_resize",
                "preprocessor_config.json; {\"image_mean\":[1,2]}; image_mean",
                "preprocessor_config.json; {\"image_mean\":[1,2,\"3\"]}; image_mean",
                "preprocessor_config.json; {\"image_std\":[1,0,1]}; std",
                "preprocessor_config.json; {\"rescale_factor\":\"1/255\"}; rescale_factor",
                "preprocessor_config.json; [1]; not a JSON object",
                "preprocessor_config.json; {\"size\":; not valid JSON",
                "preprocessor_config.json; {} {}; not valid JSON",
                "config.json; {\"pretrained_cfg\":3}; pretrained_cfg",
                "config.json; {\"pretrained_cfg\":{\"input_size\":[3,224]}}; pretrained_cfg.input_size",
                "config.json; {\"pretrained_cfg\":{\"input_size\":[3,224,192]}}; pretrained_cfg.input_size",
                "config.json; {\"pretrained_cfg\":{\"crop_mode\":\"border\"}}; pretrained_cfg.crop_mode",
                "config.json; {\"pretrained_cfg\":{\"interpolation\":\"random\"}}; pretrained_cfg.interpolation",
                "config.json; {\"pretrained_cfg\":{\"crop_pct\":1e-9}}; cannot be used",
                "config.json; {\"image_size\":\"224\"}; image_size"
            })
    void malformedFilesAreNamed(String file, String json, String problem) throws IOException {
        write(file, json);
        ConfigException e = assertThrows(ConfigException.class, this::beside);
        String message = Resources.message(e);
        assertTrue(message.contains(directory.resolve(file).toString()) && message.contains(problem), message);
    }

    @Test
    void deepAndHugeFilesAreRefused() throws IOException {
        write("config.json", "{\"a\":" + "[".repeat(5000) + "]".repeat(5000) + "}");
        assertThrows(ConfigException.class, this::beside);
        Files.write(directory.resolve("config.json"), new byte[(32 << 20) + 1]);
        ConfigException e = assertThrows(ConfigException.class, this::beside);
        assertTrue(Resources.message(e).contains("bytes"));
    }

    private Path weights() {
        return directory.resolve("model.safetensors");
    }

    private Preprocessor beside() {
        return PreprocessorConfig.besideWeights(weights()).orElseThrow();
    }

    private void write(String name, String json) throws IOException {
        Files.writeString(directory.resolve(name), json);
    }
}
