package org.convnext4j.tools.machine;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.parallel.Team;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.layers.ActivationLayer;
import org.convnext4j.model.layers.ConvLayer;
import org.convnext4j.model.layers.GlobalPoolLayer;
import org.convnext4j.model.layers.Layer;
import org.convnext4j.model.layers.LayerScaleLayer;
import org.convnext4j.model.layers.LinearLayer;
import org.convnext4j.model.layers.MapShape;
import org.convnext4j.model.layers.MaxPoolLayer;
import org.convnext4j.model.layers.NormLayer;
import org.convnext4j.model.layers.ResidualLayer;
import org.convnext4j.model.layers.ResponseNormLayer;
import org.convnext4j.model.run.LayerTime;
import org.convnext4j.model.run.NetworkProfile;
import org.convnext4j.model.weights.FormulaWeights;

/** What the layers of a network take inside whole passes, by stages: those of all blocks of a stage in one row. */
final class OperatorTimings {
    private OperatorTimings() {}

    /** What makes layers one row. */
    private record Row(String stage, String operator, String shape) {}

    /**
     * Times every layer of a network of any design.
     *
     * @param batch N
     * @param size H and W, pixels
     * @param millis how long to measure
     * @param afterEach run after each pass, on the threads that measure
     */
    static List<OperatorTime> measure(
            Engine engine, ConvNeXtConfig config, int batch, int size, double millis, Consumer<Team> afterEach) {
        try (Arena arena = Arena.ofShared()) {
            Tensor pictures = FormulaWeights.input(0, arena, batch, config.inChannels(), size, size);
            Map<Row, List<LayerTime>> rows = new LinkedHashMap<>();
            NetworkProfile.measure(
                            engine, config.plan(), FormulaWeights.of(config, 0, arena), pictures, millis, afterEach)
                    .forEach(time -> rows.computeIfAbsent(row(time), key -> new ArrayList<>())
                            .add(time));
            return rows.entrySet().stream()
                    .map(row -> time(row.getKey(), row.getValue(), batch))
                    .toList();
        }
    }

    private static OperatorTime time(Row row, List<LayerTime> times, int batch) {
        double millis = times.stream().mapToDouble(LayerTime::millis).sum() / times.size();
        double flops = 2.0 * batch * times.getFirst().macs();
        return new OperatorTime(row.stage(), row.operator(), row.shape(), times.size(), millis, flops);
    }

    private static Row row(LayerTime time) {
        String operator = time.layers().stream().map(OperatorTimings::label).collect(Collectors.joining("+"));
        MapShape in = time.input();
        int outputs = time.output().channels();
        String channels = in.channels() + (in.channels() == outputs ? "" : " > " + outputs);
        return new Row(time.section(), operator, in.pixels() + " x " + channels);
    }

    /** The last part of a layer's name, or what it is where that is a number or there is no name. */
    private static String label(Layer layer) {
        return switch (layer) {
            case ConvLayer conv -> named(conv.name(), "conv");
            case LinearLayer linear -> named(linear.name(), "linear");
            case NormLayer norm -> named(norm.name(), norm.kind().name().toLowerCase(Locale.ROOT) + "norm");
            case ResponseNormLayer norm -> named(norm.name(), "grn");
            case LayerScaleLayer scale -> named(scale.name(), "gamma");
            case ActivationLayer activation -> activation.kind().name().toLowerCase(Locale.ROOT);
            case MaxPoolLayer _ -> "maxpool";
            case GlobalPoolLayer _ -> "pool";
            case ResidualLayer _ -> "block";
        };
    }

    private static String named(String name, String kind) {
        String last = name.substring(name.lastIndexOf('.') + 1);
        return Character.isDigit(last.charAt(0)) ? kind : last;
    }
}
