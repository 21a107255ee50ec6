package org.convnext4j.model.train;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.convnext4j.model.failure.FileFailure;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.weights.CheckpointException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder in which a run saves itself. A checkpoint is written into a hidden folder beside its place, forced to the
 * disk and moved there in one step, so a folder called {@code step-0000120} is complete whenever the process dies. Only
 * one store at a time may write to a folder, which a lock sees to; reading needs none.
 */
public final class CheckpointStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointStore.class);
    private static final String LOCK = ".lock";
    private static final String HIDDEN = ".step-";

    private final Path folder;
    private final CheckpointFiles.Opener opener;
    private final FileChannel lock;

    private CheckpointStore(Path folder, CheckpointFiles.Opener opener, FileChannel lock) {
        this.folder = folder;
        this.opener = opener;
        this.lock = lock;
    }

    /**
     * Makes the folder if it is not there, locks it and removes what a killed run left half written.
     *
     * @throws CheckpointException if it cannot be made or written to, or another run is using it
     */
    public static CheckpointStore open(Path folder) {
        return open(folder, CheckpointFiles.NEW_FILE);
    }

    static CheckpointStore open(Path folder, CheckpointFiles.Opener opener) {
        try {
            if (Files.exists(folder) && !Files.isDirectory(folder)) {
                throw new CheckpointException(folder, "is a file; name a folder for the checkpoints");
            }
            Files.createDirectories(folder);
            CheckpointStore store = new CheckpointStore(folder, opener, lock(folder));
            try {
                for (Path path : Folders.list(folder)) {
                    if (path.getFileName().toString().startsWith(HIDDEN)) {
                        Folders.delete(path);
                    }
                }
                return store;
            } catch (IOException | RuntimeException e) {
                store.close();
                throw e;
            }
        } catch (IOException e) {
            throw new CheckpointException(folder, "cannot be used for checkpoints: " + reason(e), e);
        }
    }

    private static FileChannel lock(Path folder) throws IOException {
        FileChannel channel =
                FileChannel.open(folder.resolve(LOCK), StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            LOG.debug("{} is locked by this process", folder, e);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw new CheckpointException(folder, "is in use by another run; wait for its end or take another folder");
    }

    /**
     * Saves a run. When the new checkpoint is complete, older ones beyond the {@code checkpoint.keep} newest are deleted.
     *
     * @throws CheckpointException if a value is not finite, or a file cannot be written because the disk is full for
     *     example; earlier checkpoints are as they were and nothing half written is left
     */
    public TrainingCheckpoint save(Parameters parameters, TrainingState state) {
        CheckpointName name = freeName(state.step());
        Path target = folder.resolve(name.toString());
        if (!parameters.network().equals(state.network())) {
            throw new IllegalArgumentException("the state and the parameters are of different networks ("
                    + String.join("; ", ConfigTree.differences(state.network(), parameters.network())) + ")");
        }
        if (parameters.ema().isPresent() != state.config().ema().on()) {
            throw new IllegalArgumentException(
                    "ema.decay is " + state.config().ema().decay() + ", but the parameters have "
                            + (parameters.ema().isPresent() ? "an" : "no") + " average");
        }
        requireFinite(target, parameters);
        Path temp = folder.resolve("." + name + "." + random() + ".tmp");
        try {
            Files.createDirectory(temp);
            CheckpointFiles.write(temp, opener, parameters, state);
            Files.move(temp, target, StandardCopyOption.ATOMIC_MOVE);
            Folders.force(folder);
        } catch (IOException e) {
            String earlier = newest(name)
                    .map(last -> "the last good checkpoint is " + last)
                    .orElse("there is no earlier one");
            throw new CheckpointException(
                    target,
                    "cannot be written: " + reason(e) + "; " + earlier + ", see to space and permissions and resume",
                    e);
        } finally {
            discard(temp);
        }
        prune(name, state.config().checkpoint().keep());
        return new TrainingCheckpoint(target, state);
    }

    /**
     * Deletes all checkpoints that are newer than the one a run goes on from, broken ones among them; call it before
     * going on, lest they be taken for this run's.
     */
    public void discardNewerThan(TrainingCheckpoint checkpoint) {
        CheckpointName from = CheckpointName.of(checkpoint.folder()).orElseThrow();
        names(folder).stream().filter(name -> name.compareTo(from) > 0).forEach(this::remove);
    }

    /**
     * The newest checkpoint in a folder that is complete and unchanged. Each that is looked at is read whole. A folder
     * that does not exist has none.
     *
     * @throws CheckpointException if the folder cannot be read
     */
    public static LatestCheckpoint latest(Path folder) {
        List<String> passedOver = new ArrayList<>();
        for (CheckpointName name : names(folder)) {
            try {
                return new LatestCheckpoint(
                        Optional.of(TrainingCheckpoint.open(folder.resolve(name.toString()))), passedOver);
            } catch (ModelException e) {
                passedOver.add(String.valueOf(e.getMessage()));
            }
        }
        return new LatestCheckpoint(Optional.empty(), passedOver);
    }

    /** Lets other runs use the folder. */
    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            LOG.warn("the lock of {} cannot be released", folder, e);
        }
    }

    /** Newest first. */
    private static List<CheckpointName> names(Path folder) {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try {
            return Folders.list(folder).stream()
                    .flatMap(path -> CheckpointName.of(path).stream())
                    .sorted(Comparator.reverseOrder())
                    .toList();
        } catch (IOException e) {
            throw new CheckpointException(folder, "cannot be read as a folder of checkpoints: " + reason(e), e);
        }
    }

    private CheckpointName freeName(long step) {
        int taken = names(folder).stream()
                .filter(name -> name.step() == step)
                .mapToInt(CheckpointName::generation)
                .max()
                .orElse(0);
        return new CheckpointName(step, taken + 1);
    }

    private Optional<CheckpointName> newest(CheckpointName before) {
        return names(folder).stream().filter(name -> name.compareTo(before) < 0).findFirst();
    }

    private void prune(CheckpointName newest, int keep) {
        names(folder).stream()
                .filter(name -> name.compareTo(newest) <= 0)
                .skip(keep)
                .forEach(this::remove);
    }

    /** Hides a checkpoint first, so that one half deleted is not taken for a broken one. */
    private void remove(CheckpointName name) {
        Path hidden = folder.resolve("." + name + "." + random() + ".old");
        try {
            Files.move(folder.resolve(name.toString()), hidden, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.warn("{} is left over and cannot be removed", folder.resolve(name.toString()), e);
        }
        discard(hidden);
    }

    private static void discard(Path hidden) {
        try {
            if (Files.exists(hidden)) {
                Folders.delete(hidden);
            }
        } catch (IOException e) {
            LOG.warn("{} is left over and cannot be removed", hidden, e);
        }
    }

    private static void requireFinite(Path target, Parameters parameters) {
        requireFinite(target, "", parameters.weights());
        requireFinite(target, CheckpointFiles.FIRST_MOMENT, parameters.firstMoments());
        requireFinite(target, CheckpointFiles.SECOND_MOMENT, parameters.secondMoments());
        parameters.ema().ifPresent(ema -> requireFinite(target, "ema.", ema));
    }

    private static void requireFinite(Path target, String prefix, ParameterBlock block) {
        block.weights().forEach((name, tensor) -> BlockReader.requireFinite(target, prefix + name, tensor.data()));
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "no permission to create files in its folder";
        }
        return e instanceof NoSuchFileException ? "its folder is gone" : FileFailure.reason(e);
    }

    private static String random() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }
}
