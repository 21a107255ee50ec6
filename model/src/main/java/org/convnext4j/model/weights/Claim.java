package org.convnext4j.model.weights;

import java.util.function.Function;
import org.convnext4j.model.design.ConvNeXtConfig;

/**
 * Something that a configuration says and that the shapes of the tensors show as well.
 *
 * @param field as messages call it, such as {@code model_args.dims}
 * @param value what the configuration says
 * @param shown where to see it
 */
record Claim(String field, Object value, Function<ConvNeXtConfig, Object> shown) {
    boolean holds(ConvNeXtConfig seen) {
        return shown.apply(seen).equals(value);
    }
}
