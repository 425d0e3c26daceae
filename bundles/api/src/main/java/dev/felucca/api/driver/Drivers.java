package dev.felucca.api.driver;

import java.nio.file.Path;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** The drivers that are there, and their replacement under load. Thread-safe. */
@ProviderType
public interface Drivers {
    List<DriverInfo> list();

    /**
     * Replaces a driver by another build of its bundle: installs the new one beside the old, starts and probes it, switches
     * new calls to it, drains the old one's calls and uninstalls it. If anything fails before the switch, the new bundle is
     * removed and the old one has served all the time.
     *
     * @param bundleFile a bundle jar with the same symbolic name as an installed driver bundle, and another version or content
     * @return the drivers of the new bundle
     * @throws dev.felucca.api.EngineException INVALID if the file is no driver bundle; UNSUPPORTED or INTERNAL with the
     *     reason if it does not start or its probe fails
     */
    List<DriverInfo> update(Path bundleFile);
}
