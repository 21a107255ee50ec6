package org.convnext4j.model.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** Keys that earlier versions had, or did not have yet: runs that they began can be resumed. */
final class FormerKeys {
    /** Keys that are gone, and what there is instead. In files they are ignored. */
    private static final Map<String, String> GONE =
            Map.of("checkpoint.best", "the weights of the best epoch are always kept, in the run's model.safetensors");

    /** Keys that came later, and the value that says what runs did before. */
    private static final Map<String, JsonNode> NEWER = Map.of(
            "schedule.patience", TrainingJson.object().numberNode(0),
            "batch.balance", text(Balance.NONE),
            "augmentation.evaluationMode", text(EvaluationMode.AUTO),
            "regularisation.initialWeights", text(InitialWeights.PAPER));

    private FormerKeys() {}

    private static JsonNode text(Enum<?> value) {
        return TrainingJson.object().textNode(ConfigTree.label(value));
    }

    static boolean isGone(String key) {
        return GONE.containsKey(key);
    }

    static boolean isNewer(String key) {
        return NEWER.containsKey(key);
    }

    /**
     * Refuses a key that is gone where somebody sets it now.
     *
     * @param key the whole one, or its last part
     * @throws TrainingException saying what there is instead
     */
    static void refuse(String key) {
        GONE.forEach((gone, instead) -> {
            if (gone.equals(key) || gone.endsWith("." + key)) {
                throw new TrainingException(gone + " is no value any more: " + instead + "; leave it out");
            }
        });
    }

    /** A whole configuration of any version, with the newer keys that it lacks. */
    static JsonNode filled(JsonNode tree) {
        ObjectNode filled = tree.deepCopy();
        NEWER.forEach((key, value) -> {
            int dot = key.indexOf('.');
            if (filled.get(key.substring(0, dot)) instanceof ObjectNode group && !group.has(key.substring(dot + 1))) {
                group.set(key.substring(dot + 1), value);
            }
        });
        return filled;
    }
}
