package dev.felucca.cgroup.systemd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.EngineException;
import dev.felucca.api.spec.LinuxBlockIo;
import dev.felucca.api.spec.LinuxCpu;
import dev.felucca.api.spec.LinuxDeviceCgroup;
import dev.felucca.api.spec.LinuxMemory;
import dev.felucca.api.spec.LinuxPids;
import dev.felucca.api.spec.LinuxResources;
import dev.felucca.api.spec.LinuxThrottleDevice;
import dev.felucca.door.cgroup.Bandwidth;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What systemd is told; without a systemd. */
class PropertiesTest {
    private static final LinuxResources NOTHING = LinuxResources.EMPTY;
    private static final String INFINITY = "18446744073709551615";

    private static Map<String, String> byName(List<Property> properties) {
        Map<String, String> map = new LinkedHashMap<>();
        properties.forEach(p -> map.put(p.name, String.valueOf(p.value.getValue())));
        return map;
    }

    private static Map<String, String> change(LinuxResources r, boolean v2) {
        return byName(ScopeProperties.change(r, v2, new Bandwidth(20_000, 50_000), 64 << 20));
    }

    @Test
    void slicesNest() {
        assertEquals("/system.slice/felucca-1.scope", Slices.scopePath("system.slice", "1"));
        assertEquals("/a.slice/a-b.slice/a-b-c.slice/felucca-x.scope", Slices.scopePath("a-b-c.slice", "x"));
        assertEquals("/felucca-1.scope", Slices.scopePath("-.slice", "1"));
        assertEquals("-.slice", Slices.slice("/felucca-1.scope"));
        assertEquals("a-b.slice", Slices.slice("/a.slice/a-b.slice/felucca-1.scope"));
        assertEquals("felucca-1.scope", Slices.scope("/a.slice/felucca-1.scope"));
        for (String bad :
                List.of("", "system", "/system.slice", "a--b.slice", "-a.slice", "a/b.slice", "..slice/x.slice")) {
            assertThrows(EngineException.class, () -> Slices.scopePath(bad, "1"), bad);
        }
        for (String bad : List.of("/felucca/1", "felucca-1.scope", "/system.slice/sshd.service")) {
            assertThrows(EngineException.class, () -> Slices.scope(bad), bad);
        }
    }

    @Test
    void aNewScopeHasNoLimitOfItsOwn() {
        Map<String, String> p = byName(ScopeProperties.start("/system.slice/felucca-1.scope", 7, NOTHING, true));
        assertEquals("system.slice", p.get("Slice"));
        assertEquals("true", p.get("Delegate"));
        assertEquals(INFINITY, p.get("TasksMax"));
        assertTrue(p.containsKey("PIDs"));
    }

    @Test
    void limitsOnBothVersions() {
        LinuxResources r = NOTHING.withMemory(LinuxMemory.EMPTY
                        .withLimit(64L << 20)
                        .withSwap(96L << 20)
                        .withReservation(32L << 20))
                .withCpu(LinuxCpu.EMPTY.withShares(1024L).withQuota(50_500L, 100_000L))
                .withPids(new LinuxPids(9L));
        Map<String, String> v2 = change(r, true);
        assertEquals("" + (64 << 20), v2.get("MemoryMax"));
        assertEquals("" + (32 << 20), v2.get("MemorySwapMax"));
        assertEquals("" + (32 << 20), v2.get("MemoryLow"));
        assertEquals("100", v2.get("CPUWeight"));
        assertEquals("510000", v2.get("CPUQuotaPerSecUSec"), "rounded up to a whole per cent");
        assertEquals("100000", v2.get("CPUQuotaPeriodUSec"));
        assertEquals("9", v2.get("TasksMax"));
        Map<String, String> v1 = change(r, false);
        assertEquals("" + (64 << 20), v1.get("MemoryLimit"));
        assertEquals("1024", v1.get("CPUShares"));
        assertEquals(
                List.of("CPUShares", "CPUQuotaPerSecUSec", "CPUQuotaPeriodUSec", "MemoryLimit", "TasksMax"),
                List.copyOf(v1.keySet()));
    }

