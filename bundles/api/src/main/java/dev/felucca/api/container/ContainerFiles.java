package dev.felucca.api.container;

import dev.felucca.api.image.CommitOptions;
import dev.felucca.api.storage.RootTree.Change;
import dev.felucca.api.storage.RootTree.FileStat;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The files of containers, running or not: copied out and in with the volumes that are mounted, and, without them, exported, compared
 * with the image and made into an image. Every path is resolved within the container's root, and nothing of the container is executed.
 * A container is named by its id, a unique prefix of it, or its name; paths are absolute, or else from the root. Thread-safe; the
 * methods block.
 *
 * <pre>{@code
 * try (Archive a = files.read("web", "/etc/nginx", null)) {
 *     a.writeTo(out); // nginx/, nginx/nginx.conf ...
 * }
 * files.write("web", "/srv", tar, false, false);
 * }</pre>
 */
@ProviderType
public interface ContainerFiles {
    /**
     * @throws dev.felucca.api.EngineException NOT_FOUND ("Could not find the file x in container y")
     */
    FileStat stat(String container, String path);

    /**
     * Opens a file or directory to be written as a tar.
     *
     * @param name with which the names in it begin; null for the path's last part
     */
    Archive read(String container, String path, @Nullable String name);

    /**
     * Unpacks a tar, plain or gzip, into a directory that is there.
     *
     * @param keepKinds a directory is not replaced by something else, nor something else by a directory (INVALID)
     * @param ownedByUser what is made belongs to the user of the container, if its configuration names one, and not to whom the archive says
     * @throws dev.felucca.api.EngineException NOT_FOUND; INVALID if it is no directory, or for a malformed archive; FORBIDDEN where the container
     *     cannot write either
     */
    void write(String container, String directory, InputStream tar, boolean keepKinds, boolean ownedByUser)
            throws IOException;

    /** All files of a container as a tar, without what is mounted in it. */
    Archive export(String container);

    /** What is other than in the container's image, sorted by path. */
    List<Change> changes(String container);

    /**
     * Makes an image of the container's changes on top of its own image.
     *
     * @param pause whether a running container is paused meanwhile
     * @return the image's id
     */
    String commit(String container, CommitOptions options, boolean pause) throws IOException;

    /** An open tree on its way out. For one thread; closing it lets it go. */
    interface Archive extends AutoCloseable {
        /** Of what is archived. */
        FileStat stat();

        void writeTo(OutputStream tar) throws IOException;

        @Override
        void close();
    }
}
