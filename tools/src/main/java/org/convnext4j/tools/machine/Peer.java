package org.convnext4j.tools.machine;

/** Another runtime with the same network and the same input, to compare with. */
interface Peer extends AutoCloseable {
    /** Its name and version. */
    String name();

    /** Runs the network once, from input to logits. */
    float[] logits();

    @Override
    void close();
}
