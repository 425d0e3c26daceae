package dev.felucca.itests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * The directories of one engine under test, below a temporary one.
 *
 * @param base holds both, and what else a test needs on disk
 */
record Roots(Path base, Path data, Path run) {
    /** System property: which pass of the tests this is; empty for the plain one. */
    static final String PASS = System.getProperty("felucca.it.pass", "");

    private static final int LONG = 200;

    static Roots make(String name) {
        try {
            Path base = Files.createTempDirectory("felucca-it-" + name + "-");
            Path run = base.resolve("run");
            if (PASS.equals("long-run-root")) {
                run = base.resolve("r".repeat(LONG - base.toString().length() - 1));
            }
            return new Roots(base, base.resolve("data"), run);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes all of it; what is mounted below makes that fail. */
    void delete() throws IOException {
        Files.walkFileTree(base, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes a) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, @org.jspecify.annotations.Nullable IOException e)
                    throws IOException {
                if (e != null) {
                    throw e;
                }
                Files.delete(dir);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
