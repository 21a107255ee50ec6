package org.convnext4j.tools.option;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.convnext4j.model.weights.Checkpoint;
import org.convnext4j.model.weights.DType;
import org.convnext4j.model.weights.SafetensorsWriter;
import org.convnext4j.model.weights.TensorEntry;
import org.convnext4j.tools.Cli;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --weights} and {@code --ignore-unknown}, the options of every command that reads a checkpoint. */
class WeightsOptionsTest {
    @TempDir
    private Path folder;

    private Path file;

    /** The toy model twice, the second time under {@code model_ema.} with other biases, and a decoder. */
    @BeforeEach
    void write() {
        file = folder.resolve("trained.safetensors");
        try (Checkpoint toy = Checkpoint.open(Cli.toy("timm.safetensors"))) {
            List<TensorEntry> entries = new ArrayList<>();
            for (TensorEntry entry : toy.entries()) {
                entries.add(new TensorEntry("model." + entry.name(), entry.dtype(), entry.shape(), entry.data()));
                boolean classifier = entry.name().equals("head.fc.bias");
                MemorySegment data = classifier
                        ? MemorySegment.ofArray(new byte[(int) entry.data().byteSize()])
                        : entry.data();
                entries.add(new TensorEntry("model_ema." + entry.name(), entry.dtype(), entry.shape(), data));
            }
            entries.add(new TensorEntry("decoder.x", DType.F32, List.of(1L), MemorySegment.ofArray(new byte[4])));
            SafetensorsWriter.write(file, entries, null, Map.of());
        }
    }

    @Test
    void strangersAreNamedWithTheOption() {
        Cli.Result result = Cli.run("inspect", file);
        assertEquals(1, result.code());
        assertTrue(result.complaint().contains("unknown tensor decoder.x; --ignore-unknown"), result.err());
    }

    @Test
    void inspectSaysWhatWasChosenAndLeftOut() throws IOException {
        JsonNode json = Cli.run("inspect", "--json", "--ignore-unknown", file).json();
        String said = json.path("assumptions").toString();
        assertTrue(said.contains("read model_ema, the averaged weights (EMA), and left out model;"), said);
        assertTrue(said.contains("left out 1 unknown tensor: decoder.x"), said);
        Cli.Result text = Cli.run("inspect", "--ignore-unknown", "--weights", "raw", file);
        assertTrue(text.out().contains("note: read model and left out model_ema;"), text.out());
        Cli.Result wrong = Cli.run("inspect", "--weights", "best", file);
        assertEquals(1, wrong.code());
        assertTrue(wrong.complaint().contains("no weights called best; it has model, model_ema"), wrong.err());
    }

    @Test
    void convertTakesThemToo() throws IOException {
        Path plain = folder.resolve("plain.safetensors");
        Path raw = folder.resolve("raw.safetensors");
        Path ema = folder.resolve("ema.safetensors");
        Cli.run("convert", Cli.toy("timm.safetensors"), plain, "--no-config", "--layout", "facebook");
        Cli.run("convert", file, raw, "--no-config", "--layout", "facebook", "--ignore-unknown", "--weights", "raw");
        Cli.run("convert", file, ema, "--no-config", "--layout", "facebook", "--ignore-unknown");
        assertEquals(-1, Files.mismatch(plain, raw));
        assertTrue(Files.mismatch(plain, ema) > 0);
    }
}
