package org.convnext4j.tools.machine;

import java.nio.file.Path;
import java.util.Locale;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.tools.output.ToolException;

/** The runtimes that {@code bench} can compare with. */
enum PeerRuntime {
    /** Microsoft's, through its own Java binding. */
    ONNXRUNTIME;

    /** The name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Loads a network.
     *
     * @param onnx the network
     * @param input what each call runs on; read as long as the peer is open
     * @throws ToolException if the runtime is not on the class path or refuses the network
     */
    Peer open(Path onnx, Tensor input, int threads) {
        try {
            return OnnxRuntimePeer.open(onnx, input, threads);
        } catch (NoClassDefFoundError e) {
            throw new ToolException(
                    "ONNX Runtime is not on the class path; run the launcher convnext of a built checkout, or name the"
                            + " runtime's jar in CONVNEXT_PEER_PATH",
                    e);
        }
    }
}
