package org.convnext4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.convnext4j.bindings.OpenBlasLibrary;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.ConvNeXt;
import org.junit.jupiter.api.Test;

/** The Java of the release archive has every module that this project's classes ask for. */
class DistModulesTest {
    /** What no class names: jars from elsewhere use the first two, and Java finds the last by its name. */
    private static final Set<String> UNNAMED = Set.of("java.logging", "jdk.unsupported", "jdk.zipfs");

    @Test
    void theModulesAreThoseThatTheClassesUse() throws Exception {
        // Tests run in the module's folder.
        Matcher listed = Pattern.compile("<dist.modules>(.*)</dist.modules>")
                .matcher(Files.readString(Path.of("").toAbsolutePath().resolve("dist/pom.xml")));
        assertTrue(listed.find());
        Set<String> used = new TreeSet<>(used());
        used.addAll(UNNAMED);
        assertEquals(used, new TreeSet<>(List.of(listed.group(1).split(",", -1))));
    }

    private static Set<String> used() throws Exception {
        List<String> arguments = new ArrayList<>(List.of("--multi-release", "25", "--ignore-missing-deps", "-summary"));
        List<String> own = new ArrayList<>();
        for (Class<?> type : List.of(OpenBlasLibrary.class, Engine.class, ConvNeXt.class, Main.class)) {
            own.add(Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString());
        }
        // What is a module says which others it requires, and jdeps wants to see them. OpenBLAS has no classes.
        List<String> others = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> entry.endsWith(".jar") && !own.contains(entry) && !entry.contains("openblas"))
                .toList();
        arguments.addAll(List.of("--module-path", String.join(File.pathSeparator, others)));
        arguments.addAll(own);
        StringWriter out = new StringWriter();
        PrintWriter writer = new PrintWriter(out);
        ToolProvider jdeps = ToolProvider.findFirst("jdeps").orElseThrow();
        assertEquals(0, jdeps.run(writer, writer, arguments.toArray(String[]::new)), out.toString());
        return Set.copyOf(Stream.of(out.toString().split("\\R", -1))
                .map(line -> line.replaceFirst("^.* -> ", ""))
                .filter(name -> name.matches("(java|jdk)\\.[a-z.]+"))
                .toList());
    }
}
