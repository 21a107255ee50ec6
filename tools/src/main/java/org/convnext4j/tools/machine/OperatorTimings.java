package org.convnext4j.tools.machine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.KernelSet;
import org.convnext4j.engine.kernel.ActivationKind;
import org.convnext4j.engine.kernel.DepthwiseConv;
import org.convnext4j.engine.kernel.Gemm;
import org.convnext4j.engine.kernel.Gemm.Epilogue;
import org.convnext4j.engine.kernel.NormKind;
import org.convnext4j.engine.kernel.PatchConv;
import org.convnext4j.engine.kernel.ResponseNorm;
import org.convnext4j.engine.parallel.Task;
import org.convnext4j.engine.parallel.Team;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.Design;
import org.convnext4j.model.design.StemKind;
import org.convnext4j.model.weights.FormulaWeights;
import org.convnext4j.tools.output.Timings;

/**
 * Times each operator by itself at the shapes it has in the network, on all threads. As in the network the work comes in
 * tiles of some rows of pixels, and between the operators of a block a tile lies in the thread's own scratch memory. What
 * differs: each operator repeats on the same weights, which therefore stay in the caches as far as they fit.
 */
final class OperatorTimings {
    private static final int TILE_PIXELS = 112;
    private static final int FEW_PIXELS = 48;
    private static final float EPSILON = 1e-6f;

    private final KernelSet kernels;
    private final Team team;
    private final int batch;
    private final double duration;
    private final Runnable afterEach;
    private final List<OperatorTime> times = new ArrayList<>();

    private OperatorTimings(KernelSet kernels, Team team, int batch, double duration, Runnable afterEach) {
        this.kernels = kernels;
        this.team = team;
        this.batch = batch;
        this.duration = duration;
        this.afterEach = afterEach;
    }

    /** Whether the operators of a network are known here: those of the paper, of V2 and of isotropic networks are. */
    static boolean covers(ConvNeXtConfig config) {
        Design design = config.design();
        boolean patches = !design.stem().kind().overlaps() && design.stem().kind() != StemKind.PATCH_HALVED;
        boolean papers = design.norm() == NormKind.LAYER && design.activation() == ActivationKind.GELU;
        boolean seven = design.kernelSizes().stream().allMatch(kernel -> kernel == DepthwiseConv.KERNEL);
        return patches && papers && seven && design.dilatedStages() == 0;
    }

    /**
     * Times every operator of a network that {@link #covers} knows.
     *
     * @param duration how long to repeat each, milliseconds
     * @param afterEach run after each, on the threads that measure
     */
    static List<OperatorTime> measure(
            Engine engine, ConvNeXtConfig config, int batch, int size, double duration, Consumer<Team> afterEach) {
        try (Team team = engine.workers().team()) {
            OperatorTimings timings =
                    new OperatorTimings(engine.kernels(), team, batch, duration, () -> afterEach.accept(team));
            int patch = config.patchSize();
            int side = size / patch;
            int channels = config.dims().get(0);
            timings.patchConv("stem", "conv", side, patch, config.inChannels(), channels);
            if (config.design().stem().kind() != StemKind.PATCH_WITHOUT_NORM) {
                timings.layerNorm("stem", "layernorm", side, channels, 1);
            }
            boolean responseNorm = config.design().responseNorm();
            for (int s = 0; s < config.stages(); s++) {
                String stage = "stage " + s;
                if (s > 0) {
                    timings.layerNorm(stage, "downsample norm", side, channels, 1);
                    side /= 2;
                    timings.patchConv(
                            stage,
                            "downsample",
                            side,
                            2,
                            channels,
                            config.dims().get(s));
                    channels = config.dims().get(s);
                }
                timings.block(stage, side, channels, config.depths().get(s), responseNorm);
            }
            timings.head(side, channels, config.design().head().hidden(), config.classes());
            return timings.times;
        }
    }

    private void block(String stage, int side, int channels, int depth, boolean responseNorm) {
        dwconv(stage, side, channels, depth);
        layerNorm(stage, "layernorm", side, channels, depth);
        linear(stage, "pwconv1+gelu", side * side, channels, 4 * channels, Epilogue.GELU, depth);
        if (responseNorm) {
            responseNorm(stage, side, 4 * channels, depth);
        }
        linear(stage, "pwconv2+sum", side * side, 4 * channels, channels, Epilogue.ADD_RESIDUAL, depth);
    }

