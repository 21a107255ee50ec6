package org.convnext4j.model.train;

import java.util.List;
import java.util.SplittableRandom;
import org.convnext4j.model.data.Dataset;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.image.RgbImage;

/** Random pictures of 16 x 16 with random labels of four classes, and a network of 5 thousand parameters for them. */
record Patterns(int size) implements Dataset {
    static final int SIDE = 16;
    static final ConvNeXtConfig NETWORK = new ConvNeXtConfig(
            List.of(1, 1, 1, 1),
            List.of(8, 8, 16, 16),
            4,
            3,
            2,
            true,
            ConvNeXtConfig.LAYER_NORM_EPS,
            ConvNeXtConfig.LAYER_NORM_EPS);

    /** Everything random is on, in the small. */
    static TrainingConfig config(String... assignments) {
        return TrainingPreset.of("fashion-mnist")
                .config()
                .with(List.of(
                        "pictureSize=16",
                        "padding=1",
                        "batch.size=8",
                        "referenceBatch=0",
                        "learningRate=0.003",
                        "epochs=3",
                        "warmupEpochs=0",
                        "everySteps=2",
                        "keep=2",
                        "cutmix=1"))
                .with(List.of(assignments));
    }

    @Override
    public List<String> classNames() {
        return List.of("a", "b", "c", "d");
    }

    @Override
    public int label(int index) {
        return new SplittableRandom(index).nextInt(4);
    }

    @Override
    public RgbImage read(int index) {
        byte[] data = new byte[SIDE * SIDE * 3];
        SplittableRandom random = new SplittableRandom(1000 + index);
        random.nextBytes(data);
        return new RgbImage(SIDE, SIDE, data);
    }

    @Override
    public String name(int index) {
        return "pattern " + index;
    }

    @Override
    public String description() {
        return size + " random pictures";
    }

    @Override
    public String fingerprint() {
        return "patterns-" + size;
    }
}
