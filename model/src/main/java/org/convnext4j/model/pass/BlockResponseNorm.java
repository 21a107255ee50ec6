package org.convnext4j.model.pass;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.convnext4j.engine.kernel.ActivationKind;
import org.convnext4j.engine.kernel.ResponseNorm;
import org.convnext4j.engine.kernel.gradient.ResponseNormGradient;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.ResponseNormLayer;
import org.convnext4j.model.layers.TensorSource;

/**
 * An activation and a response norm. Its sums reach over the whole map of a picture, so that both passes go over the pixels
 * twice; the activation's output is computed once in each and is not kept between them.
 *
 * @param kind of the activation
 * @param gamma (4C)
 * @param beta (4C)
 * @param gradGamma added to
 * @param gradBeta added to
 */
record BlockResponseNorm(ActivationKind kind, Tensor gamma, Tensor beta, Tensor gradGamma, Tensor gradBeta)
        implements BlockActivation {
    private static final float EPSILON = (float) ResponseNormLayer.EPSILON;

    static BlockResponseNorm of(
            ActivationKind kind, ResponseNormLayer layer, TensorSource weights, TensorSource gradients) {
        return new BlockResponseNorm(
                kind,
                weights.tensor(layer.gamma()),
                weights.tensor(layer.beta()),
                gradients.tensor(layer.gamma()),
                gradients.tensor(layer.beta()));
    }

    @Override
    public void forward(PassContext context, BatchMap hidden, int channels, Before before, After after) {
        ResponseNorm norm = context.kernels().families().responseNorm();
        List<MemorySegment> pieces = BlockActivation.scratch(context, channels, hidden.channels());
        int c = hidden.channels();
        int tiles = PassContext.pictureTiles(hidden);
        long pictureSums = (long) tiles * c * Float.BYTES;
        BatchMap g = context.memory().take(hidden.n(), hidden.shape());
        MemorySegment sums = context.memory().take((long) hidden.n() * tiles * c);
        MemorySegment factors = context.memory().take((long) hidden.n() * c);
        context.pictureTiles(hidden, (image, tile, begin, end, member) -> {
            before.run(begin, end, pieces.get(member));
            activate(context, hidden, begin, end, g);
            long part = image * pictureSums + (long) tile * c * Float.BYTES;
            norm.sumSquares(end - begin, c, g.data(), g.pixelBytes(begin), c, sums, part);
        });
        context.team()
                .run(
                        hidden.n(),
                        (image, member) -> norm.factors(
                                tiles,
                                c,
                                EPSILON,
                                sums,
                                image * pictureSums,
                                gamma.data(),
                                factors,
                                (long) image * c * Float.BYTES));
        context.pictureTiles(hidden, (image, tile, begin, end, member) -> {
            long at = g.pixelBytes(begin);
            long own = (long) image * c * Float.BYTES;
            norm.apply(end - begin, c, factors, own, beta.data(), g.data(), at, c);
            after.run(begin, end, g.data(), at, pieces.get(member));
        });
        context.memory().give(factors);
        context.memory().give(sums);
        context.memory().give(g);
    }

    private void activate(PassContext context, BatchMap hidden, int begin, int end, BatchMap g) {
        int c = hidden.channels();
        long at = hidden.pixelBytes(begin);
        context.kernels().activation(kind).forward(end - begin, c, hidden.data(), at, c, g.data(), at, c);
    }

    @Override
    public BatchMap backward(PassContext context, BatchMap hidden, BatchMap gradHidden, Back before, Back after) {
        ResponseNormGradient kernel = context.gradients().responseNorm();
        int c = hidden.channels();
        int tiles = PassContext.pictureTiles(hidden);
        long tileSums = (long) ResponseNormGradient.SUMS * c * Float.BYTES;
        long pairBytes = 2L * c * Float.BYTES;
        BatchMap g = context.memory().take(hidden.n(), hidden.shape());
        MemorySegment sums = context.memory().take((long) hidden.n() * tiles * ResponseNormGradient.SUMS * c);
        MemorySegment coefficients = context.memory().take(2L * hidden.n() * c);
        MemorySegment shares = context.memory().take(2L * hidden.n() * c);
        MemorySegment grad = gradHidden.data();
        context.pictureTiles(hidden, (image, tile, begin, end, member) -> {
            before.run(begin, end);
            activate(context, hidden, begin, end, g);
            long at = g.pixelBytes(begin);
            long part = ((long) image * tiles + tile) * tileSums;
            kernel.partSums(end - begin, c, g.data(), at, c, grad, at, c, sums, part);
        });
        context.team()
                .run(
                        hidden.n(),
                        (image, member) -> kernel.coefficients(
                                tiles,
                                c,
                                EPSILON,
                                sums,
                                (long) image * tiles * tileSums,
                                gamma.data(),
                                0,
                                coefficients,
                                image * pairBytes,
                                shares,
                                image * pairBytes));
        addShares(context, hidden.n(), shares);
        context.pictureTiles(hidden, (image, tile, begin, end, member) -> {
            int rows = end - begin;
            long at = g.pixelBytes(begin);
            long own = image * pairBytes;
            kernel.inputGradient(rows, c, coefficients, own, g.data(), at, c, grad, at, c, grad, at, c);
            // The first coefficients are the factors of the forward pass.
            context.kernels().families().responseNorm().apply(rows, c, coefficients, own, beta.data(), g.data(), at, c);
            context.gradients().activation(kind).backward(rows, c, hidden.data(), at, c, grad, at, c, grad, at, c);
        });
        context.tiles(hidden.pixels(), (begin, end, member) -> after.run(begin, end));
        context.memory().give(shares);
        context.memory().give(coefficients);
        context.memory().give(sums);
        return g;
    }

    /** Adds the pictures' shares to the gradients of gamma and beta. */
    private void addShares(PassContext context, int pictures, MemorySegment shares) {
        int c = gamma.dim(0);
        long betaBytes = (long) c * Float.BYTES;
        context.gradients().columnSums().sum(pictures, 0, c, true, shares, 0, 2 * c, gradGamma.data(), 0);
        context.gradients().columnSums().sum(pictures, 0, c, true, shares, betaBytes, 2 * c, gradBeta.data(), 0);
    }
}
