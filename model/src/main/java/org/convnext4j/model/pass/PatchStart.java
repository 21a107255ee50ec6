package org.convnext4j.model.pass;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import org.convnext4j.engine.kernel.MatrixProduct;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.ConvLayer;
import org.convnext4j.model.layers.MapShape;
import org.convnext4j.model.layers.TensorSource;
import org.convnext4j.model.layers.Window;
import org.jspecify.annotations.Nullable;

/**
 * A patch convolution on the pictures. They are gathered into patches in the order of the filters' memory, (I, P, P), so
 * that both passes are plain matrix products.
 */
final class PatchStart implements PictureStart {
    private final ConvLayer layer;
    private final ConvTensors weights;
    private final ConvTensors gradients;
    private final int inputs;
    private final int patch;

    /** The filters transposed, (I P P, N). */
    private final MemorySegment transposed;

    private @Nullable MemorySegment patches;

    /**
     * Of a layer that {@link #isPatches} is true of.
     *
     * @param arena as long as the network lives
     * @param gradients added to
     */
    PatchStart(ConvLayer layer, Arena arena, ConvTensors weights, ConvTensors gradients) {
        this.layer = layer;
        this.weights = weights;
        this.gradients = gradients;
        this.patch = layer.window().kernel();
        this.inputs = layer.inputs() * patch * patch;
        this.transposed = Tensor.allocate(arena, inputs, layer.outputs()).data();
    }

    static PatchStart of(ConvLayer layer, Arena arena, TensorSource weights, TensorSource gradients) {
        return new PatchStart(layer, arena, ConvTensors.of(layer, weights), ConvTensors.of(layer, gradients));
    }

    /** Whether a layer is a dense convolution whose windows lie side by side. */
    static boolean isPatches(ConvLayer layer) {
        return layer.groups() == 1
                && layer.biased()
                && layer.window().equals(Window.patch(layer.window().kernel()));
    }

    @Override
    public BatchMap forward(PassContext context, Tensor images) {
        MapShape shape = layer.output(new MapShape(images.dim(2), images.dim(3), layer.inputs()));
        int outputs = layer.outputs();
        BatchMap y = context.memory().take(images.dim(0), shape);
        MemorySegment gathered = context.memory().take((long) y.pixels() * inputs);
        Matrices.transpose(context.team(), outputs, inputs, weights.weight().data(), false, transposed);
        List<MemorySegment> scratch =
                context.scratch(context.product().scratchFloats(PassContext.TILE_PIXELS, outputs, inputs));
        context.tiles(y.pixels(), (begin, end, member) -> {
            for (int pixel = begin; pixel < end; pixel++) {
                gather(images, y, pixel, gathered);
            }
            int rows = end - begin;
            long at = y.pixelBytes(begin);
            Matrices.repeat(rows, outputs, bias(weights), y.data(), at);
            context.product()
                    .multiply(
                            rows,
                            outputs,
                            inputs,
                            gathered,
                            (long) begin * inputs * Float.BYTES,
                            inputs,
                            false,
                            transposed,
                            0,
                            outputs,
                            false,
                            true,
                            y.data(),
                            at,
                            outputs,
                            scratch.get(member),
                            0);
        });
        patches = gathered;
        return y;
    }

    private static MemorySegment bias(ConvTensors tensors) {
        return Objects.requireNonNull(tensors.bias()).data();
    }

    private void gather(Tensor picture, BatchMap y, int pixel, MemorySegment to) {
        int image = pixel / y.shape().pixels();
        int row = pixel / y.width() % y.height() * patch;
        int column = pixel % y.width() * patch;
        int height = picture.dim(2);
        int width = picture.dim(3);
        long runBytes = (long) patch * Float.BYTES;
        long at = (long) pixel * inputs * Float.BYTES;
        for (int c = 0; c < layer.inputs(); c++) {
            for (int ky = 0; ky < patch; ky++) {
                long from = (((long) image * layer.inputs() + c) * height + row + ky) * width + column;
                MemorySegment.copy(picture.data(), from * Float.BYTES, to, at, runBytes);
                at += runBytes;
            }
        }
    }

    @Override
    public void backward(PassContext context, BatchMap gradY) {
        int pixels = gradY.pixels();
        int outputs = layer.outputs();
        MemorySegment gathered = Objects.requireNonNull(patches);
        MatrixProduct product = context.product();
        List<MemorySegment> scratch = context.scratch(product.scratchFloats(outputs, inputs, pixels));
        context.columns(outputs, (begin, end, member) -> {
            product.multiply(
                    end - begin,
                    inputs,
                    pixels,
                    gradY.data(),
                    (long) begin * Float.BYTES,
                    outputs,
                    true,
                    gathered,
                    0,
                    inputs,
                    false,
                    true,
                    gradients.weight().data(),
                    (long) begin * inputs * Float.BYTES,
                    inputs,
                    scratch.get(member),
                    0);
            context.gradients()
                    .columnSums()
                    .sum(pixels, begin, end, true, gradY.data(), 0, outputs, bias(gradients), 0);
        });
    }
}
