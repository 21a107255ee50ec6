package org.convnext4j.model.train;

import java.util.ArrayList;
import java.util.List;
import org.convnext4j.model.failure.Wording;

/**
 * Fits values that are meant for long runs to a short one: the pictures of a step, the warm-up and the average of the
 * weights. What the user sets stays as it is.
 */
final class RunLength {
    /** A run that accumulates makes at least so many steps, if it has the pictures. */
    private static final long LEAST_STEPS = 1000;

    /** A warm-up that takes more of the run than this is shortened ... */
    private static final double LONGEST_WARMUP = 0.2;

    /** ... to this. */
    private static final double SHORT_WARMUP = 0.1;

    /** The average is shortened if more than this of it is what the run began with. */
    private static final double MOST_OF_START = 0.01;

    /** An average over this share of the run is long enough, and forgets the start. */
    private static final double AVERAGED = 0.1;

    private final Overrides own;
    private final long pictures;
    private final List<String> notes = new ArrayList<>();

    private RunLength(Overrides own, long pictures) {
        this.own = own;
        this.pictures = pictures;
    }

    /**
     * Values for so many training pictures.
     *
     * @param own wins over {@code base} and is not changed
     * @throws SettingException if a step takes more pictures than there are
     */
    static Recipe fit(String preset, TrainingConfig base, long pictures, Overrides own) {
        RunLength fitting = new RunLength(own, pictures);
        // Fewer epochs may be set than the preset warms up, or epochs where it has steps; its warm-up comes back below.
        boolean warms = !own.has("schedule.warmupEpochs", "schedule.warmupSteps");
        TrainingConfig config = own.apply(base.with(List.of("warmupEpochs=0", "warmupSteps=0")));
        config = fitting.step(config);
        long perEpoch = pictures / config.batch().picturesPerStep();
        if (perEpoch == 0) {
            throw new SettingException(tooFew(config.batch(), pictures));
        }
        long steps = perEpoch * config.schedule().epochs();
        config = warms ? fitting.warmup(config, base.schedule(), perEpoch, steps) : config;
        config = fitting.average(config, steps);
        return new Recipe(preset, config, fitting.notes);
    }

    /** What is wrong with a step of more pictures than there are. */
    static TrainingException tooFew(BatchConfig batch, long pictures) {
        return new TrainingException("a step takes " + Wording.count(batch.picturesPerStep(), "picture")
                + (batch.accumulation() > 1
                        ? ", batch.accumulation " + batch.accumulation() + " times batch.size (--batch) " + batch.size()
                        : " by batch.size (--batch)")
                + ", and there " + (pictures == 1 ? "is" : "are") + " only " + pictures + " to train on; lower it");
    }

    private TrainingConfig step(TrainingConfig config) {
        BatchConfig batch = config.batch();
        int size = batch.size();
        if (!own.has("batch.size") && size > pictures) {
            size = even(config, (int) pictures);
        }
        int accumulation = batch.accumulation();
        if (!own.has("batch.accumulation") && accumulation > 1) {
            long most = pictures * config.schedule().epochs() / (size * LEAST_STEPS);
            long fitting = Math.min(most, pictures / size);
            accumulation = Math.clamp(fitting, 1, accumulation);
        }
        if (size == batch.size() && accumulation == batch.accumulation()) {
            return config;
        }
        List<String> changes = new ArrayList<>(List.of("batch.size=" + size, "batch.accumulation=" + accumulation));
        if (size == 1 && config.augmentation().mixes()) {
            changes.add("augmentation.mixProbability=0");
        }
        TrainingConfig fitted = config.with(changes);
        notes.add("there are only " + Wording.count(pictures, "picture") + ", so a step takes "
                + fitted.batch().picturesPerStep() + " instead of " + batch.picturesPerStep() + " and the learning rate"
                + " is " + Wording.number((float) fitted.peakLearningRate())
                + "; set batch.size and batch.accumulation to choose");
        return fitted;
    }

    private static int even(TrainingConfig config, int size) {
        return config.augmentation().mixes() && size > 1 ? size / 2 * 2 : size;
    }

    private TrainingConfig warmup(TrainingConfig config, ScheduleConfig before, long perEpoch, long steps) {
        long wanted = before.warmupSteps() > 0 ? before.warmupSteps() : before.warmupEpochs() * perEpoch;
        if (wanted <= steps * LONGEST_WARMUP) {
            return config.with(List.of("warmupSteps=" + before.warmupSteps(), "warmupEpochs=" + before.warmupEpochs()));
        }
        long fitted = Math.round(steps * SHORT_WARMUP);
        // The schedule's first step has a rate of 0, and a warm-up of one step would be nothing else.
        fitted = fitted < 2 ? 0 : fitted;
        notes.add("the run has only " + count(steps) + ", so the learning rate "
                + (fitted == 0 ? "begins at its peak" : "rises in the first " + fitted) + " instead of rising in "
                + count(wanted) + "; set schedule.warmupSteps to choose");
        return config.with(List.of("warmupSteps=" + fitted));
    }

    private TrainingConfig average(TrainingConfig config, long steps) {
        EmaConfig ema = config.ema();
        if (own.has("ema.decay", "ema.warmup") || !outlasts(ema, steps)) {
            return config;
        }
        double decay = Math.max(0, 1 - 1 / (AVERAGED * steps));
        double rounded = Math.floor(decay * 1e4) / 1e4;
        notes.add("the run has only " + count(steps) + ", so the average of the weights "
                + (rounded == 0
                        ? "is left out"
                        : "has a decay of " + Wording.number(rounded) + " instead of " + Wording.number(ema.decay()))
                + "; set ema.decay to choose");
        return config.with(List.of("ema.decay=" + rounded, "ema.warmup=true"));
    }

    private static String count(long steps) {
        return Wording.count(steps, "step");
    }

    /** Whether the average of a run still has a good part of the weights that the run began with. */
    static boolean outlasts(EmaConfig ema, long steps) {
        return ema.on() && startIn(ema, steps) > MOST_OF_START;
    }

    /** The share of the first weights in the average after so many steps. */
    static double startIn(EmaConfig config, long steps) {
        Ema ema = Ema.of(config);
        double share = 1;
        for (long step = 0; step < steps && share > MOST_OF_START / 10; step++) {
            share *= ema.decayAt(step);
        }
        return share;
    }
}
