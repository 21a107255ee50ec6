package org.convnext4j.model.pass;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import org.convnext4j.engine.kernel.MatrixProduct;
import org.convnext4j.engine.kernel.Patches;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.ConvLayer;
import org.convnext4j.model.layers.Window;
import org.jspecify.annotations.Nullable;

/**
 * A dense convolution of any window, such as dilated ones with more zeros on one side than on the other, which no kernel
 * computes: the windows are gathered, so that both passes are matrix products. They are gathered again on the way back.
 */
final class WindowPass implements LayerPass {
    private final ConvLayer layer;
    private final ConvTensors weights;
    private final ConvTensors gradients;

    /** Floats of a window, K K C. */
    private final int inputs;

    /** The filters in the order of a gathered window, (N, K K C). */
    private @Nullable Tensor rows;

    private @Nullable BatchMap x;

    /**
     * Of a layer of one group with a bias.
     *
     * @param gradients added to
     */
    WindowPass(ConvLayer layer, ConvTensors weights, ConvTensors gradients) {
        this.layer = layer;
        this.weights = weights;
        this.gradients = gradients;
        this.inputs = layer.window().kernel() * layer.window().kernel() * layer.inputs();
    }

    @Override
    public void prepare(PassContext context) {
        rows = Patches.channelsLast(context.arena(), weights.weight());
    }

    @Override
    public BatchMap forward(PassContext context, BatchMap input) {
        int outputs = layer.outputs();
        Tensor bias = Objects.requireNonNull(weights.bias());
        Tensor filters = Objects.requireNonNull(rows);
        BatchMap y = context.memory().take(input.n(), layer.output(input.shape()));
        MemorySegment windows = context.memory().take((long) y.pixels() * inputs);
        List<MemorySegment> scratch =
                context.scratch(context.product().scratchFloats(PassContext.TILE_PIXELS, outputs, inputs));
        context.tiles(y.pixels(), (begin, end, member) -> {
            gather(input, y, begin, end, windows);
            Matrices.repeat(end - begin, outputs, bias.data(), y.data(), y.pixelBytes(begin));
            context.product()
                    .multiply(
                            end - begin,
                            outputs,
                            inputs,
                            windows,
                            windowBytes(begin),
                            inputs,
                            false,
                            filters.data(),
                            0,
                            inputs,
                            true,
                            true,
                            y.data(),
                            y.pixelBytes(begin),
                            outputs,
                            scratch.get(member),
                            0);
        });
        context.memory().give(windows);
        x = input;
        return y;
    }

    private long windowBytes(int pixel) {
        return (long) pixel * inputs * Float.BYTES;
    }

    /** What is done with a tap: where it lies in its window and which pixel of the input it sees; none outside the map. */
    private interface Tap {
        void at(long windowBytes, @Nullable Long inputBytes);
    }

    /** Goes over the taps of one output pixel, counted over all pictures. */
    private void taps(BatchMap input, BatchMap y, int pixel, Tap tap) {
        Window window = layer.window();
        int image = pixel / y.shape().pixels();
        int top = pixel / y.width() % y.height() * window.stride() - window.before();
        int left = pixel % y.width() * window.stride() - window.before();
        long at = windowBytes(pixel);
        for (int ky = 0; ky < window.kernel(); ky++) {
            int row = top + ky * window.dilation();
            for (int kx = 0; kx < window.kernel(); kx++) {
                int column = left + kx * window.dilation();
                boolean inside = row >= 0 && row < input.height() && column >= 0 && column < input.width();
                tap.at(at, inside ? input.imageBytes(image) + input.pixelBytes(row * input.width() + column) : null);
                at += (long) layer.inputs() * Float.BYTES;
            }
        }
    }

