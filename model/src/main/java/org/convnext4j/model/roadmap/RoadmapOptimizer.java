package org.convnext4j.model.roadmap;

import java.util.List;
import java.util.Map;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.kernel.gradient.AdamW;
import org.convnext4j.engine.kernel.gradient.OptimizerKernels;
import org.convnext4j.engine.parallel.Team;
import org.convnext4j.model.layers.TensorPlan;
import org.convnext4j.model.layers.TensorPlan.Role;

/** AdamW over the tensors of a network; filters and the classifier decay, all else does not. */
final class RoadmapOptimizer {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;

    private final Engine engine;
    private final RoadmapWeights weights;
    private final RoadmapWeights gradients;
    private final RoadmapWeights means;
    private final RoadmapWeights squares;
    private final double weightDecay;
    private final List<TensorPlan> trained;

    RoadmapOptimizer(
            Engine engine,
            RoadmapWeights weights,
            RoadmapWeights gradients,
            RoadmapWeights means,
            RoadmapWeights squares,
            double weightDecay) {
        this.engine = engine;
        this.weights = weights;
        this.gradients = gradients;
        this.means = means;
        this.squares = squares;
        this.weightDecay = weightDecay;
        Map<String, TensorPlan> plans = weights.plans();
        this.trained = plans.values().stream().filter(TensorPlan::isTrained).toList();
    }

    /** One step; {@code number} is from 1 on. */
    void step(long number, double learningRate) {
        OptimizerKernels kernels = engine.gradientKernels().optimizer();
        try (Team team = engine.workers().team()) {
            team.run(trained.size(), (index, member) -> {
                TensorPlan plan = trained.get(index);
                boolean decays = plan.role() == Role.CONV_WEIGHT || plan.role() == Role.LINEAR_WEIGHT;
                AdamW adamW = new AdamW(learningRate, BETA1, BETA2, EPSILON, decays ? weightDecay : 0, number, 1);
                String name = plan.name();
                kernels.adamW(
                        Math.toIntExact(plan.shape().elements()),
                        adamW,
                        gradients.data(name),
                        0,
                        weights.data(name),
                        0,
                        means.data(name),
                        0,
                        squares.data(name),
                        0);
            });
        }
    }
}
