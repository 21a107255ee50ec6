package org.convnext4j.tools.completion;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.convnext4j.tools.option.WrongUsage;
import picocli.CommandLine.Model.ArgSpec;

/** What a shell can offer for an option's value or a parameter. */
final class Completable {
    /** Labels of what is text for the parser and mostly a file. */
    private static final Set<String> FILES = Set.of("MODEL", "IN");

    private Completable() {}

    /** The values that it may have; empty if they are not listed. */
    static List<String> choices(ArgSpec arg) {
        return WrongUsage.choices(arg);
    }

    /** Whether it is a file or folder. */
    static boolean isFile(ArgSpec arg) {
        Class<?> type = arg.auxiliaryTypes().length > 0 ? arg.auxiliaryTypes()[0] : arg.type();
        return type == Path.class || FILES.contains(arg.paramLabel());
    }
}
