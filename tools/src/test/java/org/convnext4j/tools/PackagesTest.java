package org.convnext4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.convnext4j.bindings.OpenBlasLibrary;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.ConvNeXt;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The rooms of the house: no package uses another that uses it in turn, modules use each other in one direction alone, and
 * the Vector API stays where it is.
 */
final class PackagesTest {
    private static final String ROOT = "org.convnext4j.";

    /** What the packages of a module may use of the others; bench and tools are used by nobody. */
    private static final Map<String, Set<String>> MODULES = Map.of(
            "bindings", Set.of(),
            "engine", Set.of("bindings"),
            "model", Set.of("engine", "bindings"),
            "bench", Set.of("model", "engine", "bindings"),
            "tools", Set.of("model", "engine", "bindings"));

    /** Those that are left of former days. The list may become shorter; nothing is added to it. */
    private static final Set<Set<String>> LEFT =
            Set.of(Set.of("org.convnext4j.model", "org.convnext4j.model.hub", "org.convnext4j.model.weights"));

    /** Where {@code jdk.incubator.vector} may be used. */
    private static final Set<String> VECTOR = Set.of("org.convnext4j.engine.vector");

    private static PackageGraph graph;

    @BeforeAll
    static void read() throws IOException, URISyntaxException {
        graph = new PackageGraph();
        for (Class<?> module : List.of(OpenBlasLibrary.class, Engine.class, ConvNeXt.class, Main.class)) {
            graph.addAll(Path.of(
                    module.getProtectionDomain().getCodeSource().getLocation().toURI()));
        }
        // Nobody depends on the benchmarks, so they are on no class path; Maven compiles them before this module.
        Path bench = Path.of(System.getProperty("basedir", "."), "../bench/target/classes");
        if (Files.isDirectory(bench)) {
            graph.addAll(bench);
        }
    }

    @Test
    void cycles() {
        assertEquals(LEFT, graph.cycles(), () -> why(graph.cycles()));
    }

    @Test
    void directionOfModules() {
        List<String> wrong = new ArrayList<>();
        for (String name : graph.packages()) {
            Set<String> allowed = MODULES.get(module(name));
            assertTrue(allowed != null, name + " belongs to no module");
            graph.usedBy(name).forEach((other, why) -> {
                if (other.startsWith(ROOT) && !module(other).equals(module(name)) && !allowed.contains(module(other))) {
                    wrong.add(why);
                }
            });
        }
        assertEquals(List.of(), wrong);
    }

    @Test
    void vectorApiStaysInItsPackage() {
        Map<String, String> users = new TreeMap<>();
        for (String name : graph.packages()) {
            String why = graph.usedBy(name).get("jdk.incubator.vector");
            if (why != null) {
                users.put(name, why);
            }
        }
        assertEquals(VECTOR, users.keySet(), users::toString);
    }

    /** Without it a mistake in reading class files would make the others content with nothing. */
    @Test
    void usesAreSeen() {
        assertTrue(graph.packages()
                .containsAll(Set.of("org.convnext4j.bindings", "org.convnext4j.engine", "org.convnext4j.model.train")));
        // By calls, and by a superclass.
        assertTrue(graph.usedBy("org.convnext4j.tools.picture").containsKey("org.convnext4j.tools.output"));
        assertTrue(graph.usedBy("org.convnext4j.model.hub").containsKey("org.convnext4j.model.failure"));
        assertTrue(graph.usedBy("org.convnext4j.engine").containsKey("org.convnext4j.bindings"));
    }

    private static String module(String name) {
        return name.substring(ROOT.length()).split("\\.", 2)[0];
    }

    private static String why(Set<Set<String>> cycles) {
        Set<String> lines = new TreeSet<>();
        for (Set<String> cycle : cycles) {
            for (String name : cycle) {
                graph.usedBy(name).forEach((other, why) -> {
                    if (cycle.contains(other)) {
                        lines.add(name + ": " + why);
                    }
                });
            }
        }
        return String.join("\n", lines) + "\n";
    }
}
