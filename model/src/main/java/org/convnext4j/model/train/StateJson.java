package org.convnext4j.model.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.convnext4j.model.ConvNeXtConfig;
import org.convnext4j.model.weights.CheckpointException;

/** A {@link TrainingState} as JSON. */
record StateJson(Path file) {
    ObjectNode write(TrainingState state) {
        ObjectNode node = TrainingJson.object();
        node.put("step", state.step());
        node.put("epoch", state.epoch());
        node.put("batchInEpoch", state.batchInEpoch());
        node.put("dataFingerprint", state.dataFingerprint());
        if (state.bestAccuracy().isPresent()) {
            node.put("bestAccuracy", state.bestAccuracy().getAsDouble());
        }
        node.put("historyRows", state.historyRows());
        node.set("network", write(state.network()));
        node.set("config", ConfigTree.write(state.config()));
        ArrayNode names = node.putArray("classNames");
        state.classNames().forEach(names::add);
        ObjectNode notes = node.putObject("notes");
        state.notes().forEach(notes::put);
        return node;
    }

    /**
     * The state in a tree.
     *
     * @throws CheckpointException if a field is missing or of another kind
     */
    TrainingState read(JsonNode node) {
        Map<String, String> notes = new LinkedHashMap<>();
        require(node, "notes")
                .properties()
                .forEach(entry -> notes.put(entry.getKey(), entry.getValue().asText()));
        List<String> names = new ArrayList<>();
        require(node, "classNames").forEach(name -> names.add(name.asText()));
        JsonNode best = node.path("bestAccuracy");
        try {
            return new TrainingState(
                    whole(node, "step"),
                    Math.toIntExact(whole(node, "epoch")),
                    whole(node, "batchInEpoch"),
                    require(node, "dataFingerprint").asText(),
                    best.isNumber() ? OptionalDouble.of(best.doubleValue()) : OptionalDouble.empty(),
                    whole(node, "historyRows"),
                    network(require(node, "network")),
                    TrainingConfig.fromTree(file.toString(), require(node, "config")),
                    names,
                    notes);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new CheckpointException(file, "cannot be used: " + e.getMessage(), e);
        }
    }

    private static ObjectNode write(ConvNeXtConfig network) {
        ObjectNode node = TrainingJson.object();
        ArrayNode depths = node.putArray("depths");
        network.depths().forEach(depths::add);
        ArrayNode dims = node.putArray("dims");
        network.dims().forEach(dims::add);
        node.put("classes", network.classes());
        node.put("inChannels", network.inChannels());
        node.put("patchSize", network.patchSize());
        node.put("layerScale", network.layerScale());
        node.put("layerNormEps", network.layerNormEps());
        node.put("headNormEps", network.headNormEps());
        return node;
    }

    private ConvNeXtConfig network(JsonNode node) {
        return new ConvNeXtConfig(
                numbers(node, "depths"),
                numbers(node, "dims"),
                Math.toIntExact(whole(node, "classes")),
                Math.toIntExact(whole(node, "inChannels")),
                Math.toIntExact(whole(node, "patchSize")),
                require(node, "layerScale").asBoolean(),
                require(node, "layerNormEps").asDouble(),
                require(node, "headNormEps").asDouble());
    }

    private List<Integer> numbers(JsonNode node, String field) {
        List<Integer> numbers = new ArrayList<>();
        require(node, field).forEach(number -> numbers.add(number.asInt()));
        return numbers;
    }

    private long whole(JsonNode node, String field) {
        JsonNode value = require(node, field);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw new CheckpointException(file, "has no whole number in its field " + field);
        }
        return value.longValue();
    }

    JsonNode require(JsonNode node, String field) {
        JsonNode value = node.get(field);
        if (value == null) {
            throw new CheckpointException(file, "lacks the field " + field);
        }
        return value;
    }
}
