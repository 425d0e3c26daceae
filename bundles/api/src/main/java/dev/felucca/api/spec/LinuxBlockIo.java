package dev.felucca.api.spec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Limits of block I/O.
 *
 * @param weight 10 to 1000
 * @param leafWeight 10 to 1000 (v1, CFQ only)
 */
public record LinuxBlockIo(
        @Nullable Integer weight,
        @Nullable Integer leafWeight,
        List<LinuxWeightDevice> weightDevice,
        List<LinuxThrottleDevice> throttleReadBpsDevice,
        List<LinuxThrottleDevice> throttleWriteBpsDevice,
        List<LinuxThrottleDevice> throttleReadIOPSDevice,
        List<LinuxThrottleDevice> throttleWriteIOPSDevice) {
    public static final LinuxBlockIo EMPTY =
            new LinuxBlockIo(null, null, List.of(), List.of(), List.of(), List.of(), List.of());

    public LinuxBlockIo {
        weightDevice = Copies.of(weightDevice);
        throttleReadBpsDevice = Copies.of(throttleReadBpsDevice);
        throttleWriteBpsDevice = Copies.of(throttleWriteBpsDevice);
        throttleReadIOPSDevice = Copies.of(throttleReadIOPSDevice);
        throttleWriteIOPSDevice = Copies.of(throttleWriteIOPSDevice);
    }
}