    private void patchConv(String stage, String operator, int side, int patch, int inputs, int outputs) {
        try (Arena arena = Arena.ofShared()) {
            Tensor map = FormulaWeights.input(1, arena, batch, side * patch, side * patch, inputs);
            Tensor weight = FormulaWeights.input(2, arena, outputs, inputs, patch, patch);
            PatchConv.Filters filters = kernels.patchConv().pack(arena, weight, ones(arena, outputs));
            Tensor y = Tensor.allocate(arena, batch, side, side, outputs);
            int rows = Math.clamp(TILE_PIXELS / side, 1, side);
            int width = side * patch;
            MemorySegment[] scratch = scratch(arena, rows * filters.scratchFloats(width));
            int tiles = (side + rows - 1) / rows;
            double macs = (double) batch * side * side * patch * patch * inputs * outputs;
            add(stage, operator, shape(side, inputs * patch * patch, outputs), 1, macs, batch * tiles, (i, member) -> {
                int image = i / tiles;
                int row = i % tiles * rows;
                filters.forward(
                        map.data(),
                        (long) image * width * width * inputs * Float.BYTES,
                        width,
                        row,
                        Math.min(side, row + rows),
                        scratch[member],
                        0,
                        y.data(),
                        ((long) image * side + row) * side * outputs * Float.BYTES);
            });
        }
    }

    private void dwconv(String stage, int side, int channels, int calls) {
        try (Arena arena = Arena.ofShared()) {
            Tensor map = FormulaWeights.input(1, arena, batch, side, side, channels);
            Tensor weight = FormulaWeights.input(2, arena, channels, 1, DepthwiseConv.KERNEL, DepthwiseConv.KERNEL);
            DepthwiseConv.Filters filters = kernels.depthwiseConv().pack(arena, weight, ones(arena, channels));
            int rows = Math.clamp(TILE_PIXELS / side, 1, side);
            MemorySegment[] scratch = scratch(arena, (long) rows * side * channels);
            int tiles = (side + rows - 1) / rows;
            double macs = (double) batch * side * side * channels * DepthwiseConv.KERNEL * DepthwiseConv.KERNEL;
            add(stage, "dwconv", shape(side, channels, channels), calls, macs, batch * tiles, (i, member) -> {
                int row = i % tiles * rows;
                filters.forward(
                        map.data(),
                        (long) (i / tiles) * side * side * channels * Float.BYTES,
                        side,
                        side,
                        row,
                        Math.min(side, row + rows),
                        scratch[member],
                        0);
            });
        }
    }

    private void layerNorm(String stage, String operator, int side, int channels, int calls) {
        try (Arena arena = Arena.ofShared()) {
            int pixels = batch * side * side;
            Tensor map = FormulaWeights.input(1, arena, 1, 1, pixels, channels);
            MemorySegment[] scratch = scratch(arena, (long) TILE_PIXELS * channels);
            int tiles = (pixels + TILE_PIXELS - 1) / TILE_PIXELS;
            add(stage, operator, shape(side, channels, channels), calls, 0, tiles, (i, member) -> {
                int pixel = i * TILE_PIXELS;
                kernels.layerNorm()
                        .normalize(
                                Math.min(TILE_PIXELS, pixels - pixel),
                                channels,
                                EPSILON,
                                map.data(),
                                (long) pixel * channels * Float.BYTES,
                                channels,
                                scratch[member],
                                0,
                                channels);
            });
        }
    }

    /** Sums and factors of each picture and their application, on a map that does not fit into the caches. */
    private void responseNorm(String stage, int side, int channels, int calls) {
        try (Arena arena = Arena.ofShared()) {
            Tensor map = FormulaWeights.input(1, arena, batch, side, side, channels);
            Tensor sums = Tensor.allocate(arena, batch, side, channels);
            Tensor factors = Tensor.allocate(arena, batch, channels);
            Tensor none = Tensor.allocate(arena, channels);
            ResponseNorm norm = kernels.families().responseNorm();
            long rowBytes = (long) channels * Float.BYTES;
            long lineBytes = side * rowBytes;
            add(stage, "grn", shape(side, channels, channels), calls, 0, batch, (image, member) -> {
                long first = image * lineBytes;
                for (int row = 0; row < side; row++) {
                    long at = first + row * rowBytes;
                    norm.sumSquares(side, channels, map.data(), at * side, channels, sums.data(), at);
                }
                long to = image * rowBytes;
                norm.factors(side, channels, EPSILON, sums.data(), first, none.data(), factors.data(), to);
                norm.apply(side * side, channels, factors.data(), to, none.data(), map.data(), first * side, channels);
            });
        }
    }

