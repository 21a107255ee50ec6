package org.convnext4j.model;

import java.lang.foreign.Arena;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.convnext4j.engine.parallel.StackRoom;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.layers.TensorSource;
import org.convnext4j.model.run.Lease;
import org.convnext4j.model.run.Network;

/**
 * A model's calls with tensors: they are checked, refused once the model is closed, and keep the network from being freed
 * while they run. Thread-safe.
 */
final class TensorCalls implements AutoCloseable {
    private final ConvNeXtConfig config;
    private final Network network;
    private final Lease lease;

    /**
     * The calls of a network, which is closed with them.
     *
     * @param afterwards is run once the network is closed
     */
    TensorCalls(ConvNeXtConfig config, Network network, Runnable afterwards) {
        this.config = config;
        this.network = network;
        this.lease = new Lease(() -> {
            network.close();
            afterwards.run();
        });
    }

    /** See {@link ConvNeXt#forward(Tensor, Set, Arena)}. */
    Map<Output, Tensor> forward(Tensor input, Set<Output> wanted, Arena arena) {
        return forward(input, wanted, false, arena);
    }

    private Map<Output, Tensor> forward(Tensor input, Set<Output> wanted, boolean normed, Arena arena) {
        InputChecks.requireInput(config, input);
        InputChecks.requireOutputs(config, wanted);
        return Output.named(leased(() -> network.forward(input, Output.wanted(wanted, normed), arena)));
    }

    /** See {@link ConvNeXt#pyramid}. */
    List<PyramidLevel> pyramid(Tensor input, List<Integer> stages, boolean normed, Arena arena) {
        Set<Output> wanted = EnumSet.noneOf(Output.class);
        for (int stage : stages) {
            InputChecks.requireStage(config, stage, normed);
            wanted.add(Output.stage(stage));
        }
        Map<Output, Tensor> maps = forward(input, wanted, normed, arena);
        return stages.stream()
                .map(stage -> new PyramidLevel(
                        stage,
                        config.dims().get(stage),
                        config.stride(stage),
                        Objects.requireNonNull(maps.get(Output.stage(stage)))))
                .toList();
    }

    /** One output, row-major. */
    float[] single(Tensor input, Output output) {
        try (Arena arena = Arena.ofConfined()) {
            Tensor tensor = forward(input, EnumSet.of(output), arena).get(output);
            if (tensor == null) {
                throw new IllegalStateException("the network gave no " + output.label());
            }
            return tensor.toArray();
        }
    }

    /** As {@link Network#headOfClass}. */
    TensorSource headOfClass(int classIndex, Arena arena) {
        return leased(() -> network.headOfClass(classIndex, arena));
    }

    /** See {@link ConvNeXt#warmUp}. */
    void warmUp() throws InterruptedException {
        leased(() -> {
            network.awaitWarmUp();
            return network;
        });
    }

    /** What is not to be closed under. */
    private interface Call<T, E extends Exception> {
        T run() throws E;
    }

    private <T, E extends Exception> T leased(Call<T, E> call) throws E {
        StackRoom.require();
        if (!lease.begin()) {
            throw new IllegalStateException("the model " + config.name() + " is closed; load it again");
        }
        try {
            return call.run();
        } finally {
            lease.end();
        }
    }

    /** Refuses further calls and closes the network once the calls under way are done; may be called again. */
    @Override
    public void close() {
        lease.close();
    }
}
