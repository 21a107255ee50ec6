package org.convnext4j.model.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.weights.ChannelWrites;
import org.convnext4j.model.weights.ConvNeXtWeights;
import org.convnext4j.model.weights.DType;
import org.convnext4j.model.weights.SafetensorsWriter;
import org.convnext4j.model.weights.TensorEntry;

/** The files of one checkpoint, written into a folder that nobody else sees yet. */
final class CheckpointFiles {
    static final String FORMAT = "convnext4j-training-1";
    static final String WEIGHTS = "weights.safetensors";
    static final String EMA = "ema.safetensors";
    static final String OPTIMIZER = "optimizer.safetensors";
    static final String CONFIG = "config.json";
    static final String STATE = "training.json";

    /** What the names of AdamW's moments start with, as in PyTorch's optimizer state. */
    static final String FIRST_MOMENT = "exp_avg.";

    static final String SECOND_MOMENT = "exp_avg_sq.";

    /** Creates a file; tests put a failing one here. */
    interface Opener {
        WritableByteChannel open(Path file) throws IOException;
    }

    /** Creates a file that must not be there. */
    static final Opener NEW_FILE =
            file -> FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);

    private final Path folder;
    private final Opener opener;
    private final ObjectNode hashes = TrainingJson.object();

    private CheckpointFiles(Path folder, Opener opener) {
        this.folder = folder;
        this.opener = opener;
    }

    /** The files of a checkpoint but for the state. */
    static List<String> names(TrainingState state) {
        return state.config().ema().on()
                ? List.of(WEIGHTS, EMA, OPTIMIZER, CONFIG)
                : List.of(WEIGHTS, OPTIMIZER, CONFIG);
    }

    /** Writes all files and forces them and their folder to the disk. */
    static void write(Path folder, Opener opener, Parameters parameters, TrainingState state) throws IOException {
        CheckpointFiles files = new CheckpointFiles(folder, opener);
        files.writeTensors(WEIGHTS, entries("", parameters.weights().weights()));
        Optional<ParameterBlock> ema = parameters.ema();
        if (ema.isPresent()) {
            files.writeTensors(EMA, entries("", ema.get().weights()));
        }
        List<TensorEntry> moments =
                new ArrayList<>(entries(FIRST_MOMENT, parameters.firstMoments().weights()));
        moments.addAll(entries(SECOND_MOMENT, parameters.secondMoments().weights()));
        files.writeTensors(OPTIMIZER, moments);
        files.writeText(CONFIG, ModelConfig.json(state));
        files.writeState(state);
        Folders.force(folder);
    }

    private static List<TensorEntry> entries(String prefix, ConvNeXtWeights weights) {
        List<TensorEntry> entries = new ArrayList<>();
        weights.forEach((name, tensor) -> entries.add(entry(prefix + name, tensor)));
        return entries;
    }

    private static TensorEntry entry(String name, Tensor tensor) {
        List<Long> shape =
                tensor.shape().dims().stream().map(Integer::longValue).toList();
        return new TensorEntry(name, DType.F32, shape, tensor.data());
    }

    private void writeTensors(String name, List<TensorEntry> tensors) throws IOException {
        // "format" is what Python readers ask for.
        Map<String, String> metadata = Map.of("format", "pt");
        try (DigestChannel channel = new DigestChannel(opener.open(folder.resolve(name)))) {
            SafetensorsWriter.write(channel, tensors, metadata);
            channel.force();
            note(name, channel);
        }
    }

    private void writeState(TrainingState state) throws IOException {
        ObjectNode root = TrainingJson.object();
        root.put("format", FORMAT);
        root.set("state", new StateJson(folder.resolve(STATE)).write(state));
        root.set("files", hashes);
        // Over the text as a reader parses and prints it, so that line breaks do not matter.
        root.put("sha256", hash(TrainingJson.parse(STATE, TrainingJson.compact(root))));
        writeText(STATE, root);
    }

    private void writeText(String name, ObjectNode root) throws IOException {
        byte[] text = TrainingJson.pretty(root).getBytes(StandardCharsets.UTF_8);
        try (DigestChannel channel = new DigestChannel(opener.open(folder.resolve(name)))) {
            ChannelWrites.all(channel, text);
            channel.force();
            note(name, channel);
        }
    }

    private void note(String name, DigestChannel channel) {
        hashes.putObject(name).put("bytes", channel.bytes()).put("sha256", channel.hash());
    }

    /** The hash of the state file's content but for the hash in it. */
    static String hash(ObjectNode root) {
        ObjectNode content = root.deepCopy();
        content.remove("sha256");
        return DigestChannel.hash(TrainingJson.compact(content));
    }
}
