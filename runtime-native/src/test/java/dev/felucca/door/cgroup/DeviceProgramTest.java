package dev.felucca.door.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.felucca.api.EngineException;
import dev.felucca.api.spec.LinuxDeviceCgroup;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Runs compiled programs in a small interpreter and compares them with the meaning of the rules. */
class DeviceProgramTest {
    private static final int R = DeviceRule.READ;
    private static final int W = DeviceRule.WRITE;
    private static final int M = DeviceRule.MKNOD;
    private static final long ANY = DeviceRule.ANY;
    private static final DeviceRule DENY_ALL = new DeviceRule(false, 'a', ANY, ANY, DeviceRule.ALL);

    /** Interprets the instructions that the compiler uses; anything else fails. */
    private static boolean granted(byte[] program, char type, int major, int minor, int access) {
        ByteBuffer code = ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN);
        int[] context = {access << 16 | (type == 'b' ? 1 : 2), major, minor};
        int[] r = new int[11];
        for (int pc = 0; ; pc++) {
            int opcode = code.get(pc * 8) & 0xFF;
            int dst = code.get(pc * 8 + 1) & 15;
            int src = code.get(pc * 8 + 1) >> 4 & 15;
            int offset = code.getShort(pc * 8 + 2);
            int immediate = code.getInt(pc * 8 + 4);
            switch (opcode) {
                case DeviceProgram.LDX_W -> r[dst] = context[offset / 4];
                case DeviceProgram.MOV32_X -> r[dst] = r[src];
                case DeviceProgram.MOV32_K -> r[dst] = immediate;
                case DeviceProgram.AND32_K -> r[dst] &= immediate;
                case DeviceProgram.RSH32_K -> r[dst] >>>= immediate;
                case DeviceProgram.JNE32_K -> pc += r[dst] == immediate ? 0 : offset;
                case DeviceProgram.JEQ32_K -> pc += r[dst] == immediate ? offset : 0;
                case DeviceProgram.EXIT -> {
                    return r[0] == 1;
                }
                default -> throw new AssertionError("opcode " + opcode + " at " + pc);
            }
        }
    }

    /** What the rules mean: for each access the last rule that covers it decides; uncovered is granted. */
    private static boolean meant(List<DeviceRule> rules, char type, int major, int minor, int access) {
        for (int bit : new int[] {M, R, W}) {
            boolean allow = true;
            for (DeviceRule rule : rules) {
                boolean covers = (rule.type() == 'a' || rule.type() == type)
                        && (rule.major() == ANY || rule.major() == major)
                        && (rule.minor() == ANY || rule.minor() == minor)
                        && (rule.access() & bit) != 0;
                allow = covers ? rule.allow() : allow;
            }
            if (!allow && (access & bit) != 0) {
                return false;
            }
        }
        return true;
    }

    @Test
    void laterRulesOverrideEarlierOnesByAccess() {
        byte[] p = DeviceProgram.compile(List.of(
                DENY_ALL,
                new DeviceRule(true, 'c', ANY, ANY, M),
                new DeviceRule(true, 'c', 1, 3, R),
                new DeviceRule(true, 'c', 1, 3, W)));
        assertEquals(true, granted(p, 'c', 1, 3, R | W));
        assertEquals(true, granted(p, 'c', 7, 7, M));
        assertEquals(false, granted(p, 'b', 7, 7, M));
        assertEquals(false, granted(p, 'c', 1, 5, R));
        assertEquals(false, granted(p, 'b', 1, 3, R));
        assertEquals(true, granted(DeviceProgram.compile(List.of()), 'b', 8, 0, W));
    }

    @Test
    void programsMeanWhatTheRulesMean() {
        Random random = new Random(1);
        for (int round = 0; round < 3000; round++) {
            List<DeviceRule> rules = new ArrayList<>();
            for (int i = random.nextInt(7); i > 0; i--) {
                rules.add(new DeviceRule(
                        random.nextBoolean(),
                        "abc".charAt(random.nextInt(3)),
                        random.nextInt(3) - 1L,
                        random.nextInt(3) - 1L,
                        1 + random.nextInt(7)));
            }
            byte[] program = DeviceProgram.compile(rules);
            for (char type : new char[] {'b', 'c'}) {
                for (int n = 0; n < 28; n++) {
                    int major = n & 1;
                    int minor = n >> 1 & 1;
                    int access = 1 + (n >> 2);
                    assertEquals(
                            meant(rules, type, major, minor, access),
                            granted(program, type, major, minor, access),
                            () -> rules + " for " + type + " " + major + ":" + minor + " " + access);
                }
            }
        }
    }

    @Test
    void rulesAreCheckedAndWrittenAsV1Wants() {
        assertEquals(List.of("a"), DENY_ALL.lines());
        assertEquals(List.of("c 136:* rw"), new DeviceRule(true, 'c', 136, ANY, R | W).lines());
        assertEquals(List.of("b *:* m", "c *:* m"), new DeviceRule(true, 'a', ANY, ANY, M).lines());
        for (var bad : List.of(
                new LinuxDeviceCgroup(true, "x", null, null, "r"),
                new LinuxDeviceCgroup(true, "c", -7L, null, "r"),
                new LinuxDeviceCgroup(true, "c", 1L, 3L, "rx"))) {
            EngineException e = assertThrows(EngineException.class, () -> DeviceRule.of(List.of(bad)));
            assertEquals(EngineException.Kind.INVALID, e.kind());
        }
    }
}
