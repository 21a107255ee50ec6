package org.convnext4j.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which packages use which, read from class files: what code, signatures, annotations and generic types name. A constant
 * that the compiler copied and a mention in a comment do not count.
 */
final class PackageGraph {
    /** A type in a descriptor or a signature. */
    private static final Pattern TYPE = Pattern.compile("L([a-z][\\w/]*)/\\w+[$;<.]");

    /** By package: the packages it uses, each with one pair of classes for which it does. */
    private final Map<String, Map<String, String>> uses = new TreeMap<>();

    /** Adds all classes of a folder or a jar. */
    void addAll(Path place) throws IOException {
        if (Files.isDirectory(place)) {
            addFolder(place);
            return;
        }
        try (FileSystem jar = FileSystems.newFileSystem(URI.create("jar:" + place.toUri()), Map.of())) {
            addFolder(jar.getPath("/"));
        }
    }

    private void addFolder(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(file -> file.toString().endsWith(".class"))
                    .filter(file -> !file.endsWith("module-info.class"))
                    .forEach(this::add);
        }
    }

    private void add(Path file) {
        try {
            add(ClassFile.of().parse(Files.readAllBytes(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void add(ClassModel model) {
        String self = model.thisClass().asInternalName();
        Map<String, String> used = uses.computeIfAbsent(packageOf(self), _ -> new TreeMap<>());
        for (PoolEntry entry : model.constantPool()) {
            switch (entry) {
                case ClassEntry type when !type.asSymbol().isArray() -> add(self, type.asInternalName(), used);
                case Utf8Entry text -> {
                    Matcher matcher = TYPE.matcher(text.stringValue());
                    while (matcher.find()) {
                        add(self, matcher.group().substring(1, matcher.group().length() - 1), used);
                    }
                }
                default -> {}
            }
        }
    }

    private static void add(String self, String other, Map<String, String> used) {
        String name = packageOf(other);
        if (!name.equals(packageOf(self))) {
            used.putIfAbsent(name, self.substring(self.lastIndexOf('/') + 1) + " uses " + other.replace('/', '.'));
        }
    }

    private static String packageOf(String type) {
        return type.substring(0, Math.max(0, type.lastIndexOf('/'))).replace('/', '.');
    }

    /** All packages that have classes here. */
    Set<String> packages() {
        return uses.keySet();
    }

    /** The packages that one uses, each with an example of why. */
    Map<String, String> usedBy(String name) {
        return uses.getOrDefault(name, Map.of());
    }

    /** The largest sets of packages each of which uses, over others, all others of its set; none of one package alone. */
    Set<Set<String>> cycles() {
        Map<String, Set<String>> reached =
                packages().stream().collect(Collectors.toMap(name -> name, this::reachedFrom));
        return reached.entrySet().stream()
                .filter(from -> from.getValue().contains(from.getKey()))
                .map(from -> from.getValue().stream()
                        .filter(other -> reached.getOrDefault(other, Set.of()).contains(from.getKey()))
                        .collect(Collectors.<String, Set<String>>toCollection(TreeSet::new)))
                .collect(Collectors.toSet());
    }

    private Set<String> reachedFrom(String start) {
        Set<String> reached = new TreeSet<>();
        Deque<String> open = new ArrayDeque<>(usedBy(start).keySet());
        while (!open.isEmpty()) {
            String name = open.pop();
            if (reached.add(name)) {
                open.addAll(usedBy(name).keySet());
            }
        }
        return reached;
    }
}