    private void head(int side, int channels, int hidden, int classes) {
        try (Arena arena = Arena.ofShared()) {
            Tensor map = FormulaWeights.input(1, arena, batch, side, side, channels);
            Tensor mean = Tensor.allocate(arena, batch, channels);
            add("head", "pool", shape(side, channels, channels), 1, 0, batch, (image, member) -> {
                long to = (long) image * channels * Float.BYTES;
                kernels.globalAveragePool()
                        .forward(side * side, channels, map.data(), to * side * side, mean.data(), to);
            });
        }
        if (hidden > 0) {
            linear("head", "linear+gelu", 1, channels, hidden, Epilogue.GELU, 1);
        }
        linear("head", "linear", 1, hidden > 0 ? hidden : channels, classes, Epilogue.NONE, 1);
    }

    /** By tiles of pixels, or by shares of the outputs where there are few pixels for the threads. */
    private void linear(String stage, String operator, int pixels, int inputs, int outputs, Epilogue end, int calls) {
        try (Arena arena = Arena.ofShared()) {
            int rows = batch * pixels;
            Tensor x = FormulaWeights.input(1, arena, 1, 1, rows, inputs);
            Tensor residual = FormulaWeights.input(2, arena, 1, 1, rows, outputs);
            Tensor y = Tensor.allocate(arena, rows, outputs);
            Tensor weight =
                    FormulaWeights.input(3, arena, 1, 1, outputs, inputs).reshape(outputs, inputs);
            Gemm.Linear linear = kernels.gemm().pack(arena, weight, ones(arena, outputs));
            boolean byOutputs = rows < team.size() * FEW_PIXELS;
            int shares = byOutputs ? linear.ranges(team.size()) : 1;
            int tile = byOutputs ? rows : TILE_PIXELS;
            int tiles = (rows + tile - 1) / tile;
            double macs = (double) rows * inputs * outputs;
            String shape = rows / batch + " x " + inputs + " > " + outputs;
            add(stage, operator, shape, calls, macs, tiles * shares, (i, member) -> {
                int row = i / shares * tile;
                long to = (long) row * outputs * Float.BYTES;
                linear.forward(
                        Math.min(tile, rows - row),
                        x.data(),
                        (long) row * inputs * Float.BYTES,
                        inputs,
                        linear.rangeBegin(i % shares, shares),
                        linear.rangeBegin(i % shares + 1, shares),
                        end,
                        residual.data(),
                        y.data(),
                        to,
                        outputs);
            });
        }
    }

    /** Half of the time is for the caches, and for the compiler where this shape is new to it. */
    private void add(String stage, String operator, String shape, int calls, double macs, int parts, Task task) {
        repeat(parts, task);
        double millis = new Timings(repeat(parts, task), 1, 1).medianMillis();
        times.add(new OperatorTime(stage, operator, shape, calls, millis, 2 * macs));
        afterEach.run();
    }

    private List<Double> repeat(int parts, Task task) {
        List<Double> millis = new ArrayList<>();
        double spent = 0;
        do {
            long start = System.nanoTime();
            team.run(parts, task);
            double one = (System.nanoTime() - start) / 1e6;
            millis.add(one);
            spent += one;
        } while (spent < duration / 2);
        return millis;
    }

    private MemorySegment[] scratch(Arena arena, long floats) {
        MemorySegment[] scratch = new MemorySegment[team.size()];
        for (int member = 0; member < scratch.length; member++) {
            scratch[member] = arena.allocate(floats * Float.BYTES, Tensor.ALIGNMENT_BYTES);
        }
        return scratch;
    }

    private static Tensor ones(Arena arena, int count) {
        Tensor tensor = Tensor.allocate(arena, count);
        for (int i = 0; i < count; i++) {
            tensor.set(i, 1);
        }
        return tensor;
    }

    private static String shape(int side, int inputs, int outputs) {
        return side * side + " x " + inputs + (inputs == outputs ? "" : " > " + outputs);
    }
}
