package org.convnext4j.tools.picture;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.Prediction;
import org.convnext4j.tools.output.Json;

/**
 * The most probable classes, from logits (K).
 *
 * @param model names the classes
 * @param top how many
 */
record PredictionRows(ConvNeXt model, int top) implements ResultRows {
    @Override
    public int outputs() {
        return model.config().classes();
    }

    @Override
    public ObjectNode json(String image, float[] logits) {
        ObjectNode node = Json.object().put(ResultFormat.IMAGE, image);
        put(node, model.predictions(logits, top));
        return node;
    }

    /** Adds the field {@code predictions}. */
    static void put(ObjectNode node, List<Prediction> predictions) {
        ArrayNode list = node.putArray("predictions");
        for (Prediction p : predictions) {
            list.addObject().put("index", p.index()).put("label", p.label()).put("probability", p.probability());
        }
    }

    @Override
    public List<String> columns() {
        List<String> columns = new ArrayList<>(List.of(ResultFormat.IMAGE));
        for (int i = 1; i <= Math.min(top, outputs()); i++) {
            columns.addAll(List.of("index" + i, "label" + i, "probability" + i));
        }
        return columns;
    }

    @Override
    public List<Object> cells(String image, float[] logits) {
        List<Object> cells = new ArrayList<>(List.of(image));
        for (Prediction p : model.predictions(logits, top)) {
            cells.addAll(List.of(p.index(), p.label(), p.probability()));
        }
        return cells;
    }
}
