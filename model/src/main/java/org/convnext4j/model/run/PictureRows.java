package org.convnext4j.model.run;

import org.convnext4j.engine.tensor.Tensor;

/** The picture as a map, for stems whose first convolution is one like others: nothing but copies. */
final class PictureRows implements PictureStep {
    @Override
    public long scratchFloats(int n, int height, int width) {
        return 0;
    }

    @Override
    public void forward(Pass pass, Tensor picture, FeatureMap y) {
        pass.team().run(y.rows(), (row, member) -> copyRow(picture, row, y));
    }

    /** One row, counted over all pictures. */
    private static void copyRow(Tensor picture, int row, FeatureMap y) {
        int channels = y.channels();
        int image = row / y.height();
        for (int c = 0; c < channels; c++) {
            long from = (((long) image * channels + c) * y.height() + row % y.height()) * y.width();
            long to = (long) row * y.width() * channels + c;
            for (int column = 0; column < y.width(); column++) {
                float value = picture.data().getAtIndex(Tensor.FLOAT, from + column);
                y.data().setAtIndex(Tensor.FLOAT, to + (long) column * channels, value);
            }
        }
    }
}
