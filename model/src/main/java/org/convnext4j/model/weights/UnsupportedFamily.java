package org.convnext4j.model.weights;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Relatives of ConvNeXt that this engine does not run, told by a tensor only they have.
 *
 * @param tensor what the telling tensor's name contains
 * @param family what such a file is, for the message
 */
record UnsupportedFamily(Pattern tensor, String family) {
    private static final List<UnsupportedFamily> KNOWN = List.of(
            family("\\.shortcut\\.", "a ConvNeXt with convolutions in its shortcuts, which nobody has published"),
            family(
                    "\\.(pwconv|dwconv)\\d?\\.kernel$",
                    "a pre-training checkpoint with sparse convolutions; take the fine-tuned one"));

    private static UnsupportedFamily family(String tensor, String family) {
        return new UnsupportedFamily(Pattern.compile(tensor), family);
    }

    /** Why a file with these names is refused; empty if nothing gives it away. */
    static Optional<String> find(Collection<String> names) {
        for (UnsupportedFamily known : KNOWN) {
            for (String name : names) {
                if (known.tensor.matcher(name).find()) {
                    return Optional.of("has the tensor " + Names.cut(name) + ", so it is " + known.family
                            + "; that is not supported");
                }
            }
        }
        return Optional.empty();
    }
}
