package org.convnext4j.model.roadmap;

import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.convnext4j.model.train.TrainingException;
import org.convnext4j.model.weights.Checkpoint;
import org.convnext4j.model.weights.DType;
import org.convnext4j.model.weights.SafetensorsWriter;
import org.convnext4j.model.weights.TensorEntry;

/**
 * The training of one step as it is on disk: one safetensors file that is replaced as a whole.
 *
 * @param weights with the running statistics
 * @param means AdamW's
 * @param squares AdamW's
 */
record RoadmapState(RoadmapWeights weights, RoadmapWeights means, RoadmapWeights squares) {
    private static final String RUN = "run";
    private static final String EPOCH = "epoch";
    private static final String BATCH = "batch";
    private static final String SECONDS = "seconds";
    private static final String TOP1 = "top1";
    private static final String LOSS = "loss";

    /**
     * How far it is.
     *
     * @param epoch epochs finished
     * @param batch batches of the running epoch
     * @param seconds of training
     * @param result there at the end
     */
    record Position(int epoch, int batch, double seconds, Optional<RoadmapResult> result) {
        static final Position START = new Position(0, 0, 0, Optional.empty());
    }

    static RoadmapState fresh(RoadmapNetwork network, Arena arena, long seed) {
        return new RoadmapState(
                RoadmapWeights.fresh(network, arena, seed),
                RoadmapWeights.zeros(network, arena),
                RoadmapWeights.zeros(network, arena));
    }

    /**
     * Takes what the file holds, if there is one.
     *
     * @param run what the file must be of
     * @throws TrainingException if it is of another run
     */
    Position read(Path file, String run) {
        if (!Files.exists(file)) {
            return Position.START;
        }
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            Map<String, String> notes = checkpoint.metadata();
            if (!run.equals(notes.get(RUN))) {
                throw new TrainingException(file + ": belongs to another walk (" + notes.get(RUN) + "), not to this ("
                        + run + "); name another folder, or the same values and data");
            }
            Map<String, TensorEntry> entries = new LinkedHashMap<>();
            checkpoint.entries().forEach(entry -> entries.put(entry.name(), entry));
            weights.read(file, "weight/", entries);
            means.read(file, "mean/", entries);
            squares.read(file, "square/", entries);
            return position(file, notes);
        }
    }

    private static Position position(Path file, Map<String, String> notes) {
        try {
            double seconds = Double.parseDouble(String.valueOf(notes.get(SECONDS)));
            Optional<RoadmapResult> result = Optional.empty();
            if (notes.containsKey(TOP1)) {
                result = Optional.of(new RoadmapResult(
                        Double.parseDouble(String.valueOf(notes.get(TOP1))),
                        Double.parseDouble(String.valueOf(notes.get(LOSS))),
                        seconds));
            }
            return new Position(
                    Integer.parseInt(String.valueOf(notes.get(EPOCH))),
                    Integer.parseInt(String.valueOf(notes.get(BATCH))),
                    seconds,
                    result);
        } catch (NumberFormatException e) {
            throw new TrainingException(file + ": its notes are damaged; remove it and train the step again", e);
        }
    }

    void write(Path file, String run, Position position) {
        Map<String, String> notes = new LinkedHashMap<>();
        notes.put(RUN, run);
        notes.put(EPOCH, String.valueOf(position.epoch()));
        notes.put(BATCH, String.valueOf(position.batch()));
        notes.put(SECONDS, String.valueOf(position.seconds()));
        position.result().ifPresent(result -> {
            notes.put(TOP1, String.valueOf(result.top1()));
            notes.put(LOSS, String.valueOf(result.loss()));
        });
        List<TensorEntry> entries = new ArrayList<>(weights.entries("weight/"));
        entries.addAll(means.entries("mean/"));
        entries.addAll(squares.entries("square/"));
        SafetensorsWriter.write(file, entries, DType.F32, notes);
    }
}
