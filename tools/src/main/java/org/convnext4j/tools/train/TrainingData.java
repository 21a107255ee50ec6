package org.convnext4j.tools.train;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.convnext4j.model.data.Dataset;
import org.convnext4j.model.data.Split;
import org.convnext4j.model.data.StratifiedSplit;
import org.convnext4j.model.train.Training;
import org.convnext4j.model.train.TrainingState;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * The pictures of a training run.
 *
 * @param train what is learned from
 * @param validation what is measured on, if anything
 * @param split that both come from, if validation pictures were set aside
 * @param notes what their user should know
 */
record TrainingData(Dataset train, Optional<Dataset> validation, Optional<StratifiedSplit> split, List<String> notes) {
    /**
     * The pictures of a folder.
     *
     * @param share to be set aside for validation; null for none
     * @param seed of the choice
     * @throws ParameterException if a share is given and the folder has validation pictures
     */
    static TrainingData open(Path folder, @Nullable Double share, long seed, CommandSpec spec) {
        Dataset train = DataFolder.openToTrain(folder);
        Optional<Dataset> found = DataFolder.find(folder, Split.VALIDATION);
        if (share == null) {
            return of(folder, train, found);
        }
        if (found.isPresent()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--validation-share is for data without validation pictures, but there are "
                            + found.get().description() + "; leave the share out or name another folder");
        }
        return of(StratifiedSplit.of(train, share, seed));
    }

    /**
     * The pictures of a run that goes on.
     *
     * @param share as on the command line; null if it is not given
     * @throws ParameterException if a share is given that is not the run's
     */
    static TrainingData resumed(Path folder, @Nullable Double share, TrainingState state, CommandSpec spec) {
        Dataset whole = DataFolder.openToTrain(folder);
        Optional<StratifiedSplit> split = Training.split(state, whole);
        if (share != null && !split.map(StratifiedSplit::share).equals(Optional.of(share))) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--validation-share cannot change in a run that goes on; it was "
                            + split.map(StratifiedSplit::share)
                                    .map(String::valueOf)
                                    .orElse("not given")
                            + ", so leave it out");
        }
        return split.map(TrainingData::of)
                .orElseGet(() -> of(folder, whole, DataFolder.find(folder, Split.VALIDATION)));
    }

    private static TrainingData of(StratifiedSplit split) {
        List<String> notes = new ArrayList<>(split.whole().notes());
        notes.addAll(split.notes());
        return new TrainingData(split.train(), Optional.of(split.validation()), Optional.of(split), notes);
    }

    private static TrainingData of(Path folder, Dataset train, Optional<Dataset> found) {
        List<String> notes = new ArrayList<>(train.notes());
        found.ifPresentOrElse(data -> notes.addAll(data.notes()), () -> notes.add(noValidation(folder)));
        return new TrainingData(train, found, Optional.empty(), notes);
    }

    private static String noValidation(Path folder) {
        List<String> others = DataFolder.isOfSplits(folder) ? DataFolder.others(folder) : List.of();
        return "nothing is measured on the way: " + folder + " has no folder "
                + String.join(", ", Split.VALIDATION.folders()) + " of pictures beside train"
                + (others.isEmpty() ? "" : "; its folders " + String.join(", ", others) + " are not used")
                + "; --validation-share 0.2 sets a part of the training pictures aside to measure on";
    }

    /** The options that name the same validation pictures to {@code evaluate}, each with a blank before it. */
    String measuring() {
        return split.map(parts ->
                        " --validation-share " + parts.share() + (parts.seed() == 0 ? "" : " --seed " + parts.seed()))
                .orElse("");
    }

    /** Tells what the user may not expect of the pictures. */
    void tell(PrintWriter err) {
        notes.forEach(note -> err.println("note: " + note));
        err.flush();
    }

    /** Measures on the validation pictures. */
    void into(Training training) {
        if (split.isPresent()) {
            training.validation(split.get());
        } else {
            validation.ifPresent(training::validation);
        }
    }
}
