package org.convnext4j.tools.picture;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.convnext4j.tools.output.Json;

/**
 * Only the pictures' names, beside a file with the numbers.
 *
 * @param outputs of the network
 */
record NameRows(int outputs) implements ResultRows {
    @Override
    public ObjectNode json(String image, float[] output) {
        return Json.object().put(ResultFormat.IMAGE, image);
    }

    @Override
    public List<String> columns() {
        return List.of(ResultFormat.IMAGE);
    }

    @Override
    public List<Object> cells(String image, float[] output) {
        return List.of(image);
    }
}
