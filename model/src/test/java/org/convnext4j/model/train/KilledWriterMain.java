package org.convnext4j.model.train;

import java.nio.file.Path;

/** Goes on from the latest checkpoint and saves step after step until it is killed; prints each step that is saved. */
final class KilledWriterMain {
    private KilledWriterMain() {}

    public static void main(String[] args) {
        Path folder = Path.of(args[0]);
        try (CheckpointStore store = CheckpointStore.open(folder);
                Parameters parameters = Parameters.allocate(Runs.NETWORK, true)) {
            long step = 0;
            LatestCheckpoint latest = CheckpointStore.latest(folder);
            if (latest.checkpoint().isPresent()) {
                TrainingCheckpoint checkpoint = latest.checkpoint().get();
                store.discardNewerThan(checkpoint);
                step = checkpoint.state().step();
            }
            while (true) {
                step++;
                Runs.fill(parameters, step);
                store.save(parameters, Runs.state(step, 2));
                System.out.println(step);
            }
        }
    }
}
