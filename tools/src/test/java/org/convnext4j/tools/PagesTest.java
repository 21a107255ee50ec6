package org.convnext4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the pages name is there: files, headings, types, packages and words. */
class PagesTest {
    private static final Path ROOT =
            Path.of(System.getProperty("basedir", ".")).resolve("..").normalize();
    private static final List<String> MODULES = List.of("bindings", "engine", "model", "bench", "tools");

    private static final Pattern LINK = Pattern.compile("\\[[^]]*]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
    private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```$");
    private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
    private static final Pattern TYPE_NAME = Pattern.compile("[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*");
    private static final Pattern DECLARATION = Pattern.compile("\\b(?:class|record|enum|interface) ([A-Z]\\w*)");
    private static final Pattern COMMENT = Pattern.compile("(?s)/\\*.*?\\*/|//[^\n]*");
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z]+");
    private static final Pattern PART_OF_IDENTIFIER = Pattern.compile("[A-Z]?[a-z]+|[A-Z]+(?![a-z])");
    private static final Pattern TERM = Pattern.compile("(?m)^\\| (\\w+) \\|");

    private static final Pattern MAIN_SOURCE = Pattern.compile("[a-z]+/src/main/java/org/convnext4j/(.+)/[^/]+\\.java");

    private static final List<Path> SOURCES = new ArrayList<>();

    @BeforeAll
    static void findSources() throws IOException {
        SOURCES.clear();
        for (String module : MODULES) {
            Files.walkFileTree(ROOT.resolve(module), new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    return folder.endsWith("target") ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (file.toString().endsWith(".java")) {
                        SOURCES.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        }
        assertFalse(SOURCES.isEmpty(), "no sources below " + ROOT.toAbsolutePath());
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        for (Path folder : List.of(ROOT, ROOT.resolve("docs"))) {
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
            }
        }
        return pages;
    }

    private static String text(Path page) throws IOException {
        return FENCED.matcher(Files.readString(page).replace("\r\n", "\n")).replaceAll("");
    }

    @Test
    void everyLinkLeadsToAFileAndAHeading() throws IOException {
        List<String> broken = new ArrayList<>();
        int links = 0;
        for (Path page : pages()) {
            for (MatchResult link : LINK.matcher(text(page)).results().toList()) {
                String target = link.group(1);
                if (!target.matches("[a-z]+:.*")) {
                    links++;
                    fault(page, target).ifPresent(broken::add);
                }
            }
        }
        assertTrue(links > 0);
        assertEquals(List.of(), broken);
    }

    private static Optional<String> fault(Path page, String target) throws IOException {
        String[] parts = target.split("#", 2);
        Path file = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
        if (!Files.exists(file)) {
            List<Path> elsewhere = SOURCES.stream()
                    .filter(source -> source.getFileName().equals(file.getFileName()))
                    .map(ROOT::relativize)
                    .toList();
            return Optional.of(page.getFileName() + ": " + target + " does not exist"
                    + (elsewhere.isEmpty() ? "" : "; now at " + elsewhere));
        }
        if (parts.length == 2 && !anchors(file).contains(parts[1])) {
            return Optional.of(page.getFileName() + ": " + target + " has no such heading");
        }
        return Optional.empty();
    }

    /** As GitHub makes them. */
    private static Set<String> anchors(Path page) throws IOException {
        Set<String> anchors = new HashSet<>();
        for (MatchResult heading : HEADING.matcher(text(page)).results().toList()) {
            String plain = heading.group(1).toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "");
            anchors.add(plain.replace(' ', '-'));
        }
        return anchors;
    }

    @ParameterizedTest
    @ValueSource(strings = {"ARCHITECTURE.md", "CONTRIBUTING.md", "docs/glossary.md"})
    void everyTypeNamedIsDeclared(String page) throws IOException {
        Set<String> declared = new HashSet<>();
        for (Path source : SOURCES) {
            DECLARATION
                    .matcher(Files.readString(source))
                    .results()
                    .forEach(declaration -> declared.add(declaration.group(1)));
        }
        Set<String> unknown = new TreeSet<>();
        int named = 0;
        for (MatchResult code : CODE.matcher(text(ROOT.resolve(page))).results().toList()) {
            if (TYPE_NAME.matcher(code.group(1)).matches()) {
                named++;
                if (!declared.contains(code.group(1))) {
                    unknown.add(code.group(1));
                }
            }
        }
        assertTrue(named > 0);
        assertEquals(Set.of(), unknown, page);
    }

    /** A package is named as from the project's own root on: {@code model.run}, {@code engine}. */
    @Test
    void theReadmesLayoutNamesEveryPackage() throws IOException {
        String readme = text(ROOT.resolve("README.md"));
        String layout = readme.substring(readme.indexOf("## How it is laid out"), readme.indexOf("## Working on it"));
        Set<String> named = new HashSet<>();
        CODE.matcher(layout).results().forEach(code -> named.add(code.group(1)));
        Set<String> missing = new TreeSet<>();
        for (Path source : SOURCES) {
            Matcher path =
                    MAIN_SOURCE.matcher(ROOT.relativize(source).toString().replace('\\', '/'));
            if (path.matches() && !named.contains(path.group(1).replace('/', '.'))) {
                missing.add(path.group(1).replace('/', '.'));
            }
        }
        assertEquals(Set.of(), missing, "packages that the README's layout table does not name");
    }

    @Test
    void everyWordOfTheGlossaryIsOneOfTheCode() throws IOException {
        Set<String> words = new HashSet<>();
        for (Path source : SOURCES) {
            if (source.toString().contains("main")) {
                String code = COMMENT.matcher(Files.readString(source)).replaceAll("");
                for (MatchResult identifier : IDENTIFIER.matcher(code).results().toList()) {
                    PART_OF_IDENTIFIER
                            .matcher(identifier.group())
                            .results()
                            .forEach(part -> words.add(part.group().toLowerCase(Locale.ROOT)));
                }
            }
        }
        Set<String> unused = new TreeSet<>();
        for (MatchResult term :
                TERM.matcher(text(ROOT.resolve("docs/glossary.md"))).results().toList()) {
            String word = term.group(1);
            if (!word.equals("word") && !words.contains(word) && !words.contains(word + "s")) {
                unused.add(word);
            }
        }
        assertEquals(Set.of(), unused);
        assertTrue(words.size() > 100);
    }
}