    @Test
    void aChangeKeepsWhatItDoesNotName() {
        assertEquals(Map.of(), change(NOTHING, true));
        Map<String, String> quota = change(NOTHING.withCpu(LinuxCpu.EMPTY.withQuota(25_000L, null)), true);
        assertEquals("500000", quota.get("CPUQuotaPerSecUSec"));
        assertEquals("50000", quota.get("CPUQuotaPeriodUSec"));
        Map<String, String> lifted =
                change(NOTHING.withMemory(LinuxMemory.EMPTY.withLimit(-1L)).withPids(new LinuxPids(-1L)), true);
        assertEquals(INFINITY, lifted.get("MemoryMax"));
        assertEquals(INFINITY, lifted.get("MemorySwapMax"));
        assertEquals(INFINITY, lifted.get("TasksMax"));
        assertEquals(
                "" + (36 << 20),
                change(NOTHING.withMemory(LinuxMemory.EMPTY.withSwap(100L << 20)), true)
                        .get("MemorySwapMax"));
    }

    @Test
    void cpusAreBits() {
        List<Property> p = ScopeProperties.change(
                NOTHING.withCpu(LinuxCpu.EMPTY.withCpus("0-2,9").withMems("0")), true, Bandwidth.NONE, -1);
        assertEquals("AllowedCPUs", p.get(0).name);
        assertArrayEquals(new byte[] {7, 2}, (byte[]) p.get(0).value.getValue());
        assertEquals("AllowedMemoryNodes", p.get(1).name);
        assertEquals(Map.of(), change(NOTHING.withCpu(LinuxCpu.EMPTY.withCpus("nonsense")), true));
    }

    @Test
    void blockIo() {
        var rate = List.of(new LinuxThrottleDevice(8, 0, 1048576));
        var b = new LinuxBlockIo(500, null, List.of(), rate, List.of(), List.of(), rate);
        assertEquals(
                List.of("IOWeight", "IOReadBandwidthMax", "IOWriteIOPSMax"),
                List.copyOf(change(NOTHING.withBlockIo(b), true).keySet()));
        Map<String, String> v1 = change(NOTHING.withBlockIo(b), false);
        assertEquals(List.of("BlockIOWeight", "BlockIOReadBandwidth"), List.copyOf(v1.keySet()));
        assertEquals("500", v1.get("BlockIOWeight"));
    }

    private static LinuxDeviceCgroup rule(boolean allow, String type, Long major, Long minor, String access) {
        return new LinuxDeviceCgroup(allow, type, major, minor, access);
    }

    private static final LinuxDeviceCgroup NONE = new LinuxDeviceCgroup(false, "a", null, null, "rwm");

    @Test
    void devices() {
        List<Property> p = DeviceAllow.of(List.of(
                NONE,
                new LinuxDeviceCgroup(true, "c", null, null, "m"),
                rule(true, "c", 1L, 3L, "rwm"),
                new LinuxDeviceCgroup(true, "c", 136L, null, "rwm"),
                rule(true, "b", 8L, 0L, "r")));
        assertEquals("strict", p.get(0).value.getValue());
        List<String> allowed = new ArrayList<>();
        for (Object pair : (List<?>) p.get(2).value.getValue()) {
            allowed.add(((Property.Pair) pair).first + " " + ((Property.Pair) pair).second);
        }
        assertEquals(List.of("char-* m", "/dev/char/1:3 rwm", "char-136 rwm", "/dev/block/8:0 r"), allowed);
        assertEquals(
                "auto",
                DeviceAllow.of(List.of(NONE, new LinuxDeviceCgroup(true, "a", null, null, "rwm")))
                        .get(0)
                        .value
                        .getValue());
        EngineException e = assertThrows(
                EngineException.class,
                () -> DeviceAllow.of(List.of(
                        NONE, new LinuxDeviceCgroup(true, "c", null, null, "rwm"), rule(false, "c", 1L, 3L, "w"))));
        assertEquals(EngineException.Kind.UNSUPPORTED, e.kind());
    }
}
