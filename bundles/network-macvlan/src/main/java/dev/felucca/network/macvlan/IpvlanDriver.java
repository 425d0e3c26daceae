package dev.felucca.network.macvlan;

import dev.felucca.api.driver.Driver;
import dev.felucca.api.network.NetworkDriver;
import dev.felucca.door.net.RouteSocket.Child;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Containers with addresses of their own behind the parent's MAC address. */
@Component(service = NetworkDriver.class, property = Driver.NAME + "=" + IpvlanDriver.IPVLAN)
public final class IpvlanDriver extends ParentDriver {
    static final String IPVLAN = "ipvlan";

    private static final String MODE = "ipvlan_mode";
    private static final String FLAG = "ipvlan_flag";
    /** Of linux/if_link.h. */
    private static final Map<String, Integer> MODES = Map.of("l2", 0, "l3", 1, "l3s", 2);

    private static final Map<String, Integer> FLAGS = Map.of("bridge", 0, "private", 1, "vepa", 2);

    @Activate
    public IpvlanDriver() {
        super(IPVLAN, Map.of(MODE, MODES, FLAG, FLAGS));
    }

    @Override
    Child child(Options options) {
        return Child.ipvlan(options.choice(MODE, MODES, "l2"), options.choice(FLAG, FLAGS, "bridge"));
    }

    /** In the other modes nobody is asked for the gateway's MAC address. */
    @Override
    boolean routesThroughGateway(Options options) {
        return options.choice(MODE, MODES, "l2") == 0;
    }

    @Override
    boolean ownMac() {
        return false;
    }
}
