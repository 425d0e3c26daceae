package dev.felucca.shell.command;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerFiles.Archive;
import dev.felucca.api.storage.MountSpec;
import dev.felucca.api.storage.RootTree;
import dev.felucca.api.storage.RootTree.FileStat;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** {@code cp}: as docker's, a directory that is there takes the source into it, and what is not there becomes the copy. */
final class CopyCommand {
    private static final int PIPE = 1 << 20;
    private static final int TYPE = 0170000;
    private static final int DIRECTORY = 0040000;
    private static final RootTree.Unpacking KEEP_KINDS = new RootTree.Unpacking(true, null);

    private final Call call;

    private CopyCommand(Call call) {
        this.call = call;
    }

    /** A place: in a container, or on this host if that is null. */
    private record Place(@Nullable String container, String path) {
        static Place of(String text) {
            int colon = text.indexOf(':');
            return colon <= 0 || text.startsWith("/") || text.startsWith(".")
                    ? new Place(null, text)
                    : new Place(text.substring(0, colon), text.substring(colon + 1));
        }
    }

    static void copy(Call call) throws IOException {
        Place from = Place.of(call.arguments().operand(0));
        Place to = Place.of(call.arguments().operand(1));
        CopyCommand copy = new CopyCommand(call);
        if (from.container != null && to.container != null)
            throw EngineException.unsupported("not supported: copying between containers; copy to this host first");
        if (from.container != null) copy.out(from.container, from.path, to.path);
        else if (to.container != null) copy.in(from.path, to.container, to.path);
        else
            throw EngineException.invalid(
                    "must specify at least one container source: give one place as CONTAINER:PATH");
    }

    private void out(String container, String path, String destination) throws IOException {
        String source = path;
        FileStat stat = call.engine().files().stat(container, path);
        if (call.arguments().flag("follow-link") && !stat.link().isEmpty()) source = stat.link();
        if (destination.equals("-")) {
            try (Archive a = call.engine().files().read(container, source, null)) {
                ArchiveCommands.toStandardOutput(call, a::writeTo);
            }
            return;
        }
        FileStat what = source.equals(path) ? stat : call.engine().files().stat(container, source);
        boolean directory = (what.mode() & TYPE) == DIRECTORY;
        Path to = call.path(destination);
        if (!Files.isDirectory(to) && directory && Files.exists(to))
            throw EngineException.invalid("cannot copy directory " + path + " to the file " + to);
        if (Files.isDirectory(to)) {
            unpack(container, source, path.endsWith("/.") ? null : stat.name(), to);
            return;
        }
        if (!directory && destination.endsWith("/"))
            throw EngineException.notFound(to + ": there is no such directory to copy into");
        Path parent = to.getParent();
        if (parent == null || !Files.isDirectory(parent))
            throw EngineException.notFound("cannot write " + to + ": there is no such directory");
        unpack(container, source, String.valueOf(to.getFileName()), parent);
    }

    private void unpack(String container, String source, @Nullable String name, Path into) throws IOException {
        try (Archive a = call.engine().files().read(container, source, name);
                RootTree here = call.engine()
                        .trees()
                        .of(List.of(MountSpec.bind(into.toRealPath().toString(), false)), List.of(), false)) {
            piped(a::writeTo, in -> here.unpack("/", in, KEEP_KINDS));
        }
    }

    private void in(String source, String container, String path) throws IOException {
        boolean own = call.arguments().flag("archive");
        if (source.equals("-")) {
            if (call.terminal().stdinIsTty())
                throw EngineException.invalid("the archive is read from standard input, and that is a terminal");
            call.engine().files().write(container, path, call.terminal().stdin(), true, own);
            return;
        }
        Path from = call.path(source);
        boolean content = source.endsWith("/.");
        String name = String.valueOf(from.getFileName());
        if (content || call.arguments().flag("follow-link")) from = from.toRealPath();
        if (!Files.exists(from, LinkOption.NOFOLLOW_LINKS))
            throw EngineException.notFound(from + ": no such file or directory");
        boolean directory = Files.isDirectory(from, LinkOption.NOFOLLOW_LINKS);
        String into = path;
        String as = content ? "." : name;
        if (!isDirectory(container, path)) {
            boolean there = exists(container, path);
            if (there && directory)
                throw EngineException.invalid("cannot copy directory " + from + " to the file " + path);
            if (!there && !directory && path.endsWith("/"))
                throw EngineException.notFound(path + ": there is no such directory in the container");
            Path target = Path.of("/" + path).normalize();
            Path parent = target.getParent();
            into = parent == null ? "/" : parent.toString();
            as = String.valueOf(target.getFileName());
        }
        Path parent = from.toRealPath(LinkOption.NOFOLLOW_LINKS).getParent();
        if (parent == null) throw EngineException.unsupported("not supported: copying all of this host");
        String entry = "/" + from.getFileName() + (content ? "/." : "");
        String target = into;
        String named = as;
        try (RootTree here =
                call.engine().trees().of(List.of(MountSpec.bind(parent.toString(), false)), List.of(), false)) {
            piped(
                    out -> here.pack(entry, named, out),
                    in -> call.engine().files().write(container, target, in, true, own));
        }
    }

    private boolean isDirectory(String container, String path) {
        return exists(container, path.endsWith("/") ? path : path + "/");
    }

    private boolean exists(String container, String path) {
        try {
            call.engine().files().stat(container, path);
            return true;
        } catch (EngineException e) {
            boolean absent =
                    e.kind() == EngineException.Kind.NOT_FOUND && e.message().startsWith("Could not find");
            if (absent || e.kind() == EngineException.Kind.INVALID) return false;
            throw e;
        }
    }

    private interface Reading {
        void from(java.io.InputStream in) throws IOException;
    }

    /** Packs on another thread what is unpacked here. */
    private static void piped(ArchiveCommands.Writing writing, Reading reading) throws IOException {
        try (PipedInputStream in = new PipedInputStream(PIPE)) {
            PipedOutputStream out = new PipedOutputStream(in);
            CompletableFuture<Void> packed = CompletableFuture.runAsync(
                    () -> {
                        try (out) {
                            writing.to(out);
                        } catch (IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    },
                    work -> {
                        Thread t = new Thread(work, "felucca-cp");
                        t.setDaemon(true);
                        t.start();
                    });
            RuntimeException failure = null;
            try {
                reading.from(in);
            } catch (RuntimeException e) {
                failure = e;
                in.close(); // or the other would wait for ever
            }
            try {
                packed.join();
            } catch (java.util.concurrent.CompletionException e) {
                RuntimeException packing = Call.unwrapped(e);
                // an archive that ends early is what the reader saw of it, and one that nobody reads fails too
                if (failure == null || packing instanceof EngineException) throw packing;
            }
            if (failure != null) throw failure;
        }
    }
}
