package org.convnext4j.engine.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rule of the package that no vector leaves the method that made it, over all its classes. */
class VectorsStayLocalTest {
    private static final String VECTOR_PACKAGE = "jdk.incubator.vector";

    /** They hold a width, not lanes. */
    private static final String SPECIES = "VectorSpecies";

    @Test
    void noMethodTakesOrGivesAVectorAndNoFieldHoldsOne() throws IOException, URISyntaxException {
        List<Class<?>> classes = classesOfThePackage();
        List<String> offenders = new ArrayList<>();
        for (Class<?> type : classes) {
            for (Method method : type.getDeclaredMethods()) {
                boolean vectors = Stream.concat(
                                Stream.of(method.getReturnType()), Arrays.stream(method.getParameterTypes()))
                        .anyMatch(VectorsStayLocalTest::isVector);
                if (vectors) {
                    offenders.add(type.getSimpleName() + "." + method.getName());
                }
            }
            for (Field field : type.getDeclaredFields()) {
                if (isVector(field.getType())) {
                    offenders.add(type.getSimpleName() + "." + field.getName());
                }
            }
        }

        assertTrue(classes.size() > 40, "found only " + classes);
        assertEquals(List.of(), offenders);
    }

    @Test
    void tellsVectorsFromWhatIsNone() {
        assertTrue(isVector(jdk.incubator.vector.FloatVector.class));
        assertTrue(isVector(jdk.incubator.vector.VectorMask.class));
        assertFalse(isVector(jdk.incubator.vector.VectorSpecies.class));
        assertFalse(isVector(long.class));
    }

    private static boolean isVector(Class<?> type) {
        Class<?> element = type.isArray() ? type.getComponentType() : type;
        return element.getPackageName().equals(VECTOR_PACKAGE)
                && !element.getSimpleName().equals(SPECIES);
    }

    private static List<Class<?>> classesOfThePackage() throws IOException, URISyntaxException {
        Path folder = Path.of(Lanes.class.getResource("Lanes.class").toURI()).getParent();
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".class") && !name.startsWith("package-info"))
                    .sorted()
                    .<Class<?>>map(VectorsStayLocalTest::load)
                    .toList();
        }
    }

    private static Class<?> load(String fileName) {
        String name = fileName.substring(0, fileName.length() - ".class".length());
        try {
            return Class.forName(Lanes.class.getPackageName() + "." + name, false, Lanes.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }
}
