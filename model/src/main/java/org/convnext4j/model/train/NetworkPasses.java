package org.convnext4j.model.train;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.convnext4j.engine.kernel.Gemm;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.weights.ConvNeXtWeights;

/**
 * The passes of a network's layers, one after the other, forward to the logits and backward from their gradient. For one
 * thread at a time.
 */
final class NetworkPasses {
    private final int blocks;
    private final boolean recompute;
    private final StemPass stem;
    private final List<StagePass> stages = new ArrayList<>();
    private final HeadPass head;

    /**
     * The passes over some weights.
     *
     * @param arena how long these may be used
     * @param parameters whose weights are read and whose gradients are added to
     * @param recompute whether what a block computed is computed again on the way back
     */
    NetworkPasses(Arena arena, Gemm gemm, Parameters parameters, boolean recompute) {
        ConvNeXtConfig config = parameters.network();
        this.blocks = config.blocks();
        this.recompute = recompute;
        ConvNeXtWeights weights = parameters.weights().weights();
        ConvNeXtWeights gradients = parameters.gradients().weights();
        double epsilon = config.layerNormEps();
        stem = new StemPass(arena, weights.stem(), gradients.stem(), epsilon);
        for (int s = 0; s < ConvNeXtConfig.STAGES; s++) {
            stages.add(StagePass.of(
                    arena, gemm, weights.stages().get(s), gradients.stages().get(s), epsilon));
        }
        head = new HeadPass(weights.head(), gradients.head(), config.headNormEps());
    }

    /** How many floats each member of the team needs for itself. */
    long scratchFloats(PassContext context, int n, Activations memory) {
        long floats = Math.max(
                head.scratchFloats(n, context),
                stem.scratchFloats(memory.inputs(0).get(0).pixels(), context));
        for (int s = 0; s < stages.size(); s++) {
            ActivationMap x = memory.inputs(s).get(0);
            floats = Math.max(floats, stages.get(s).blocks().get(0).scratchFloats(x.pixels(), x.width(), context));
            DownsamplePass downsample = stages.get(s).downsample();
            if (downsample != null) {
                ActivationMap before = memory.inputs(s - 1).get(0);
                floats = Math.max(
                        floats, downsample.scratchFloats(before.pixels(), before.height(), before.width(), context));
            }
        }
        return floats;
    }

    /** Forward, with all that a backward pass needs. */
    void forward(PassContext context, Tensor images, NetworkGradient.Depth depth, Activations memory) {
        stem.forward(
                context,
                images,
                memory.stemPatches(),
                memory.stemConvolved(),
                memory.inputs(0).get(0));
        int number = 0;
        for (int s = 0; s < stages.size(); s++) {
            List<ActivationMap> x = memory.inputs(s);
            StagePass stage = stages.get(s);
            if (stage.downsample() != null) {
                List<ActivationMap> before = memory.inputs(s - 1);
                stage.downsample()
                        .forward(
                                context,
                                before.get(before.size() - 1),
                                memory.buffers().normed(),
                                x.get(0));
            }
            for (int b = 0; b < stage.blocks().size(); b++) {
                BlockPass block = stage.blocks().get(b);
                block.prepare(context);
                MemorySegment factors = depth.factors(number++, x.get(b), memory.factors(s, b));
                block.forward(context, x.get(b), memory.kept(s, b), factors, x.get(b + 1));
            }
        }
        List<ActivationMap> last = memory.inputs(stages.size() - 1);
        head.forward(context, last.get(last.size() - 1), memory.pooled(), memory.embedding(), memory.logits());
    }

    /** Backward, from the gradient of the logits in their place: adds to the gradients of the weights. */
    void backward(PassContext context, Activations memory, NetworkGradient.Depth depth) {
        BackwardBuffers buffers = memory.buffers();
        boolean other = false;
        List<ActivationMap> last = memory.inputs(stages.size() - 1);
        ActivationMap grad = last.get(last.size() - 1).in(memory.grad(other));
        head.backward(context, memory.logits(), memory.pooled(), memory.embedding(), grad, buffers.parts());
        int number = blocks;
        for (int s = stages.size() - 1; s >= 0; s--) {
            List<ActivationMap> x = memory.inputs(s);
            StagePass stage = stages.get(s);
            for (int b = stage.blocks().size() - 1; b >= 0; b--) {
                BlockPass block = stage.blocks().get(b);
                if (recompute) {
                    block.recompute(context, x.get(b), memory.kept(s, b));
                }
                MemorySegment factors = depth.skips(--number) ? memory.factors(s, b) : null;
                other = !other;
                ActivationMap gradX = x.get(b).in(memory.grad(other));
                block.backward(context, x.get(b), memory.kept(s, b), factors, grad, gradX, buffers);
                grad = gradX;
            }
            if (stage.downsample() != null) {
                List<ActivationMap> before = memory.inputs(s - 1);
                ActivationMap input = before.get(before.size() - 1);
                other = !other;
                ActivationMap gradX = input.in(memory.grad(other));
                stage.downsample().backward(context, input, grad, gradX, buffers);
                grad = gradX;
            }
        }
        stem.backward(context, memory.stemPatches(), memory.stemConvolved(), grad, buffers.parts());
    }
}
