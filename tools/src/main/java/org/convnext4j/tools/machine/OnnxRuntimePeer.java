package org.convnext4j.tools.machine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.ExecutionMode;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.tools.output.ToolException;

/**
 * ONNX Runtime with every optimisation it has, on its own CPU kernels. It reads the input where it lies. The one class
 * that needs its jar: nothing else may name it, so that everything else runs without.
 */
final class OnnxRuntimePeer implements Peer {
    private static final String INPUT = "input";
    private static final String LOGITS = "logits";

    private final String name;
    private final OrtSession session;
    private final OnnxTensor input;

    private OnnxRuntimePeer(String name, OrtSession session, OnnxTensor input) {
        this.name = name;
        this.session = session;
        this.input = input;
    }

    static OnnxRuntimePeer open(Path onnx, Tensor input, int threads) {
        OrtEnvironment environment =
                OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "convnext4j");
        long[] shape =
                input.shape().dims().stream().mapToLong(Integer::longValue).toArray();
        try (SessionOptions options = new SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            options.setExecutionMode(ExecutionMode.SEQUENTIAL);
            options.setOptimizationLevel(OptLevel.ALL_OPT);
            OrtSession session = environment.createSession(onnx.toString(), options);
            FloatBuffer values =
                    input.data().asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer();
            OnnxTensor tensor = OnnxTensor.createTensor(environment, values, shape);
            return new OnnxRuntimePeer("ONNX Runtime " + environment.getVersion(), session, tensor);
        } catch (OrtException e) {
            throw new ToolException("ONNX Runtime cannot load the network: " + e.getMessage(), e);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public float[] logits() {
        try (OrtSession.Result result = session.run(Map.of(INPUT, input), Set.of(LOGITS))) {
            FloatBuffer values = ((OnnxTensor) result.get(0)).getFloatBuffer();
            float[] logits = new float[values.remaining()];
            values.get(logits);
            return logits;
        } catch (OrtException e) {
            throw new ToolException("ONNX Runtime cannot run the network: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        input.close();
        try {
            session.close();
        } catch (OrtException e) {
            throw new ToolException("ONNX Runtime cannot end: " + e.getMessage(), e);
        }
    }
}
