package org.convnext4j.model.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.weights.SafetensorsFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The weights that a run leaves in its folder: those of the best epoch in {@code model.safetensors}, written when it is
 * found, and the last.
 *
 * <p>A run that was killed may go on from a checkpoint before the epoch whose weights are in the file already. The file
 * itself therefore says in its metadata of which epoch of which run it is and how good; so what a run says of the file is
 * what is in it, and the epochs made again do not replace it by worse.
 */
final class RunWeights {
    private static final Logger LOG = LoggerFactory.getLogger(RunWeights.class);

    /** Of a hash, enough to tell runs apart. */
    private static final int ID_CHARACTERS = 16;

    private static final String RUN = "convnext4j.run";
    private static final String EPOCH = "convnext4j.epoch";
    private static final String STEP = "convnext4j.step";
    private static final String TOP1 = "convnext4j.top1";
    private static final String LOSS = "convnext4j.loss";

    private final RunFolder files;
    private final TrainingRun run;
    private final Parameters parameters;
    private final String id;
    private Optional<BestEpoch> best;

    private RunWeights(RunFolder files, TrainingRun run, Parameters parameters, Optional<BestEpoch> best) {
        this.files = files;
        this.run = run;
        this.parameters = parameters;
        this.id = id(run, parameters);
        this.best = best;
    }

    /**
     * The weights of a run that begins or goes on; sees to it that the file has those of the best epoch.
     *
     * @param resumed where it goes on
     * @param parameters as they are there
     */
    static RunWeights open(RunFolder files, TrainingRun run, Optional<TrainingState> resumed, Parameters parameters) {
        RunWeights weights = new RunWeights(files, run, parameters, resumed.flatMap(TrainingState::best));
        if (weights.keepsBest()) {
            resumed.ifPresent(weights::meet);
        }
        return weights;
    }

    /** Whether there are or will be best weights; a run may be resumed without the validation it had. */
    private boolean keepsBest() {
        return run.validation().isPresent() || best.isPresent();
    }

    /** Compares the file with the state that the run goes on from. */
    private void meet(TrainingState state) {
        Optional<BestEpoch> written = written();
        if (written.equals(best) && best.isPresent()) {
            return;
        }
        boolean isAhead = written.isPresent() && written.get().epoch() > state.epoch();
        boolean isHere = best.isPresent()
                && best.get().epoch() == state.epoch()
                && best.get().step() == state.step();
        if (isAhead) {
            best = written;
        } else if (isHere) {
            write(files.model(), notes(best.get()));
        } else if (state.epoch() > 0) {
            run.listener()
                    .noticed(files.model()
                            + " lacks the best weights of the epochs that are done; the best from here on is"
                            + " kept");
            best = Optional.empty();
        }
    }

    /** What the file says of itself; empty if it is not there, not to be read or not of this run. */
    private Optional<BestEpoch> written() {
        Path model = files.model();
        if (!Files.isRegularFile(model)) {
            return Optional.empty();
        }
        try (SafetensorsFile file = SafetensorsFile.open(model)) {
            Map<String, String> notes = file.metadata();
            if (!id.equals(notes.get(RUN))
                    || !notes.keySet()
                            .containsAll(notes(new BestEpoch(1, 0, 0, 0)).keySet())) {
                return Optional.empty();
            }
            return Optional.of(new BestEpoch(
                    Integer.parseInt(notes.get(EPOCH)),
                    Long.parseLong(notes.get(STEP)),
                    Double.parseDouble(notes.get(TOP1)),
                    Double.parseDouble(notes.get(LOSS))));
        } catch (ModelException | IllegalArgumentException e) {
            LOG.debug("{} is not of this run", model, e);
            return Optional.empty();
        }
    }

    /** The epoch whose weights are in the file; empty before the first validation. */
    Optional<BestEpoch> best() {
        return best;
    }

    /** Notes a validation; writes the weights as they are now if it is the best so far. */
    void validated(int epoch, long step, Metrics metrics) {
        if (BestEpoch.isBetter(metrics, best)) {
            BestEpoch now = new BestEpoch(epoch, step, metrics.top1(), metrics.loss());
            write(files.model(), notes(now));
            best = Optional.of(now);
        }
    }

    /** Writes the weights as they are now where the last belong. Gives the file. */
    Path writeLast(int epoch, long step) {
        Path file = keepsBest() ? files.last() : files.model();
        write(file, notes(epoch, step));
        return file;
    }

    private Map<String, String> notes(int epoch, long step) {
        Map<String, String> notes = new LinkedHashMap<>();
        notes.put(RUN, id);
        notes.put(EPOCH, "" + epoch);
        notes.put(STEP, "" + step);
        return notes;
    }

    private Map<String, String> notes(BestEpoch epoch) {
        Map<String, String> notes = notes(epoch.epoch(), epoch.step());
        notes.put(TOP1, Double.toString(epoch.top1()));
        notes.put(LOSS, Double.toString(epoch.loss()));
        return notes;
    }

    private void write(Path file, Map<String, String> notes) {
        files.write(
                file,
                parameters.network(),
                parameters.result(),
                run.config().augmentation(),
                run.train().classNames(),
                notes);
    }

    /** The same for the same data, network and seed, however long the run is. */
    private static String id(TrainingRun run, Parameters parameters) {
        String text = run.fingerprint() + "\n" + run.config().seed() + "\n" + parameters.network();
        return DigestChannel.hash(text).substring(0, ID_CHARACTERS);
    }
}