    private void gather(BatchMap input, BatchMap y, int begin, int end, MemorySegment windows) {
        long bytes = (long) layer.inputs() * Float.BYTES;
        for (int pixel = begin; pixel < end; pixel++) {
            taps(input, y, pixel, (at, from) -> {
                if (from == null) {
                    windows.asSlice(at, bytes).fill((byte) 0);
                } else {
                    MemorySegment.copy(input.data(), from, windows, at, bytes);
                }
            });
        }
    }

    @Override
    public BatchMap backward(PassContext context, BatchMap gradY) {
        BatchMap input = Objects.requireNonNull(x);
        MemorySegment windows = context.memory().take((long) gradY.pixels() * inputs);
        context.tiles(gradY.pixels(), (begin, end, member) -> gather(input, gradY, begin, end, windows));
        addWeightGradients(context, windows, gradY);
        windowGradients(context, gradY, windows);
        BatchMap gradX = context.memory().take(input.n(), input.shape());
        long bytes = (long) input.shape().pixels() * input.channels() * Float.BYTES;
        int c = input.channels();
        context.team().run(input.n(), (image, member) -> {
            gradX.data().asSlice(gradX.imageBytes(image), bytes).fill((byte) 0);
            int first = image * gradY.shape().pixels();
            for (int pixel = first; pixel < first + gradY.shape().pixels(); pixel++) {
                taps(gradX, gradY, pixel, (at, to) -> {
                    if (to != null) {
                        context.gradients().rowOperations().scale(1, c, 1, windows, at, c, true, gradX.data(), to, c);
                    }
                });
            }
        });
        context.memory().give(windows);
        context.memory().give(gradY);
        return gradX;
    }

    /** The gradients of the windows, (pixels, K K C). */
    private void windowGradients(PassContext context, BatchMap gradY, MemorySegment windows) {
        int outputs = layer.outputs();
        Tensor filters = Objects.requireNonNull(rows);
        List<MemorySegment> scratch =
                context.scratch(context.product().scratchFloats(PassContext.TILE_PIXELS, inputs, outputs));
        context.tiles(
                gradY.pixels(),
                (begin, end, member) -> context.product()
                        .multiply(
                                end - begin,
                                inputs,
                                outputs,
                                gradY.data(),
                                gradY.pixelBytes(begin),
                                outputs,
                                false,
                                filters.data(),
                                0,
                                inputs,
                                false,
                                false,
                                windows,
                                windowBytes(begin),
                                inputs,
                                scratch.get(member),
                                0));
    }

    private void addWeightGradients(PassContext context, MemorySegment windows, BatchMap gradY) {
        int outputs = layer.outputs();
        int pixels = gradY.pixels();
        MatrixProduct product = context.product();
        MemorySegment grads = context.memory().take((long) outputs * inputs);
        List<MemorySegment> scratch = context.scratch(product.scratchFloats(context.chunk(outputs), inputs, pixels));
        context.columns(outputs, (begin, end, member) -> {
            long at = (long) begin * inputs * Float.BYTES;
            product.multiply(
                    end - begin,
                    inputs,
                    pixels,
                    gradY.data(),
                    (long) begin * Float.BYTES,
                    outputs,
                    true,
                    windows,
                    0,
                    inputs,
                    false,
                    false,
                    grads,
                    at,
                    inputs,
                    scratch.get(member),
                    0);
            addReordered(grads, begin, end);
        });
        gradients.addBiasGradient(context, gradY);
        context.memory().give(grads);
    }

    /** Adds (N, K K C) to the weight's gradient, which is (N, C, K, K). */
    private void addReordered(MemorySegment grads, int begin, int end) {
        int c = layer.inputs();
        int taps = inputs / c;
        for (int n = begin; n < end; n++) {
            for (int i = 0; i < inputs; i++) {
                long to = (long) n * inputs + (long) i % c * taps + i / c;
                Tensor weight = gradients.weight();
                weight.set(to, weight.get(to) + grads.getAtIndex(Tensor.FLOAT, (long) n * inputs + i));
            }
        }
    }
}
