package org.convnext4j.model.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.convnext4j.model.image.RgbImage;

/** A data set whose labels are a classifier's outputs, without the pictures of classes that are none. */
final class MatchedDataset implements Dataset {
    private final Dataset dataset;
    private final ClassMatch match;
    private final List<String> classNames;
    private final int[] samples;

    MatchedDataset(Dataset dataset, ClassMatch match, List<String> outputs) {
        this.dataset = dataset;
        this.match = match;
        this.classNames = names(dataset.classNames(), match, outputs);
        this.samples = IntStream.range(0, dataset.size())
                .filter(i -> match.output(dataset.label(i)) != ClassMatch.NONE)
                .toArray();
    }

    /** The data's names where they have one, else the outputs', with their numbers where a name comes again. */
    private static List<String> names(List<String> classes, ClassMatch match, List<String> outputs) {
        Map<Integer, String> ofData = new HashMap<>();
        for (int label = 0; label < classes.size(); label++) {
            if (match.output(label) != ClassMatch.NONE) {
                ofData.put(match.output(label), classes.get(label));
            }
        }
        Set<String> seen = new HashSet<>(classes);
        List<String> names = new ArrayList<>();
        for (int output = 0; output < outputs.size(); output++) {
            String own = outputs.get(output);
            String name = ofData.get(output);
            names.add(name != null ? name : seen.add(own) ? own : own + " (" + output + ")");
        }
        return List.copyOf(names);
    }

    @Override
    public int size() {
        return samples.length;
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }

    @Override
    public int label(int index) {
        return match.output(dataset.label(samples[index]));
    }

    @Override
    public RgbImage read(int index) {
        return dataset.read(samples[index]);
    }

    @Override
    public String name(int index) {
        return dataset.name(samples[index]);
    }

    @Override
    public String description() {
        return samples.length == dataset.size()
                ? dataset.description()
                : samples.length + " of " + dataset.description();
    }

    @Override
    public String fingerprint() {
        return dataset.fingerprint() + "-" + size() + "-" + classNames.hashCode();
    }

    @Override
    public List<String> notes() {
        return dataset.notes();
    }
}
