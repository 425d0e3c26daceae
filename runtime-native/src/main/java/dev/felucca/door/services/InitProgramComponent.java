package dev.felucca.door.services;

import dev.felucca.api.EngineException;
import dev.felucca.api.EngineRoots;
import dev.felucca.api.exec.InitProgram;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** docker-init of this bundle, laid out in the data root at the first use: a run root may be mounted noexec. */
@Component(service = InitProgram.class)
public final class InitProgramComponent implements InitProgram {
    private final Path file;
    private boolean written;

    @Activate
    public InitProgramComponent(@Reference EngineRoots roots) {
        file = roots.dataRoot().resolve("docker-init");
    }

    @Override
    public synchronized Path path() {
        if (!written) {
            write();
            written = true;
        }
        return file;
    }

    /** Under another name first: a container of an earlier engine may be running what is there. */
    private void write() {
        String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT).replace("amd64", "x86_64");
        String resource = "/native/linux-" + arch + "/docker-init";
        Path fresh = file.resolveSibling("docker-init.tmp");
        try (InputStream in = InitProgramComponent.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw EngineException.unsupported("this build of Felucca has no " + resource + " for this machine");
            }
            Files.copy(in, fresh, StandardCopyOption.REPLACE_EXISTING);
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw EngineException.internal("cannot write " + file + ": " + e.getMessage(), e);
        }
    }
}
