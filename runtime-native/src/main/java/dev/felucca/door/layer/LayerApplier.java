package dev.felucca.door.layer;

import static dev.felucca.door.Descriptors.O_CREAT;
import static dev.felucca.door.Descriptors.O_DIRECTORY;
import static dev.felucca.door.Descriptors.O_EXCL;
import static dev.felucca.door.Descriptors.O_NOFOLLOW;
import static dev.felucca.door.Descriptors.O_RDONLY;
import static dev.felucca.door.Descriptors.O_WRONLY;

import dev.felucca.api.EngineException;
import dev.felucca.api.storage.LayerSource;
import dev.felucca.api.storage.RootTree.Unpacking;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Errno;
import dev.felucca.door.Fd;
import dev.felucca.door.Nodes;
import dev.felucca.door.Stat;
import dev.felucca.door.internal.Sys;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks a layer (OCI image spec, layer.md) into a directory. The layer may hold anything: no entry, whatever its name,
 * its link target or the links that it made before, has an effect outside the directory. A later entry replaces an earlier
 * one of the same name; a directory onto a directory is merged. Whiteouts concern only what lies below this layer, wherever
 * in the archive they stand. Modes and times of directories are set at the end.
 *
 * <p>Refused as INVALID, with the entry's name: absolute paths and {@code ..}, hard links to what is not there, character
 * devices 0:0 (overlayfs's whiteouts), attributes of overlayfs, unknown types, wrong header checksums, truncation. A label
 * of SELinux is left out. The stream is read to its end, so that a digest is checked. After a failure the directory holds
 * what was unpacked so far; the caller removes it.
 *
 * <p>The calling thread makes the files, a second one reads ahead.
 */
public final class LayerApplier implements AutoCloseable {

    /** What an unpacked layer amounts to. */
    public record Result(long entries, long bytes) {}

    private final Fd target;
    private final Whiteouts form;
    private final LowerLayers below;
    private final Parents parents;
    private final FileWriter writer = new FileWriter();
    private final Map<List<String>, LayerEntry> directories = new HashMap<>();
    /** PLAIN: what this layer brought, with the directories on the way; whiteouts spare it. */
    private final Set<List<String>> brought = new HashSet<>();

    /** Where in the target the archive's root is. */
    private final List<String> prefix;
    /** How to unpack files that are no layer; null for a layer. */
    private final @Nullable Unpacking files;

    private long entries;

    private LayerApplier(Fd target, Whiteouts form, List<Fd> below, List<String> prefix, @Nullable Unpacking files) {
        this.target = target;
        this.form = form;
        this.prefix = List.copyOf(prefix);
        this.files = files;
        this.below = new LowerLayers(below, form);
        this.parents = new Parents(target, this::implied);
    }

    /**
     * @param target the directory; for PLAIN with the layers below already in it, else empty
     * @param below but for PLAIN the directories of the layers below, topmost first: a directory that the archive leaves out
     *     gets the attributes that it has there, and a hard link may lead there. Empty for PLAIN.
     */
    public static Result apply(LayerSource source, Fd target, Whiteouts form, List<Fd> below) {
        try (LayerApplier a = new LayerApplier(target, form, below, List.of(), null);
                LayerReader reader = new LayerReader(new ReadAhead(source.open()))) {
            return a.run(reader);
        } catch (IOException e) {
            String why = e.getMessage() == null ? e.toString() : e.getMessage();
            throw new EngineException(EngineException.Kind.INVALID, "the layer cannot be unpacked: " + why, e);
        }
    }

    /**
     * Unpacks files that are no layer: names of whiteouts mean nothing, and what is there and not in the archive stays as it is.
     *
     * @param root within which links are resolved
     * @param directory in it, without links: the parts of its path
     */
    public static void unpack(InputStream tar, Fd root, List<String> directory, Unpacking how) {
        try (LayerApplier a = new LayerApplier(root, Whiteouts.PLAIN, List.of(), directory, how);
                LayerReader reader = new LayerReader(tar)) {
            a.run(reader);
        } catch (IOException e) {
            String why = e.getMessage() == null ? e.toString() : e.getMessage();
            throw new EngineException(EngineException.Kind.INVALID, "the archive cannot be unpacked: " + why, e);
        }
    }

    private EntryPath within(EntryPath path) {
        if (prefix.isEmpty()) {
            return path;
        }
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(path.parts());
        return new EntryPath(whole);
    }

    private Result run(LayerReader reader) throws IOException {
        LayerEntry e;
        while ((e = reader.next()) != null) {
            entries++;
            var owner = files == null ? null : files.owner();
            entry(reader, owner == null ? e : e.ownedBy(owner.uid(), owner.gid()));
        }
        reader.drain();
        if (form == Whiteouts.AUFS) {
            // While it is made, a layer has overlayfs's marks: under the names that they hide, so none is overlooked.
            AufsWhiteouts.convert(target);
        }
        finishDirectories();
        return new Result(entries, writer.written());
    }

    private void entry(LayerReader reader, LayerEntry e) throws IOException {
        String what = "entry \"" + e.name() + "\"";
        EntryPath named = EntryPath.of(e.name(), what);
        EntryPath path = within(named);
        if (named.isRoot()) {
            if (files != null) {
                return; // the directory is there, and stays as it is
            }
            if (e.kind() != LayerEntry.Kind.DIRECTORY) {
                throw EngineException.invalid(what + " would replace the layer's root");
            }
            directories.put(List.of(), e);
            return;
        }
        if (files == null && hides(path, what)) {
            return;
        }
        Fd dir = parents.of(path.parents(), what);
        if (files != null && files.keepKinds()) {
            requireKind(dir, path, e);
        }
        remember(path.parts());
        switch (e.kind()) {
            case DIRECTORY -> {
                makeDirectory(dir, path.last());
                directories.put(path.parts(), e);
            }
            case FILE -> file(reader, e, dir, path);
            case SYMLINK -> {
                if (e.link().isEmpty()) {
                    throw EngineException.invalid(what + " is a symbolic link without a target");
                }
                clearWay(dir, path);
                Nodes.symlinkat(e.link(), dir, path.last());
                Attributes.node(dir, path.last(), e);
            }
            case HARD_LINK -> hardLink(e, dir, path, what);
            case CHARACTER, BLOCK, FIFO -> {
                if (e.kind() == LayerEntry.Kind.CHARACTER && e.rdev() == 0) {
                    throw EngineException.invalid(
                            what + " is a character device 0:0, which means deleted to overlayfs");
                }
                clearWay(dir, path);
                Nodes.mknodat(
                        dir, path.last(), e.kind().type() | e.mode(), e.kind() == LayerEntry.Kind.FIFO ? 0 : e.rdev());
                Attributes.node(dir, path.last(), e);
            }
        }
    }

    /** Whether the entry is not there for itself: a whiteout, or in aufs's own directories. */
    private boolean hides(EntryPath path, String what) {
        for (String part : path.parents()) {
            if (part.startsWith(Whiteouts.PREFIX)) {
                if (part.startsWith(Whiteouts.META)) {
                    return true;
                }
                throw EngineException.invalid(what + " lies below a whiteout");
            }
        }
        if (path.last().startsWith(Whiteouts.PREFIX)) {
            whiteout(path, what);
            return true;
        }
        return false;
    }

    private static void requireKind(Fd dir, EntryPath path, LayerEntry e) {
        boolean directory = e.kind() == LayerEntry.Kind.DIRECTORY;
        Stats.find(dir, path.last()).ifPresent(there -> {
            if (there.isDirectory() && !directory) {
                throw EngineException.invalid(
                        "cannot overwrite directory \"/" + path.text() + "\" with non-directory \"" + e.name() + "\"");
            }
            if (!there.isDirectory() && directory) {
                throw EngineException.invalid(
                        "cannot overwrite non-directory \"/" + path.text() + "\" with directory \"" + e.name() + "\"");
            }
        });
    }

    private void file(LayerReader reader, LayerEntry e, Fd dir, EntryPath path) throws IOException {
        int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
        long r = Calls.open(dir, path.last(), flags, e.mode() & 0777);
        if (r == -Errno.EEXIST) {
            clearWay(dir, path);
            r = Calls.open(dir, path.last(), flags, e.mode() & 0777);
        }
        Sys.check("openat", dir, path.last(), r);
        try (Fd file = Fd.own((int) r, Sys.describe(dir, path.last()))) {
            writer.write(reader, e, file);
            Attributes.newFile(file, e, form == Whiteouts.PLAIN);
        }
    }

    private void hardLink(LayerEntry e, Fd dir, EntryPath path, String what) {
        EntryPath link = EntryPath.of(e.link(), "the target \"" + e.link() + "\" of hard link \"" + e.name() + "\"");
        EntryPath to = within(link);
        if (link.isRoot() || to.parts().equals(path.parts())) {
            throw EngineException.invalid(what + " is a hard link to itself or to the root");
        }
        try (Fd toDir = openInRoot(to.parents(), what, e.link())) {
            Optional<Stat> st = Stats.find(toDir, to.last());
            if (st.isEmpty() && below.copyUp(to, toDir)) {
                st = Stats.find(toDir, to.last());
            }
            if (st.isEmpty() || Whiteouts.isWhiteout(st.get()) || st.get().isDirectory()) {
                throw EngineException.invalid(what + " is a hard link to \"" + e.link()
                        + "\", which is no file of this layer or those below");
            }
            clearWay(dir, path);
            Nodes.linkat(toDir, to.last(), dir, path.last(), 0);
        }
    }

    /** The directory of a link's target; made as a way to a file of a lower layer if that has it. */
    private Fd openInRoot(List<String> path, String what, String link) {
        String text = path.isEmpty() ? "." : String.join("/", path);
        try {
            return Descriptors.openat2(target, text, Descriptors.O_PATH | O_DIRECTORY, 0, Descriptors.RESOLVE_IN_ROOT);
        } catch (dev.felucca.api.KernelException e) {
            if (e.errno() == Errno.ENOENT && below.isDirectory(path)) {
                // A second cache, so that the descriptor of the link's own directory stays open.
                try (Parents way = new Parents(target, this::implied)) {
                    return way.of(path, what).dup();
                }
            }
            throw new EngineException(
                    EngineException.Kind.INVALID,
                    what + " is a hard link to \"" + link + "\", whose directory is not in the layer",
                    e);
        }
    }

    /** Removes what an earlier entry, or for PLAIN a lower layer, has at this name. */
    private void clearWay(Fd dir, EntryPath path) {
        if (Stats.find(dir, path.last()).isPresent()) {
            parents.forget(path.parts());
            TreeRemove.remove(dir, path.last());
            directories
                    .keySet()
                    .removeIf(d -> d.size() >= path.parts().size()
                            && d.subList(0, path.parts().size()).equals(path.parts()));
        }
    }

    private void makeDirectory(Fd dir, String name) {
        long r = Calls.mkdir(dir, name, 0700);
        if (r != -Errno.EEXIST) {
            Sys.check("mkdirat", dir, name, r);
            return;
        }
        Stat st = Stat.of(dir, name, Nodes.AT_SYMLINK_NOFOLLOW);
        if (st.isDirectory()) {
            return;
        }
        Nodes.unlinkat(dir, name, 0);
        Nodes.mkdirat(dir, name, 0700);
        if (form.single() && Whiteouts.isWhiteout(st)) {
            // Deleted and made anew: nothing of the lower directory may shine through.
            try (Fd made = Descriptors.openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0)) {
                Whiteouts.makeOpaque(made);
            }
        }
    }

    /** A directory on the way to an entry that the archive does not have itself. */
    private void implied(Fd dir, String name, List<String> path) {
        makeDirectory(dir, name);
        List<String> key = List.copyOf(path);
        directories.putIfAbsent(key, below.directory(key));
    }

    private void remember(List<String> path) {
        if (form == Whiteouts.PLAIN && files == null) {
            for (int n = path.size(); n > 0 && brought.add(List.copyOf(path.subList(0, n))); n--) {
                // up to a directory that is known
            }
        }
    }

    private void whiteout(EntryPath path, String what) {
        if (path.last().equals(Whiteouts.OPAQUE)) {
            opaque(path.parents(), what);
            return;
        }
        if (path.last().startsWith(Whiteouts.META)) {
            return;
        }
        String name = path.last().substring(Whiteouts.PREFIX.length());
        if (name.isEmpty() || ".".equals(name) || "..".equals(name)) {
            throw EngineException.invalid(what + " is a whiteout of \"" + name + "\"");
        }
        Fd dir = parents.of(path.parents(), what);
        List<String> whole = new ArrayList<>(path.parents());
        whole.add(name);
        Optional<Stat> st = Stats.find(dir, name);
        if (form.single()) {
            if (st.isEmpty()) {
                Whiteouts.make(dir, name);
            } else if (st.get().isDirectory()) {
                opaque(whole, what);
            }
        } else if (st.isPresent() && !brought.contains(whole)) {
            parents.forget(whole);
            TreeRemove.remove(dir, name);
        } else if (st.isPresent() && st.get().isDirectory()) {
            opaque(whole, what);
        }
    }

    /** Hides all that the layers below have in a directory. */
    private void opaque(List<String> path, String what) {
        Fd dir = parents.of(path, what);
        if (form.single()) {
            Whiteouts.makeOpaque(dir);
            return;
        }
        remember(path);
        try (Fd readable = Descriptors.openat(dir, ".", O_RDONLY | O_DIRECTORY, 0)) {
            spare(readable, new ArrayList<>(path));
        }
    }

    private void spare(Fd dir, List<String> path) {
        for (Directories.Entry e : Directories.list(dir)) {
            path.add(e.name());
            if (!brought.contains(path)) {
                TreeRemove.remove(dir, e.name());
            } else if (Stat.of(dir, e.name(), Nodes.AT_SYMLINK_NOFOLLOW).isDirectory()) {
                try (Fd child = Descriptors.openat(dir, e.name(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0)) {
                    spare(child, path);
                }
            }
            path.remove(path.size() - 1);
        }
    }

    private void finishDirectories() {
        List<Map.Entry<List<String>, LayerEntry>> all = new ArrayList<>(directories.entrySet());
        all.sort((a, b) -> comparePaths(a.getKey(), b.getKey()));
        for (Map.Entry<List<String>, LayerEntry> d : all) {
            Attributes.directory(
                    parents.of(d.getKey(), "directory \"" + String.join("/", d.getKey()) + "\""), d.getValue());
        }
    }

    private static int comparePaths(List<String> a, List<String> b) {
        for (int i = 0; i < a.size() && i < b.size(); i++) {
            int c = a.get(i).compareTo(b.get(i));
            if (c != 0) {
                return c;
            }
        }
        return Integer.compare(a.size(), b.size());
    }

    @Override
    public void close() {
        parents.close();
    }
}
