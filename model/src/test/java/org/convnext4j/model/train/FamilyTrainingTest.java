package org.convnext4j.model.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.kernel.ActivationKind;
import org.convnext4j.engine.kernel.NormKind;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.LoadOptions;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.Design;
import org.convnext4j.model.design.HeadDesign;
import org.convnext4j.model.design.HeadDesign.NormPlace;
import org.convnext4j.model.design.StemDesign;
import org.convnext4j.model.design.StemKind;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Networks of other designs than the paper's in training: they learn, a run goes on where it stood, the model loads. */
class FamilyTrainingTest {
    @TempDir
    Path temp;

    static Stream<ConvNeXtConfig> networks() {
        Design paper = Design.PAPER;
        Design patches = paper.withStem(new StemDesign(StemKind.PATCH_WITHOUT_NORM, 0));
        ConvNeXtConfig small = Patterns.NETWORK;
        ConvNeXtConfig timms = ConvNeXtConfig.of(small.depths(), small.dims(), 4);
        return Stream.of(
                small.withLayerScale(false).withDesign(paper.withResponseNorm(true)),
                new ConvNeXtConfig(
                        List.of(3), List.of(16), 4, 3, 4, true, 1e-6, 1e-6, patches.withKernelSizes(List.of(7))),
                timms.withDesign(paper.withNorm(NormKind.RMS)
                        .withActivation(ActivationKind.SILU)
                        .withKernelSizes(List.of(3, 5, 3, 3))
                        .withHead(new HeadDesign(NormPlace.BEFORE_POOLING, 12))),
                timms.withDesign(paper.withDilatedStages(1)));
    }

    /** Thirty-two random pictures are learnt by heart, in two goes, and the file that comes out gives the same answers. */
    @ParameterizedTest
    @MethodSource("networks")
    void learnsAndResumes(ConvNeXtConfig network) throws IOException {
        int side = Math.max(16, network.minimumSide());
        TrainingConfig config = Patterns.config(
                "cutmix=0",
                "stochasticDepth=0.1",
                "erase=0",
                "flip=0",
                "padding=0",
                "cropScaleMin=1",
                "labelSmoothing=0",
                "weightDecay=0.01",
                "ema.decay=0",
                "initialWeights=fan_in",
                "layerScale=1",
                "pictureSize=" + side,
                "epochs=60",
                "everySteps=0",
                "everyEpochs=0");
        Path folder = temp.resolve("run");
        try (Engine engine = Engine.create(Backend.VECTOR, 2)) {
            Trainer[] running = new Trainer[1];
            Training training = Training.fromScratch(network, config, new Patterns(32))
                    .validation(new Patterns(32))
                    .listener(new TrainingListener() {
                        @Override
                        public void stepped(TrainingProgress progress) {
                            if (progress.step() == 90) {
                                running[0].stop();
                            }
                        }
                    });
            try (Trainer trainer = training.open(engine, folder)) {
                running[0] = trainer;
                assertFalse(trainer.run().finished());
            }
            try (Trainer trainer = training.open(engine, folder)) {
                running[0] = trainer;
                Metrics metrics = trainer.run().metrics().orElseThrow();
                assertTrue(metrics.top1() > 0.9, "top-1 " + metrics.top1() + ", loss " + metrics.loss());
            }
            try (ConvNeXt model =
                            ConvNeXt.load(folder.resolve("last.safetensors"), LoadOptions.DEFAULT.withEngine(engine));
                    Arena arena = Arena.ofConfined()) {
                assertEquals(
                        Parameters.started(network, config).withDesign(network.design()),
                        model.config().withDesign(network.design()));
                assertEquals(
                        network.design().responseNorm(), model.config().design().responseNorm());
                Tensor images = Tensor.allocate(arena, 1, 3, side, side);
                assertEquals(4, model.logits(images).length);
            }
        }
    }
}
