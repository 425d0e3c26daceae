package dev.felucca.exec.shim;

import dev.felucca.api.exec.CreateRequest;
import dev.felucca.api.exec.LogTarget;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Fd;
import dev.felucca.door.shim.ShimContainer;
import dev.felucca.door.shim.ShimLink;
import dev.felucca.door.shim.ShimProcess;
import java.util.Optional;

/** Gives a container's init to its shim, with the directories that the shim works in. */
final class Holder {
    private final ShimDirectories directories;

    Holder(ShimDirectories directories) {
        this.directories = directories;
    }

    ShimProcess hold(CreateRequest r, ShimContainer container, ShimContainer.Arrival init) {
        LogTarget log = r.log();
        try (var s = r.trace().step("shim: hold");
                Fd directory = directories.open(r.containerId());
                Fd logs = log == null
                        ? Fd.CWD
                        : Descriptors.open(
                                log.file().resolveSibling(".").toString(),
                                Descriptors.O_RDONLY | Descriptors.O_DIRECTORY)) {
            Optional<ShimLink.Log> target = log == null
                    ? Optional.empty()
                    : Optional.of(new ShimLink.Log(
                            logs, String.valueOf(log.file().getFileName()), log.maxSize(), log.maxFiles()));
            return container.holdInit(init, directory, target);
        }
    }
}
