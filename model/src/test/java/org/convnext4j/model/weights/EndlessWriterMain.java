package org.convnext4j.model.weights;

import java.nio.file.Path;

/** Begins to write a file, prints a letter and goes on until it is killed. */
final class EndlessWriterMain {
    private EndlessWriterMain() {}

    public static void main(String[] arguments) {
        AtomicFile.write(Path.of(arguments[0]), channel -> {
            ChannelWrites.all(channel, new byte[] {1});
            System.out.print('w');
            System.out.flush();
            // Ends with the parent, should that die first.
            while (System.in.read() >= 0) {
                Thread.onSpinWait();
            }
        });
    }
}
