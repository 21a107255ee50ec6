package org.convnext4j.model.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.Design;
import org.convnext4j.model.weights.CheckpointException;

/** A {@link TrainingState} as JSON. */
record StateJson(Path file) {
    private static final String DESIGN = "design";

    ObjectNode write(TrainingState state) {
        ObjectNode node = TrainingJson.object();
        node.put("step", state.step());
        node.put("epoch", state.epoch());
        node.put("batchInEpoch", state.batchInEpoch());
        node.put("dataFingerprint", state.dataFingerprint());
        state.best().ifPresent(best -> node.set("best", ConfigTree.write(best)));
        node.set("totals", ConfigTree.write(state.totals()));
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
        JsonNode noted = require(node, "notes");
        requireKind(noted.isObject(), "notes", "an object");
        noted.properties().forEach(entry -> notes.put(entry.getKey(), text(entry.getValue(), "notes")));
        List<String> names = new ArrayList<>();
        JsonNode named = require(node, "classNames");
        requireKind(named.isArray(), "classNames", "a list");
        named.forEach(name -> names.add(text(name, "classNames")));
        try {
            return new TrainingState(
                    whole(node, "step"),
                    Math.toIntExact(whole(node, "epoch")),
                    whole(node, "batchInEpoch"),
                    text(require(node, "dataFingerprint"), "dataFingerprint"),
                    best(node.path("best")),
                    totals(node.path("totals")),
                    network(require(node, "network")),
                    TrainingConfig.fromTree(file.toString(), require(node, "config")),
                    names,
                    notes);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new CheckpointException(file, "cannot be used: " + e.getMessage(), e);
        }
    }

    /** Empty too in states of earlier versions, which had the accuracy without its epoch. */
    private Optional<BestEpoch> best(JsonNode node) {
        if (node.isMissingNode()) {
            return Optional.empty();
        }
        requireKind(node.isObject(), "best", "an object");
        return Optional.of(new BestEpoch(
                Math.toIntExact(whole(node, "epoch")),
                whole(node, "step"),
                number(node, "best", "top1"),
                number(node, "best", "loss")));
    }

    /** Earlier versions had none; the row of the epoch is then that of the steps since. */
    private EpochTotals totals(JsonNode node) {
        if (node.isMissingNode()) {
            return EpochTotals.NONE;
        }
        requireKind(node.isObject(), "totals", "an object");
        return new EpochTotals(
                whole(node, "steps"),
                number(node, "totals", "lossSum"),
                number(node, "totals", "normSum"),
                number(node, "totals", "normMax"),
                number(node, "totals", "seconds"));
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
        Design design = network.design();
        if (!design.isPapers()) {
            node.set(DESIGN, ConfigTree.write(SavedDesign.of(design)));
            ArrayNode kernels = node.putArray("kernelSizes");
            design.kernelSizes().forEach(kernels::add);
            ArrayNode normed = node.putArray("normedStages");
            design.normedStages().forEach(normed::add);
        }
        return node;
    }

    private ConvNeXtConfig network(JsonNode node) {
        requireKind(node.isObject(), "network", "an object");
        JsonNode layerScale = require(node, "layerScale");
        requireKind(layerScale.isBoolean(), "network.layerScale", "true or false");
        return new ConvNeXtConfig(
                numbers(node, "depths"),
                numbers(node, "dims"),
                Math.toIntExact(whole(node, "classes")),
                Math.toIntExact(whole(node, "inChannels")),
                Math.toIntExact(whole(node, "patchSize")),
                layerScale.booleanValue(),
                number(node, "network", "layerNormEps"),
                number(node, "network", "headNormEps"),
                design(node));
    }

    /** States of the paper's networks have none. */
    private Design design(JsonNode node) {
        JsonNode design = node.path(DESIGN);
        if (design.isMissingNode()) {
            return Design.PAPER;
        }
        requireKind(design.isObject(), "network.design", "an object");
        return ConfigTree.read(file.toString(), design, SavedDesign.PAPER)
                .with(numbers(node, "kernelSizes"), numbers(node, "normedStages"));
    }

    private List<Integer> numbers(JsonNode node, String field) {
        JsonNode list = require(node, field);
        requireKind(list.isArray(), "network." + field, "a list of whole numbers");
        List<Integer> numbers = new ArrayList<>();
        for (JsonNode number : list) {
            boolean whole = number.isIntegralNumber() && number.canConvertToInt();
            requireKind(whole, "network." + field, "a list of whole numbers");
            numbers.add(number.intValue());
        }
        return numbers;
    }

    private double number(JsonNode node, String group, String field) {
        JsonNode value = require(node, field);
        requireKind(value.isNumber(), group + "." + field, "a number");
        return value.doubleValue();
    }

    private String text(JsonNode value, String field) {
        requireKind(value.isTextual(), field, "text");
        return value.textValue();
    }

    private void requireKind(boolean fits, String field, String kind) {
        if (!fits) {
            throw new CheckpointException(file, "has something else than " + kind + " in its field " + field);
        }
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
