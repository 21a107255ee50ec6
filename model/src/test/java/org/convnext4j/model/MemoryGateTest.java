package org.convnext4j.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.instruction.InvokeInstruction;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.convnext4j.bindings.OpenBlasLibrary;
import org.convnext4j.engine.Engine;
import org.junit.jupiter.api.Test;

/**
 * Memory is reached past Java's checks in a few places, each of which has made sure before that it may. Whoever adds one
 * finds it here: memory of callers goes through {@code TeamReading}, or {@code Operands} in a kernel; nothing else may take
 * an address to read or write there.
 */
final class MemoryGateTest {
    /** The only segments that are not bound to an arena. */
    private static final Set<String> UNBOUND = Set.of(
            // All memory, for the loops of the package.
            "org/convnext4j/engine/vector/Memory.<clinit>",
            // What belongs to the calling thread, after it has been checked.
            "org/convnext4j/engine/parallel/TeamReading.open",
            // Memory of its own, freed with the arena; and a look at whether Java may do so at all.
            "org/convnext4j/bindings/LargeMemory.map",
            "org/convnext4j/bindings/NativeAccess.obstacle");

    private static final Set<String> ADDRESSES = Set.of(
            "org/convnext4j/engine/parallel/TeamReading.open",
            // The gate of the kernels, and what they allocate themselves.
            "org/convnext4j/engine/vector/Memory.address",
            "org/convnext4j/engine/vector/Memory.writable",
            "org/convnext4j/engine/vector/Scratch.address",
            "org/convnext4j/engine/vector/DepthwiseFilters.run",
            "org/convnext4j/engine/vector/VectorDepthwiseConv$ChannelsLast.<init>",
            "org/convnext4j/engine/vector/VectorDilatedDepthwiseConv$ChannelsLast.<init>",
            "org/convnext4j/engine/vector/WeightPanels.fill",
            "org/convnext4j/engine/vector/WeightPanels.forward",
            "org/convnext4j/engine/vector/WeightPanels.panel",
            "org/convnext4j/engine/vector/VectorMatrixProduct.panel",
            // Called by the two before only, which have checked x, y and the panels as a whole.
            "org/convnext4j/engine/vector/GemmTile.forward",
            // To compare: nothing is read there.
            "org/convnext4j/bindings/MatrixCheck.segment",
            "org/convnext4j/model/run/Expansion.linear",
            "org/convnext4j/model/pass/BatchMap.isIn",
            "org/convnext4j/model/pass/Slabs.give");

    /**
     * What calls native code: it gets segments, whose arenas it keeps open, and never addresses, but for what maps and
     * unmaps memory of its own.
     */
    private static final Set<String> NATIVE = Set.of(
            "org/convnext4j/bindings/LargeMemory$Calls.find",
            "org/convnext4j/bindings/OpenBlasInfo.handle",
            "org/convnext4j/model/hub/LinuxFileLock$Calls.<clinit>",
            "org/convnext4j/model/hub/LinuxFileLock$Calls.find");

    @Test
    void segmentsWithoutAnArena() throws IOException {
        assertEquals(new TreeSet<>(UNBOUND), callers("java/lang/foreign/MemorySegment", "reinterpret", "ofAddress"));
    }

    @Test
    void addresses() throws IOException {
        assertEquals(new TreeSet<>(ADDRESSES), callers("java/lang/foreign/MemorySegment", "address"));
    }

    @Test
    void nativeCalls() throws IOException {
        assertEquals(new TreeSet<>(NATIVE), callers("java/lang/foreign/Linker", "downcallHandle", "upcallStub"));
    }

    /** The methods in the library's modules that call one of these. */
    private static Set<String> callers(String owner, String... names) throws IOException {
        Set<String> callers = new TreeSet<>();
        for (Class<?> module : List.of(OpenBlasLibrary.class, Engine.class, ConvNeXt.class)) {
            collect(module, owner, List.of(names), callers);
        }
        return callers;
    }

    private static void collect(Class<?> module, String owner, List<String> names, Set<String> callers)
            throws IOException {
        Path place = place(module);
        if (Files.isDirectory(place)) {
            collect(place, owner, names, callers);
            return;
        }
        try (FileSystem jar = FileSystems.newFileSystem(URI.create("jar:" + place.toUri()), Map.of())) {
            collect(jar.getPath("/"), owner, names, callers);
        }
    }

    private static Path place(Class<?> module) {
        try {
            return Path.of(
                    module.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static void collect(Path folder, String owner, List<String> names, Set<String> callers) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(file -> file.toString().endsWith(".class"))
                    .filter(file -> !file.toString().contains("/bindings/openblas/")) // generated; see its own README
                    .forEach(file -> calls(parse(file), owner, names, callers));
        }
    }

    private static ClassModel parse(Path file) {
        try {
            return ClassFile.of().parse(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void calls(ClassModel model, String owner, List<String> names, Set<String> callers) {
        model.methods()
                .forEach(method -> method.code()
                        .ifPresent(code -> code.forEach(element -> {
                            if (element instanceof InvokeInstruction call
                                    && call.owner().asInternalName().equals(owner)
                                    && names.contains(call.name().stringValue())) {
                                String name =
                                        method.methodName().stringValue().replaceAll("lambda\\$(\\w+)\\$\\d+", "$1");
                                callers.add(model.thisClass().asInternalName() + "." + name);
                            }
                        })));
    }
}
