package org.convnext4j.model.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.failure.FileFailure;

/**
 * Opens a run's folder: as a new run, or where the newest checkpoint in it left off.
 *
 * @param run what is to be done, checked
 * @param network that is trained
 * @param continuing whether the run's values may differ from the checkpoint's as {@link Training#resume} says
 * @param start gives the weights of a new run
 */
record RunOpening(TrainingRun run, ConvNeXtConfig network, boolean continuing, Supplier<Parameters> start) {
    /**
     * Opens the folder; nothing stays open if that fails.
     *
     * @throws TrainingException if the folder is not a run's or its checkpoint is another run's
     */
    Trainer open(Engine engine, RunFolder files, GradientPass.Factory factory) {
        files.requireOwn();
        makeFolder(files.folder());
        Opened opened = new Opened();
        try {
            return open(engine, files, factory, opened);
        } catch (RuntimeException | Error e) {
            opened.close();
            throw e;
        }
    }

    private Trainer open(Engine engine, RunFolder files, GradientPass.Factory factory, Opened opened) {
        TrainingConfig config = run.config();
        CheckpointStore store = opened.add(CheckpointStore.open(files.checkpoints()));
        LatestCheckpoint latest = CheckpointStore.latest(files.checkpoints());
        Optional<TrainingState> state = latest.usable(files.checkpoints()).map(TrainingCheckpoint::state);
        Parameters parameters;
        if (latest.checkpoint().isPresent()) {
            TrainingCheckpoint from = latest.checkpoint().get();
            requireRun(from);
            parameters = opened.add(Parameters.allocate(network, config.ema().on()));
            from.restore(parameters);
            store.discardNewerThan(from);
        } else {
            parameters = opened.add(start.get());
        }
        RunRecord record = opened.add(RunRecord.open(files, config.batch().picturesPerStep(), state));
        GradientPass pass = opened.add(factory.of(parameters));
        Trainer trainer = new Trainer(engine, files, run, state, parameters, pass, store, record);
        latest.checkpoint().ifPresent(from -> run.listener().resumed(from, latest.passedOver()));
        return trainer;
    }

    private void requireRun(TrainingCheckpoint from) {
        requireSameValues(from);
        from.requireReachable(run.stepsPerEpoch());
        from.state().requireSameClasses(from.folder().toString(), run.train().classNames());
    }

    private void requireSameValues(TrainingCheckpoint from) {
        String source = from.folder().toString();
        TrainingState state = from.state();
        if (!continuing) {
            state.requireSameRun(source, run.config(), network, run.fingerprint());
            return;
        }
        state.requireContinuedRun(source, run.config(), network, run.fingerprint());
        int before = state.config().schedule().epochs();
        int now = run.config().schedule().epochs();
        if (before != now && state.epoch() < now) {
            run.listener().noticed(run.describeContinued(state));
        }
    }

    private static void makeFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new TrainingException(folder + ": cannot be made a folder for the run: " + FileFailure.reason(e), e);
        }
    }
}
