package org.convnext4j.model.run;

import java.lang.foreign.Arena;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.parallel.Team;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.engine.tensor.WorkspacePool;
import org.convnext4j.model.layers.NetworkPlan;
import org.convnext4j.model.layers.TensorSource;

/** The program that runs before the vector kernels are compiled, which the first model of a JVM alone gets. */
public final class FirstCalls {
    private FirstCalls() {}

    /** One pass of a program that is closed afterwards. */
    public static Results forward(
            Engine engine, NetworkPlan plan, TensorSource weights, Tensor input, Wanted wanted, Arena arena) {
        try (WorkspacePool workspaces = new WorkspacePool(1);
                Team team = engine.workers().team()) {
            Program program = Program.plain(engine, engine.firstCallKernels().orElseThrow(), plan, weights, () -> {});
            Results results = program.forward(team, workspaces, input, wanted, arena);
            program.lease().close();
            return results;
        }
    }
}
