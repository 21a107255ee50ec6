import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.JavaFormatterOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Checks that sources are formatted, or formats them: {@code java Format.java check|apply LIST FOLDER}. Runs in a JVM of its
 * own, because a formatter understands the syntax of the Java it runs on, and Maven's may be older than the sources'.
 *
 * <p>Taken is every Java file below the folder, except in {@code target}, {@code src/generated} and hidden folders. LIST is a
 * file that this program keeps: the hashes of texts that are known to be formatted, which are not looked at again.
 */
final class Format {
    private static final Set<String> SKIPPED = Set.of("target", "src/generated");

    private final Formatter formatter = Formatter.createFormatter(JavaFormatterOptions.builder()
            .style(JavaFormatterOptions.Style.PALANTIR)
            .build());
    private final boolean apply;

    private Format(boolean apply) {
        this.apply = apply;
    }

    /** What became of a file: the hash of its text if that is formatted now, and what there is to say of it. */
    private record Outcome(Optional<String> hash, Optional<String> complaint) {}

    public static void main(String[] args) throws IOException {
        if (args.length != 3 || !Set.of("check", "apply").contains(args[0])) {
            System.err.println("format: expected check or apply, a list and a folder; got " + String.join(" ", args));
            System.exit(2);
        }
        boolean apply = args[0].equals("apply");
        Path list = Path.of(args[1]).toAbsolutePath().normalize();
        Path folder = Path.of(args[2]).toAbsolutePath().normalize();

        String version = Path.of(Formatter.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .getFileName()
                .toString();
        Set<String> known = read(list, version);
        Format format = new Format(apply);
        List<Outcome> outcomes = sources(folder).parallelStream()
                .map(file -> format.file(file, known))
                .toList();

        Set<String> formatted =
                outcomes.stream().flatMap(o -> o.hash().stream()).collect(Collectors.toSet());
        if (!known.containsAll(formatted)) {
            formatted.addAll(read(list, version));
            write(list, version, formatted);
        }
        List<String> complaints =
                outcomes.stream().flatMap(o -> o.complaint().stream()).toList();
        complaints.stream().limit(20).forEach(System.err::println);
        if (complaints.size() > 20) {
            System.err.println("... and " + (complaints.size() - 20) + " more");
        }
        if (!complaints.isEmpty()) {
            System.err.println("format: files that are not as the formatter writes them: " + complaints.size()
                    + ". Whatever can be parsed is formatted by: mvn -N process-sources -Dformat=apply");
            System.exit(1);
        }
    }

    private Outcome file(Path file, Set<String> known) {
        try {
            String text = Files.readString(file);
            String hash = hash(text);
            if (known.contains(hash)) {
                return new Outcome(Optional.of(hash), Optional.empty());
            }
            // formatSourceAndFixImports would also break long strings and move text blocks.
            String wanted = formatter.formatSource(formatter.fixImports(text));
            if (wanted.equals(text)) {
                return new Outcome(Optional.of(hash), Optional.empty());
            }
            if (!apply) {
                return new Outcome(Optional.empty(), Optional.of(difference(file, text, wanted)));
            }
            Files.writeString(file, wanted);
            System.out.println("formatted " + file);
            return new Outcome(Optional.of(hash(wanted)), Optional.empty());
        } catch (FormatterException e) {
            return new Outcome(
                    Optional.empty(),
                    Optional.of(
                            e.diagnostics().stream().map(d -> file + ":" + d).collect(Collectors.joining("\n"))));
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    /** The first line that is to change. */
    private static String difference(Path file, String text, String wanted) {
        List<String> is = text.lines().toList();
        List<String> should = wanted.lines().toList();
        int i = 0;
        while (i < is.size() && i < should.size() && is.get(i).equals(should.get(i))) {
            i++;
        }
        return file + ":" + (i + 1) + ": is      " + (i < is.size() ? is.get(i) : "(the end)") + "\n" + file + ":"
                + (i + 1) + ": should be " + (i < should.size() ? should.get(i) : "(the end)");
    }

    private static List<Path> sources(Path folder) throws IOException {
        List<Path> sources = new ArrayList<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                boolean hidden = directory.getFileName().toString().startsWith(".") && !directory.equals(folder);
                return hidden || SKIPPED.stream().anyMatch(directory::endsWith)
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().endsWith(".java")) {
                    sources.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return sources.stream().sorted().toList();
    }

    /** The hashes of the list; none where another version of the formatter wrote it. */
    private static Set<String> read(Path list, String version) throws IOException {
        if (!Files.exists(list)) {
            return Set.of();
        }
        List<String> lines = Files.readAllLines(list);
        return lines.isEmpty() || !lines.getFirst().equals(version) ? Set.of() : Set.copyOf(lines);
    }

    private static void write(Path list, String version, Set<String> hashes) throws IOException {
        Files.createDirectories(list.getParent());
        Path whole = Files.createTempFile(list.getParent(), "formatted", ".tmp");
        Files.write(
                whole,
                Stream.concat(Stream.of(version), new TreeSet<>(hashes).stream().filter(h -> !h.equals(version)))
                        .toList());
        Files.move(whole, list, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String hash(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
