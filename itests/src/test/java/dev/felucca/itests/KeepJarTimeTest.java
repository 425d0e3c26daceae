package dev.felucca.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** cnf/keep-jar-time: what depends on a jar is compiled again when what it sees of it has changed, and only then. */
class KeepJarTimeTest {
    private static final String CLASS =
            """
            public class Low {
                static class Part { %s }
                public String word(int n) throws java.io.IOException { %s }
                %s
            }
            """;
    private static final FileTime OLD = FileTime.fromMillis(1_700_000_000_000L);

    @TempDir
    private Path dir;

    private Path build(String part, String body, String more) throws IOException {
        Path source = Files.writeString(dir.resolve("Low.java"), CLASS.formatted(part, body, more));
        Path classes = dir.resolve("classes");
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        assertNotNull(javac);
        assertEquals(0, javac.run(null, null, null, "-d", classes.toString(), source.toString()));
        Path jar = dir.resolve("low.jar");
        try (var out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.list(classes)) {
            for (Path file : files.sorted().toList()) {
                JarEntry entry = new JarEntry(String.valueOf(file.getFileName()));
                entry.setTime(0);
                out.putNextEntry(entry);
                Files.copy(file, out);
            }
        }
        return jar;
    }

    private static boolean kept(Path jar) throws Exception {
        Process p = new ProcessBuilder("../cnf/keep-jar-time", jar.toString(), System.getProperty("felucca.asm"))
                .inheritIO()
                .start();
        assertEquals(0, p.waitFor());
        return Files.getLastModifiedTime(jar).equals(OLD);
    }

    @Test
    void aBodyKeepsTheTimeAndASignatureDoesNot() throws Exception {
        Path jar = build("", "return null;", "");
        Files.setLastModifiedTime(jar, OLD);
        assertEquals(true, kept(jar));
        build("", "return null;", "");
        assertEquals(true, kept(jar), "the same");
        build("", "Runnable r = () -> System.out.println(n); return r + \"\";", "private int secret;");
        assertEquals(true, kept(jar), "a body and a private field");
        build("int seen;", "return \"\";", "");
        assertEquals(false, kept(jar), "a field of a class in it");
    }
}
