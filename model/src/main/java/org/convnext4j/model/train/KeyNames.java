package org.convnext4j.model.train;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.convnext4j.model.failure.NearestName;

/**
 * What somebody meant who wrote a key that there is not: another library's name for it, or one of ours mistyped. Such
 * names are only suggested and never taken, so that a command, a file and a checkpoint have one name for a value.
 */
final class KeyNames {
    /** Names as others call them, in lower case without punctuation, and the keys that they may mean. */
    private static final Map<String, List<String>> MEANT = meant(
            "lr rate maxlr baselr peaklr learningrate > optimizer.learningRate",
            "minlr lrmin etamin warmuplr lrend > schedule.minLearningRate",
            "wd l2 weightdecay > optimizer.weightDecay",
            "bs batch batchsize trainbatchsize perdevicetrainbatchsize > batch.size",
            "accum accumsteps gradaccum gradaccumsteps gradientaccumulation gradientaccumulationsteps updatefreq"
                    + " > batch.accumulation",
            "epoch nepochs numepochs maxepochs numtrainepochs > schedule.epochs",
            "size > batch.size augmentation.pictureSize",
            "imagesize imgsize imsize imgsz picturesize inputsize resolution > augmentation.pictureSize",
            "warmup > schedule.warmupEpochs schedule.warmupSteps ema.warmup",
            "nwarmup numwarmupepochs warmupratio > schedule.warmupEpochs",
            "numwarmupsteps warmupiters > schedule.warmupSteps",
            "decay > ema.decay optimizer.weightDecay optimizer.layerDecay",
            "ema emadecay modelema modelemadecay averagedecay > ema.decay",
            "droppath droppathrate stochdepth > regularisation.stochasticDepth",
            "smoothing labelsmooth > regularisation.labelSmoothing",
            "lsinit layerscaleinit layerscaleinitvalue initvalues > regularisation.layerScale",
            "headinit > regularisation.headInitScale",
            "momentum > optimizer.beta1",
            "betas adambetas > optimizer.beta1 optimizer.beta2",
            "adambeta1 > optimizer.beta1",
            "adambeta2 > optimizer.beta2",
            "eps opteps adamepsilon > optimizer.epsilon",
            "clip clipgrad gradclip gradientclip maxnorm maxgradnorm > optimizer.clipNorm",
            "layerwisedecay llrd > optimizer.layerDecay",
            "frozen unfreeze freezelayers > optimizer.freeze",
            "aa autoaugment autoaug randaug > augmentation.randAugment",
            "mixupalpha > augmentation.mixup",
            "cutmixalpha > augmentation.cutmix",
            "mixupprob mixprob > augmentation.mixProbability",
            "mixupswitchprob switchprob > augmentation.switchProbability",
            "reprob erasing randomerase randomerasing > augmentation.erase",
            "hflip fliplr horizontalflip > augmentation.flip",
            "pad > augmentation.padding",
            "scale cropscale > augmentation.cropScaleMin augmentation.cropScaleMax",
            "croppct centercrop > augmentation.evaluationCrop",
            "stddev deviation > augmentation.std",
            "randomseed manualseed > seed",
            "saveevery savesteps > checkpoint.everySteps",
            "checkpointhist savetotallimit > checkpoint.keep");

    private KeyNames() {}

    private static Map<String, List<String>> meant(String... lines) {
        Map<String, List<String>> names = new HashMap<>();
        for (String line : lines) {
            String[] sides = line.split(" > ", -1);
            for (String name : sides[0].split(" ", -1)) {
                if (names.put(name, List.of(sides[1].split(" ", -1))) != null) {
                    throw new IllegalStateException(name + " is explained twice");
                }
            }
        }
        return Map.copyOf(names);
    }

    /** All keys that others' names are explained by; for tests. */
    static List<String> explaining() {
        return MEANT.values().stream().flatMap(List::stream).distinct().toList();
    }

    /** The keys that a name without its group may mean if they are several, such as {@code size}; empty otherwise. */
    static List<String> ambiguous(String name, Collection<String> known) {
        List<String> keys = meant(name, known);
        return keys.size() > 1 ? keys : List.of();
    }

    /**
     * The end of a message about a key that is not known.
     *
     * @param key with its groups, or without
     * @param known all whole keys
     */
    static String complaint(String key, Collection<String> known) {
        return "no value is called " + key + "; did you mean " + String.join(" or ", nearest(key, known)) + "?";
    }

    private static List<String> nearest(String key, Collection<String> known) {
        String group = group(key);
        String name = key.substring(group.length());
        List<String> keys = Stream.concat(
                        known.stream().filter(whole -> simple(last(whole)).equals(simple(name))),
                        meant(name, known).stream())
                .distinct()
                .toList();
        List<String> ofGroup = keys.stream()
                .filter(whole -> !group.isEmpty() && simple(group(whole)).equals(simple(nearestGroup(group, known))))
                .toList();
        if (!keys.isEmpty()) {
            return ofGroup.isEmpty() ? keys : ofGroup;
        }
        return List.of(nearestByLetters(key, known));
    }

    private static String nearestByLetters(String key, Collection<String> known) {
        if (key.indexOf('.') >= 0) {
            return NearestName.of(key, known);
        }
        String name = NearestName.of(key, known.stream().map(KeyNames::last).toList());
        return known.stream()
                .filter(whole -> last(whole).equals(name))
                .findFirst()
                .orElse(name);
    }

    private static String nearestGroup(String group, Collection<String> known) {
        return NearestName.of(group, known.stream().map(KeyNames::group).toList());
    }

    private static List<String> meant(String name, Collection<String> known) {
        return MEANT.getOrDefault(simple(name), List.of()).stream()
                .filter(known::contains)
                .toList();
    }

    /** What is before the last dot, with it. */
    private static String group(String key) {
        return key.substring(0, key.lastIndexOf('.') + 1);
    }

    private static String last(String key) {
        return key.substring(key.lastIndexOf('.') + 1);
    }

    /** {@code weight_decay}, {@code weight-decay} and {@code weightDecay} are the same. */
    private static String simple(String name) {
        return Arrays.stream(name.split("[-_ .]", -1))
                .collect(Collectors.joining())
                .toLowerCase(Locale.ROOT);
    }
}
