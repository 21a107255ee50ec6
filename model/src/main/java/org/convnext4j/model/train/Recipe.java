package org.convnext4j.model.train;

import java.util.List;

/**
 * All values of a run, with the reasons for those that were chosen or changed; made by {@link Recipes}.
 *
 * @param preset the name of the preset they come from
 * @param config the values
 * @param notes what was chosen and changed and why, each a sentence without its full stop
 */
public record Recipe(String preset, TrainingConfig config, List<String> notes) {
    /** Copies the notes. */
    public Recipe {
        notes = List.copyOf(notes);
    }
}
