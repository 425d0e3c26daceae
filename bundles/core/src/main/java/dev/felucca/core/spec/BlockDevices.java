package dev.felucca.core.spec;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.Resources.DeviceRate;
import dev.felucca.api.spec.LinuxThrottleDevice;
import java.io.IOException;
import java.nio.file.Path;

/** Block devices that limits name. */
final class BlockDevices {
    private BlockDevices() {}

    static LinuxThrottleDevice throttle(DeviceRate rate) {
        if (rate.rate() < 0) {
            throw EngineException.invalid("invalid rate for device " + rate.path() + ": " + rate.rate());
        }
        Path path = HostPath.of("bad format for device path", rate.path());
        HostDevices.Node node;
        try {
            node = HostDevices.at(path)
                    .filter(n -> n.type().equals("b"))
                    .orElseThrow(() -> EngineException.invalid(
                            "a rate can only limit block devices, and " + rate.path() + " is none"));
        } catch (IOException e) {
            throw new EngineException(
                    EngineException.Kind.INVALID,
                    "the device " + rate.path() + " cannot be found: " + e.getMessage(),
                    e);
        }
        return new LinuxThrottleDevice(node.major(), node.minor(), rate.rate());
    }
}
