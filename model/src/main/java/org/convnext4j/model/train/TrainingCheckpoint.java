package org.convnext4j.model.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.failure.FileFailure;
import org.convnext4j.model.weights.CheckpointException;

/**
 * A complete checkpoint of a run: a folder with {@code weights.safetensors} and, where an average is kept, {@code
 * ema.safetensors}, both of which load as any checkpoint does, {@code config.json} with the classes and the preprocessing
 * for them, {@code optimizer.safetensors} and {@code training.json}. The last one notes sizes and hashes, which the others
 * had when this was opened.
 */
public final class TrainingCheckpoint {
    private static final int CHUNK_BYTES = 1 << 20;

    private final Path folder;
    private final TrainingState state;

    /** Of files that are known to be complete. */
    TrainingCheckpoint(Path folder, TrainingState state) {
        this.folder = folder;
        this.state = state;
    }

    /**
     * Opens a checkpoint and reads all of it once, to compare the hashes.
     *
     * @param folder such as {@code run/step-0000120}
     * @throws org.convnext4j.model.failure.ModelException naming the file, if one is missing, cut short, changed or written by
     *     another version
     */
    public static TrainingCheckpoint open(Path folder) {
        Path file = folder.resolve(CheckpointFiles.STATE);
        if (!Files.isDirectory(folder)) {
            throw new CheckpointException(folder, "is no checkpoint of a run; name a folder such as step-0000120");
        }
        ObjectNode root = TrainingJson.read(file);
        JsonNode format = root.path("format");
        if (!format.asText().equals(CheckpointFiles.FORMAT)) {
            throw new CheckpointException(
                    file,
                    "has the format " + TrainingJson.shown(format) + ", not \"" + CheckpointFiles.FORMAT
                            + "\"; it is of another version or no checkpoint of a run");
        }
        StateJson json = new StateJson(file);
        if (!CheckpointFiles.hash(root).equals(json.require(root, "sha256").asText())) {
            throw new CheckpointException(file, "was changed since it was written; take an older checkpoint");
        }
        TrainingState state = json.read(json.require(root, "state"));
        JsonNode files = json.require(root, "files");
        for (String name : CheckpointFiles.names(state)) {
            JsonNode noted = json.require(files, name);
            requireUnchanged(
                    folder.resolve(name),
                    noted.path("bytes").asLong(-1),
                    noted.path("sha256").asText());
        }
        requireWeightsOf(
                state.network(),
                file,
                files.path(CheckpointFiles.WEIGHTS).path("bytes").asLong());
        return new TrainingCheckpoint(folder, state);
    }

    /** Refuses a network far larger than its weights, before anybody makes room for it. */
    private static void requireWeightsOf(ConvNeXtConfig network, Path file, long bytes) {
        double least = (double) network.classes() * network.embeddingSize()
                + network.design().head().hidden();
        for (int s = 0; s < network.stages(); s++) {
            double dim = network.dims().get(s);
            least += network.depths().get(s) * 8 * dim * dim;
        }
        if (least * Float.BYTES > bytes) {
            throw new CheckpointException(
                    file,
                    "says in its field network that it is of " + network.name() + ", but " + CheckpointFiles.WEIGHTS
                            + " has " + bytes + " bytes, too few for that; take an older checkpoint");
        }
    }

    /**
     * Checks that a run can stand where this says it did.
     *
     * @param stepsPerEpoch steps of the optimizer in one epoch of the run
     * @throws CheckpointException naming the file and the field
     */
    void requireReachable(long stepsPerEpoch) {
        TrainingConfig config = state.config();
        int accumulation = config.batch().accumulation();
        long batches = stepsPerEpoch * accumulation;
        int epochs = config.schedule().epochs();
        requireField(state.epoch() <= epochs, "epoch", state.epoch(), "at most " + epochs + ", the epochs of the run");
        long batch = state.batchInEpoch();
        boolean over = state.epoch() == epochs;
        requireField(
                batch <= (over ? 0 : batches) && batch % accumulation == 0,
                "batchInEpoch",
                batch,
                over
                        ? "0 after the last epoch"
                        : "at most " + batches + ", the batches of an epoch, and a multiple of batch.accumulation, "
                                + accumulation);
        long steps = state.epoch() * stepsPerEpoch + batch / accumulation;
        requireField(state.step() == steps, "step", state.step(), steps + ", as follows from epoch and batchInEpoch");
    }

    private void requireField(boolean fits, String field, long value, String wanted) {
        if (!fits) {
            throw new CheckpointException(
                    folder.resolve(CheckpointFiles.STATE),
                    "has " + value + " in its field " + field + ", but that must be " + wanted
                            + "; take an older checkpoint");
        }
    }

    /** The folder. */
    public Path folder() {
        return folder;
    }

    /** Where the run stood. */
    public TrainingState state() {
        return state;
    }

    /** The weights, loadable as any checkpoint in the facebook layout. */
    public Path weightsFile() {
        return folder.resolve(CheckpointFiles.WEIGHTS);
    }

    /** The moving average of the weights, loadable likewise; empty if the run keeps none. */
    public Optional<Path> emaFile() {
        return state.config().ema().on() ? Optional.of(folder.resolve(CheckpointFiles.EMA)) : Optional.empty();
    }

    /**
     * Takes weights, moments and moving average from the files, bit for bit. The gradients are left as they are.
     *
     * @throws CheckpointException naming the file, if {@code parameters} are of another network or keep an average that
     *     is not there (or the other way round), or a file cannot be read, lacks a tensor, has one of another shape or a
     *     value that is not finite; nothing is taken then
     */
    public void restore(Parameters parameters) {
        if (!parameters.network().equals(state.network())) {
            throw new CheckpointException(
                    folder, "is of " + state.network() + ", which does not fit " + parameters.network());
        }
        if (parameters.ema().isPresent() != emaFile().isPresent()) {
            throw new CheckpointException(
                    folder,
                    emaFile().isPresent()
                            ? "has a moving average, but the run keeps none; set ema.decay as it was"
                            : "has no moving average, but the run keeps one; set ema.decay to 0");
        }
        try (BlockReader reader = new BlockReader()) {
            reader.check(weightsFile(), "", parameters.weights());
            parameters.ema().ifPresent(ema -> reader.check(folder.resolve(CheckpointFiles.EMA), "", ema));
            Path optimizer = folder.resolve(CheckpointFiles.OPTIMIZER);
            reader.check(optimizer, CheckpointFiles.FIRST_MOMENT, parameters.firstMoments());
            reader.check(optimizer, CheckpointFiles.SECOND_MOMENT, parameters.secondMoments());
            reader.copy();
        }
    }

    private static void requireUnchanged(Path file, long bytes, String hash) {
        if (!Files.isRegularFile(file)) {
            throw new CheckpointException(file, "is missing; take an older checkpoint");
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() != bytes) {
                throw new CheckpointException(
                        file,
                        "has " + channel.size() + " bytes, but " + bytes + " were written; take an older checkpoint");
            }
            MessageDigest digest = DigestChannel.sha256();
            ByteBuffer chunk = ByteBuffer.allocateDirect(Math.clamp(bytes, 1, CHUNK_BYTES));
            while (channel.read(chunk) >= 0) {
                digest.update(chunk.flip());
                chunk.clear();
            }
            if (!HexFormat.of().formatHex(digest.digest()).equals(hash)) {
                throw new CheckpointException(file, "was changed since it was written; take an older checkpoint");
            }
        } catch (IOException e) {
            throw new CheckpointException(file, FileFailure.reading(e), e);
        }
    }
}
