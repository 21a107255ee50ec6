package org.convnext4j.model.bulk;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.convnext4j.model.failure.FileFailure;
import org.convnext4j.model.failure.FileNames;
import org.convnext4j.model.failure.ModelException;
import org.jspecify.annotations.Nullable;

/**
 * The picture files that names stand for, found while they are asked for: a folder stands for the pictures in it and in
 * the folders below, everything else for itself, whether it exists or not. The memory needed grows with the largest
 * folders, not with the whole tree, and the order is always the same: names in turn, a folder's entries sorted, each
 * folder below where its name stands.
 *
 * <p>In folders, pictures are told by their endings (jpg, jpeg, jpe, png, gif, bmp, webp in any case); hidden files and
 * folders are left out, for hidden files with a picture's ending are mostly other things. Links are followed. A folder
 * that cannot be listed, that leads back to itself or that was named and has no picture is a {@link Found#problem}, and
 * so is each picture and folder whose name this process cannot tell from others ({@link FileNames}).
 *
 * <p>Holds no file open between calls. Not thread-safe.
 */
public final class PictureWalk implements Iterator<Found> {
    private static final Set<String> ENDINGS = Set.of("jpg", "jpeg", "jpe", "png", "gif", "bmp", "webp");

    /** A folder that is being walked. */
    private record Level(Path folder, Path realPath, Iterator<Path> entries) {}

    private final Iterator<Path> named;
    private final Predicate<Path> wanted;
    private final Deque<Level> levels = new ArrayDeque<>();
    private boolean foundAny;
    private @Nullable Found next;

    /** A walk through all pictures of these names. */
    public PictureWalk(List<Path> named) {
        this(named, path -> true);
    }

    /**
     * A walk through some of the pictures of these names.
     *
     * @param named files and folders
     * @param wanted whether a file is to be given; the others are passed over
     */
    public PictureWalk(List<Path> named, Predicate<Path> wanted) {
        this.named = List.copyOf(named).iterator();
        this.wanted = wanted;
    }

    @Override
    public boolean hasNext() {
        while (next == null && (!levels.isEmpty() || named.hasNext())) {
            next = levels.isEmpty() ? begin(named.next()) : step(levels.getLast());
        }
        return next != null;
    }

    @Override
    public Found next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException("the walk has ended");
        }
        Found found = next;
        next = null;
        return found;
    }

    private @Nullable Found begin(Path path) {
        if (Files.isDirectory(path)) {
            foundAny = false;
            return enter(path);
        }
        if (FileNames.mayHaveLostLetters(path) && !Files.exists(path)) {
            return Found.problem(
                    path,
                    "is not there; its name has letters that Java could not read from the command line or wherever"
                            + " it comes from; rename it, or look at the locale");
        }
        return wanted.test(path) ? Found.file(path) : null;
    }

    private @Nullable Found step(Level level) {
        if (level.entries().hasNext()) {
            return visit(level.entries().next());
        }
        levels.removeLast();
        if (levels.isEmpty() && !foundAny) {
            return Found.problem(
                    level.folder(),
                    "has no pictures ("
                            + String.join(", ", ENDINGS.stream().sorted().toList())
                            + ") in it or in the folders below");
        }
        return null;
    }

    private @Nullable Found visit(Path path) {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(path, BasicFileAttributes.class);
        } catch (IOException e) {
            // A link to nothing, or a file that has just gone: no picture, unless its name promises one.
            return isPicture(path) ? picture(path) : null;
        }
        Optional<String> unclear = FileNames.problem(path);
        if (unclear.isPresent() && (attributes.isDirectory() || isPicture(path))) {
            // It could be taken for another one: in results, and by a run that goes on with them.
            return unusable(String.valueOf(path.getParent()), path, unclear.get());
        }
        if (attributes.isDirectory()) {
            return enter(path);
        }
        return attributes.isRegularFile() && isPicture(path) ? picture(path) : null;
    }

    private @Nullable Found picture(Path path) {
        foundAny = true;
        return wanted.test(path) ? Found.file(path) : null;
    }

    private @Nullable Found enter(Path folder) {
        List<Path> entries = new ArrayList<>();
        Path real;
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            real = folder.toRealPath();
            for (Path entry : stream) {
                if (!String.valueOf(entry.getFileName()).startsWith(".")) {
                    entries.add(entry);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return unusable(folder, "cannot be listed (" + FileFailure.reason(e) + "); check its permissions");
        }
        for (Level above : levels) {
            if (above.realPath().equals(real)) {
                return unusable(folder, "leads back to " + above.folder() + "; remove the link");
            }
        }
        entries.sort(Path::compareTo);
        levels.addLast(new Level(folder, real, entries.iterator()));
        return null;
    }

    /** A folder with a problem is told of once, not again for having no pictures. */
    private Found unusable(Path folder, String message) {
        foundAny = true;
        return Found.problem(folder, message);
    }

    private Found unusable(String folder, Path path, String message) {
        foundAny = true;
        return new Found(path, Optional.of(new ModelException(folder + ": " + message)));
    }

    private static boolean isPicture(Path file) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        return dot >= 0 && ENDINGS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
    }
}
