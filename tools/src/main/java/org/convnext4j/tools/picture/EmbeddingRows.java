package org.convnext4j.tools.picture;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.convnext4j.tools.output.Json;

/**
 * Embeddings (C).
 *
 * @param outputs C
 */
record EmbeddingRows(int outputs) implements ResultRows {
    @Override
    public ObjectNode json(String image, float[] embedding) {
        ObjectNode node = Json.object().put(ResultFormat.IMAGE, image);
        ArrayNode list = node.putArray("embedding");
        for (float value : embedding) {
            list.add(value);
        }
        return node;
    }

    @Override
    public List<String> columns() {
        List<String> columns = new ArrayList<>(List.of(ResultFormat.IMAGE));
        for (int c = 0; c < outputs; c++) {
            columns.add("e" + c);
        }
        return columns;
    }

    @Override
    public List<Object> cells(String image, float[] embedding) {
        List<Object> cells = new ArrayList<>(List.of(image));
        for (float value : embedding) {
            cells.add(value);
        }
        return cells;
    }
}
