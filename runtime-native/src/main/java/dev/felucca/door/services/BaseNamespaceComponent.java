package dev.felucca.door.services;

import dev.felucca.door.BaseNamespace;
import dev.felucca.door.Fd;
import dev.felucca.door.MountInfo;
import dev.felucca.door.Mounts;
import dev.felucca.door.NamespaceType;
import dev.felucca.door.Namespaces;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** Makes the base namespace as a copy of the engine's, less what an earlier engine left mounted below the roots. */
@Component(service = BaseNamespace.class, immediate = true)
public final class BaseNamespaceComponent implements BaseNamespace {
    private final Fd fd;

    @Activate
    public BaseNamespaceComponent(BundleContext context) {
        this(RootPaths.of(context).both());
    }

    BaseNamespaceComponent(List<Path> roots) {
        fd = Namespaces.inThread("felucca-base", () -> {
            Namespaces.unshare(Namespaces.CLONE_FS | NamespaceType.MOUNT.flag());
            // A slave where the host shares its mounts; where it does not, this leaves them private.
            Mounts.mount(null, "/", null, Mounts.MS_REC | Mounts.MS_SLAVE, null);
            pruneHere(roots);
            return Namespaces.own(NamespaceType.MOUNT).describedAs("base mount namespace");
        });
    }

    @Override
    public Fd fd() {
        return fd;
    }

    @Override
    public void prune(List<Path> roots) {
        Namespaces.inside(Map.of(NamespaceType.MOUNT, fd), () -> {
            pruneHere(roots);
            return true;
        });
    }

    private static void pruneHere(List<Path> roots) {
        for (Path root : roots) {
            String directory = RootPaths.real(root).toString();
            List<MountInfo> all = MountInfo.list();
            for (int i = all.size() - 1; i >= 0; i--) {
                MountInfo m = all.get(i);
                // Later mounts first, so that each is on top when its turn comes.
                if (m.isBelow(directory) || (m.mountPoint().equals(directory) && m.isSelfBind(all))) {
                    Mounts.umount2(m.mountPoint(), Mounts.MNT_DETACH | Mounts.UMOUNT_NOFOLLOW);
                }
            }
        }
    }

    @Deactivate
    void close() {
        fd.close();
    }
}
