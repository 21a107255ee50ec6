package org.convnext4j.example;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.EnumSet;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.Output;
import org.convnext4j.model.image.ImageReader;

public final class Features {
    public static void main(String[] args) {
        try (Engine engine = Engine.create(Backend.AUTO, 4);
                ConvNeXt model = ConvNeXt.load(Path.of(args[0]), engine);
                Arena arena = Arena.ofConfined()) {
            Tensor input = model.preprocessor().toTensor(new ImageReader().read(Path.of(args[1])), arena);
            model.forward(input, EnumSet.of(Output.EMBEDDING, Output.STAGE3), arena)
                    .forEach((output, tensor) -> System.out.println(output.label() + " " + tensor.shape()));
        }
    }
}
