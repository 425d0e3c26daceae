package dev.felucca.shell.command;

import dev.felucca.api.EngineException;
import dev.felucca.api.image.ImportOptions;
import dev.felucca.api.image.Progress;
import dev.felucca.shell.options.Arguments;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** Images from and to files and streams. */
final class ArchiveCommands {
    private ArchiveCommands() {}

    static void load(Call call) throws IOException {
        Arguments a = call.arguments();
        Progress progress = ProgressLines.on(call.terminal(), a.flag("quiet"));
        String input = a.value("input");
        List<String> lines;
        if (input == null) {
            if (call.terminal().stdinIsTty())
                throw EngineException.invalid(
                        "the archive is read from standard input, and that is a terminal; use -i FILE");
            lines = call.engine().images().load(call.terminal().stdin(), progress);
        } else {
            lines = call.engine().images().load(existing(call.path(input)), progress);
        }
        ProgressLines.finish(progress);
        lines.forEach(call.out()::println);
    }

    private static Path existing(Path file) {
        if (!Files.exists(file)) throw EngineException.notFound(file + ": no such file or directory");
        return file;
    }

    static void importRootfs(Call call) throws IOException {
        Arguments a = call.arguments();
        Progress progress = ProgressLines.on(call.terminal(), a.flag("quiet"));
        var options = new ImportOptions(
                a.operands().size() > 1 ? a.operand(1) : null, a.value("message", ""), a.list("change"));
        String source = a.operand(0);
        if (source.matches("(?i)https?://.*"))
            throw EngineException.unsupported("not supported: import from a URL; give a file, or - for standard input");
        if (source.equals("-") && call.terminal().stdinIsTty())
            throw EngineException.invalid(
                    "the archive is read from standard input, and that is a terminal; give a FILE");
        try (InputStream in =
                source.equals("-") ? call.terminal().stdin() : Files.newInputStream(existing(call.path(source)))) {
            String id =
                    call.engine().images().importRootfs(in, options, progress).id();
            ProgressLines.finish(progress);
            call.out().println(id);
        }
    }

    static void save(Call call) throws IOException {
        write(call, "Saving", out -> call.engine()
                .images()
                .save(call.arguments().operands(), out));
    }

    /** Writes an archive, and does not close the stream. */
    interface Writing {
        void to(OutputStream out) throws IOException;
    }

    /** Writes an archive to the file of {@code --output}, or to standard output. */
    static void write(Call call, String doing, Writing writing) throws IOException {
        String output = call.arguments().value("output");
        if (output == null) {
            toStandardOutput(call, writing);
            return;
        }
        Path file = call.path(output);
        Path directory = file.getParent();
        if (directory == null || !Files.isDirectory(directory))
            throw EngineException.notFound("cannot write " + file + ": there is no such directory");
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            // a pipe or a device cannot be replaced
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 64 << 10)) {
                writing.to(out);
            }
            return;
        }
        // whole or not at all
        Path part = Files.createTempFile(directory, "." + file.getFileName(), ".part");
        try {
            Progress progress = ProgressLines.on(call.terminal(), false);
            try (OutputStream out = new Counted(Files.newOutputStream(part), file, doing, progress)) {
                writing.to(out);
            }
            ProgressLines.finish(progress);
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    static void toStandardOutput(Call call, Writing writing) throws IOException {
        if (call.terminal().stdoutIsTty())
            throw EngineException.invalid(
                    "an archive is not written to a terminal; use -o FILE, or redirect standard output");
        OutputStream out = new BufferedOutputStream(new Checked(call.out()), 64 << 10);
        writing.to(out);
        out.flush();
    }

    /** Tells how much of a file is written. */
    private static final class Counted extends BufferedOutputStream {
        private final String name;
        private final String doing;
        private final Progress progress;
        private long written;

        Counted(OutputStream out, Path file, String doing, Progress progress) {
            super(out, 64 << 10);
            this.doing = doing;
            this.name = String.valueOf(file.getFileName());
            this.progress = progress;
        }

        @Override
        public synchronized void write(byte[] b, int offset, int length) throws IOException {
            super.write(b, offset, length);
            written += length;
            // how large it becomes is known at the end only
            progress.report(name, doing, written, -1);
        }
    }

    /** A print stream hides that its reader is gone; whoever writes an archive must hear it. */
    private static final class Checked extends OutputStream {
        private final PrintStream out;

        Checked(PrintStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] b, int offset, int length) throws IOException {
            out.write(b, offset, length);
            if (out.checkError()) throw new IOException("the reader of the archive is gone");
        }
    }
}
