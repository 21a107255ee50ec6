package org.convnext4j.model.data;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.convnext4j.model.failure.NearestName;
import org.convnext4j.model.image.Labels;

/**
 * Finds a class of a model by what somebody calls it. Names count as the same by the rules of {@link ClassMatch}: equal;
 * else but for case and punctuation; else as one of several names ("tench" of "tench, Tinca tinca"), or as the WordNet
 * identifier in a model of ImageNet's 1000 classes. Immutable.
 */
public final class ClassLookup {
    private final List<String> names;

    /** Among the classes of these labels. */
    public ClassLookup(Labels labels) {
        this.names = labels.names();
    }

    /** The numbers of all classes that are called so, ascending: mostly one; ImageNet has two cranes. */
    public List<Integer> find(String name) {
        return ClassNames.all(name, names);
    }

    /**
     * The numbers of classes that may have been meant where none is called so: those with all the name's words, in their
     * order, and the one whose name is nearest.
     */
    public List<Integer> near(String name) {
        Set<Integer> near = new LinkedHashSet<>(ClassNames.withWords(name, names));
        List<String> single = new ArrayList<>();
        List<Integer> owners = new ArrayList<>();
        for (int output = 0; output < names.size(); output++) {
            for (String part : names.get(output).split(",", -1)) {
                single.add(part.strip());
                owners.add(output);
            }
        }
        Optional<String> nearest = NearestName.near(name, single);
        nearest.ifPresent(part -> near.add(owners.get(single.indexOf(part))));
        return List.copyOf(near);
    }
}
