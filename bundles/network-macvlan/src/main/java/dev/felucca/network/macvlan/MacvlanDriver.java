package dev.felucca.network.macvlan;

import dev.felucca.api.driver.Driver;
import dev.felucca.api.network.NetworkDriver;
import dev.felucca.door.net.RouteSocket.Child;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Containers with MAC addresses of their own on the parent's network. */
@Component(service = NetworkDriver.class, property = Driver.NAME + "=" + MacvlanDriver.MACVLAN)
public final class MacvlanDriver extends ParentDriver {
    static final String MACVLAN = "macvlan";

    private static final String MODE = "macvlan_mode";
    /** Of linux/if_link.h. */
    private static final Map<String, Integer> MODES = Map.of("private", 1, "vepa", 2, "bridge", 4, "passthru", 8);

    @Activate
    public MacvlanDriver() {
        super(MACVLAN, Map.of(MODE, MODES));
    }

    @Override
    Child child(Options options) {
        return Child.macvlan(options.choice(MODE, MODES, "bridge"));
    }
}
