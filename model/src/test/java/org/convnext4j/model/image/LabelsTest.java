package org.convnext4j.model.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelsTest {
    @TempDir
    Path directory;

    @Test
    void imagenet() {
        Labels labels = Labels.imagenet1k();
        assertEquals(1000, labels.size());
        assertEquals("tench, Tinca tinca", labels.name(0));
        assertEquals("goldfish, Carassius auratus", labels.name(1));
        assertEquals("tabby, tabby cat", labels.name(281));
        assertTrue(labels.name(985).startsWith("daisy"));
        assertTrue(labels.name(999).startsWith("toilet tissue"));
        assertTrue(labels.name(134).startsWith("crane") && labels.name(517).startsWith("crane"));
        assertTrue(labels.names().stream().noneMatch(String::isBlank));
    }

    @Test
    void torchvisionHasOneNameForEachClass() {
        Labels labels = Labels.torchvision1k();
        assertEquals(1000, labels.size());
        assertEquals("tench", labels.name(0));
        assertEquals("tabby", labels.name(281));
        assertEquals("jellyfish", labels.name(107));
        assertEquals("crane bird", labels.name(134));
        assertEquals("crane", labels.name(517));
        assertEquals("maillot", labels.name(638));
        assertEquals("maillot tank suit", labels.name(639));
        assertEquals("toilet tissue", labels.name(999));
        // Of the list that torchvision 0.29 has in ConvNeXt_Tiny_Weights.IMAGENET1K_V1.meta["categories"].
        CRC32 crc = new CRC32();
        crc.update(String.join("\n", labels.names()).getBytes(StandardCharsets.UTF_8));
        assertEquals("e8b410f0", String.format("%08x", crc.getValue()));
    }

    @Test
    void withoutAConfiguration() {
        assertEquals(Labels.imagenet1k(), Labels.forModel(weights(), 1000));
        assertEquals(new Labels(List.of("class 0", "class 1")), Labels.forModel(weights(), 2));
    }

    @Test
    void theConfigurationWins() throws IOException {
        config("{\"id2label\":{\"1\":\"dog\",\"0\":\"cat\",\"2\":7}}");
        assertEquals(new Labels(List.of("cat", "dog", "7")), Labels.forModel(weights(), 3));
        ConfigException e = assertThrows(ConfigException.class, () -> Labels.forModel(weights(), 4));
        assertTrue(Resources.message(e).contains("3 classes")
                && Resources.message(e).contains("has 4"));
    }

    @Test
    void timmNamesAndDescriptions() throws IOException {
        config("{\"pretrained_cfg\":{\"label_names\":[\"n1\",\"n2\"],\"label_descriptions\":{\"n2\":\"a fox\"}}}");
        assertEquals(new Labels(List.of("n1", "a fox")), Labels.forModel(weights(), 2));
        config("{\"label_names\":[\"one\"],\"pretrained_cfg\":{}}");
        assertEquals(new Labels(List.of("one")), Labels.forModel(weights(), 1));
        config("{\"pretrained_cfg\":{\"label_names\":null}}");
        assertEquals(Labels.numbered(5), Labels.forModel(weights(), 5));
    }

    @Test
    void namesByNumberAndOldFieldsOfTimm() throws IOException {
        config("{\"label2id\":{\"dog\":1,\"cat\":0}}");
        assertEquals(new Labels(List.of("cat", "dog")), Labels.forModel(weights(), 2));
        config("{\"id2label\":{\"0\":\"a\",\"1\":\"b\"},\"label2id\":{\"x\":7}}");
        assertEquals(new Labels(List.of("a", "b")), Labels.forModel(weights(), 2));
        config("{\"label_names\":{\"1\":\"n2\",\"0\":\"n1\"},\"label_descriptions\":{\"n1\":\"an owl\"}}");
        assertEquals(new Labels(List.of("an owl", "n2")), Labels.forModel(weights(), 2));
        config("{\"architecture\":\"convnext_tiny\",\"input_size\":[3,32,32],\"labels\":[\"a\",\"a\"]}");
        assertEquals(new Labels(List.of("a", "a")), Labels.forModel(weights(), 2));
        // As timm has it, the names at the top replace those within.
        config("{\"label_names\":[\"one\"],\"pretrained_cfg\":{\"label_names\":[\"other\"]}}");
        assertEquals(new Labels(List.of("one")), Labels.forModel(weights(), 1));
    }

    @Test
    void severalClassesPerPicture() throws IOException {
        assertFalse(ClassifierConfig.besideWeights(weights(), 2).severalPerPicture());
        config("{\"problem_type\":\"multi_label_classification\"}");
        assertTrue(ClassifierConfig.besideWeights(weights(), 2).severalPerPicture());
        config("{\"problem_type\":null}");
        assertFalse(ClassifierConfig.besideWeights(weights(), 2).severalPerPicture());
        config("{\"problem_type\":\"ranking\"}");
        ConfigException e = assertThrows(ConfigException.class, () -> ClassifierConfig.besideWeights(weights(), 2));
        assertTrue(Resources.message(e).contains("problem_type"), Resources.message(e));
    }

    /** As the hub has them: two of 21,843 keys taken out, the others left as they were. */
    @Test
    void theNamesOfHuggingFaces22kModelsArePutRight() throws IOException {
        config(ids(21_843, 9205, 15_027));
        Labels labels = Labels.forModel(weights(), 21_841);
        assertEquals("name 0", labels.name(0));
        assertEquals("name 9204", labels.name(9204));
        assertEquals("name 9206", labels.name(9205));
        assertEquals("name 15026", labels.name(15_025));
        assertEquals("name 15028", labels.name(15_026));
        assertEquals("name 21842", labels.name(21_840));
        config(ids(21_841));
        assertEquals("name 9205", Labels.forModel(weights(), 21_841).name(9205));
    }

    @Test
    void otherGapsAreRefused() throws IOException {
        for (String text : List.of(
                ids(21_843, 9204, 15_027), ids(21_843, 9205, 15_026), ids(21_842, 9205), ids(101, 50), ids(21_843))) {
            config(text);
            ConfigException e = assertThrows(ConfigException.class, () -> Labels.forModel(weights(), 21_841));
            assertTrue(Resources.message(e).contains("keys must be 0..")
                    || Resources.message(e).contains("classes"));
        }
    }

    private static String ids(int end, Integer... without) {
        List<Integer> gaps = List.of(without);
        return IntStream.range(0, end)
                .filter(id -> !gaps.contains(id))
                .mapToObj(id -> "\"" + id + "\": \"name " + id + "\"")
                .collect(Collectors.joining(", ", "{\"id2label\": {", "}}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"id2label\":{\"0\":\"a\",\"2\":\"b\"}}; id2label",
                "{\"id2label\":{\"0\":\"a\",\"00\":\"b\"}}; id2label",
                "{\"id2label\":{\"-1\":\"a\"}}; id2label",
                "{\"id2label\":{\"x\":\"a\"}}; id2label",
                "{\"id2label\":{}}; id2label",
                "{\"id2label\":[\"a\"]}; id2label",
                "{\"id2label\":{\"0\":{}}}; id2label",
                "{\"id2label\":{\"0\":\"a\",\"9999999999\":\"b\"}}; id2label",
                "{\"label2id\":{\"a\":0,\"b\":0}}; label2id",
                "{\"label2id\":{\"a\":0,\"b\":2}}; label2id",
                "{\"label2id\":{\"a\":0,\"b\":\"1\"}}; label2id",
                "{\"label2id\":[]}; label2id",
                "{\"num_labels\":7}; num_labels",
                "{\"num_classes\":1000}; num_classes",
                "{\"label_names\":[\"a\",\"b\"],\"label_descriptions\":[]}; label_descriptions",
                "{\"label_names\":[\"a\",\"b\"],\"label_descriptions\":{\"a\":null}}; label_descriptions",
                "{\"pretrained_cfg\":{\"label_names\":{}}}; label_names",
                "{\"pretrained_cfg\":{\"label_names\":[null]}}; label_names",
                "{; JSON"
            })
    void malformedNamesAreErrors(String json, String problem) throws IOException {
        config(json);
        ConfigException e = assertThrows(ConfigException.class, () -> Labels.forModel(weights(), 2));
        String message = Resources.message(e);
        assertTrue(message.contains("config.json") && message.contains(problem), message);
    }

    @Test
    void noClasses() {
        assertThrows(IllegalArgumentException.class, () -> Labels.numbered(0));
    }

    private Path weights() {
        return directory.resolve("model.pth");
    }

    private void config(String json) throws IOException {
        Files.writeString(directory.resolve("config.json"), json);
    }
}
