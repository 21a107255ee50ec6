package org.convnext4j.engine.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.support.AnnotationSupport;

/** No test of a vector kernel is forgotten where the widths are forced. */
final class EachWidthTest {
    private static final Set<String> KERNELS = Set.of(
            "org/convnext4j/engine/kernel/Implementations",
            "org/convnext4j/engine/kernel/KernelCalls",
            "org/convnext4j/engine/vector/VectorKernels");

    @Test
    void everyTestOfVectorKernelsIsMarked() throws IOException, URISyntaxException, ClassNotFoundException {
        Path folder = Path.of(
                        EachWidthTest.class.getResource("EachWidthTest.class").toURI())
                .getParent();
        List<String> marked = new ArrayList<>();
        List<String> unmarked = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file :
                    files.filter(one -> one.toString().endsWith("Test.class")).toList()) {
                if (usesKernels(file)) {
                    String name = file.getFileName().toString().replace(".class", "");
                    Class<?> test = Class.forName(EachWidthTest.class.getPackageName() + "." + name);
                    boolean mark = AnnotationSupport.isAnnotated(test, EachWidth.class);
                    (mark ? marked : unmarked).add(name);
                }
            }
        }
        assertEquals(List.of(), unmarked);
        assertTrue(marked.size() > 30, marked::toString);
    }

    private static boolean usesKernels(Path file) throws IOException {
        ClassModel model = ClassFile.of().parse(file);
        return StreamSupport.stream(model.constantPool().spliterator(), false).anyMatch(EachWidthTest::isKernels);
    }

    private static boolean isKernels(PoolEntry entry) {
        return entry instanceof ClassEntry type && KERNELS.contains(type.asInternalName());
    }
}
