package org.convnext4j.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.convnext4j.engine.tensor.Tensor;

/** The golden networks of all families. */
public final class Families {
    static final Path EXPECTED = Goldens.resource("families/expected.safetensors");

    private static final ObjectMapper JSON = new ObjectMapper();

    private Families() {}

    private static JsonNode about() {
        try {
            return JSON.readTree(Goldens.resource("families/about.json").toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All names. */
    public static List<String> names() {
        List<String> names = new ArrayList<>();
        about().fieldNames().forEachRemaining(names::add);
        return names;
    }

    public static Path file(String name) {
        return Goldens.resource("families/" + name + ".safetensors");
    }

    /** A folder with the network and, if it is timm's, a configuration with its constructor's arguments. */
    public static Path withConfig(String name, Path folder) {
        try {
            Path file = Files.createDirectories(folder.resolve(name)).resolve("model.safetensors");
            Files.copy(file(name), file);
            JsonNode args = about().path(name);
            if (args.has("num_classes")) {
                ObjectNode config = JSON.createObjectNode();
                config.put("architecture", "convnext_custom")
                        .put("num_classes", args.path("num_classes").asInt());
                config.set("model_args", args);
                JSON.writeValue(file.resolveSibling("config.json").toFile(), config);
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The common input, or its first channel. */
    public static Tensor input(String name, Arena arena) {
        Tensor input = Goldens.tensor(EXPECTED, "input", arena);
        if (!name.equals("grey")) {
            return input;
        }
        assertEquals(3, input.dim(1));
        int pixels = input.dim(2) * input.dim(3);
        Tensor grey = Tensor.allocate(arena, input.dim(0), 1, input.dim(2), input.dim(3));
        for (int i = 0; i < grey.elements(); i++) {
            grey.set(i, input.get((long) i / pixels * 3 * pixels + i % pixels));
        }
        return grey;
    }

    /** The outputs of a network that there are figures for, with the figures' names. */
    public static List<Case> cases(String name) {
        return switch (name) {
            case "headless" -> List.of(new Case(Output.EMBEDDING, "headless.embedding"));
            case "stride8", "stride16" ->
                List.of(new Case(Output.LOGITS, name + ".logits"), new Case(Output.STAGE3, name + ".features"));
            case "backbone_huggingface" ->
                List.of(
                        new Case(Output.STAGE0, name + ".stage1"),
                        new Case(Output.STAGE1, name + ".stage2"),
                        new Case(Output.STAGE2, name + ".stage3"),
                        new Case(Output.STAGE3, name + ".stage4"));
            default -> List.of(new Case(Output.LOGITS, name + ".logits"));
        };
    }

    /** Whether the figures of the stages' maps are those after the stages' norms. */
    public static boolean normed(String name) {
        return name.equals("backbone_huggingface");
    }

    /**
     * One figure.
     *
     * @param output of the network
     * @param expected the name of the tensor to compare with
     */
    public record Case(Output output, String expected) {}
}
