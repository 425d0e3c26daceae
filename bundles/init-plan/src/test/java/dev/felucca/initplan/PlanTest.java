package dev.felucca.initplan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.EnumSet;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PlanTest {

    @Test
    void theSampleHasEveryOperation() {
        assertEquals(
                EnumSet.allOf(OpCode.class),
                SamplePlan.everything().ops().stream().map(Op::code).collect(Collectors.toSet()));
    }

    @Test
    void anEncodedPlanDecodesToTheSame() {
        byte[] bytes = SamplePlan.everything().encode();
        Plan decoded = Plan.decode(bytes);
        assertEquals(SamplePlan.everything().ops().size(), decoded.ops().size());
        assertArrayEquals(bytes, decoded.encode());
    }

    @Test
    void aStringWithANulIsRefused() {
        Plan plan = new Plan(List.of(new ProcessOp.Hostname("a\0b")));
        assertThrows(IllegalArgumentException.class, plan::encode);
    }

    @Test
    void wordsNameTheSlot() {
        Slot slot = new Slots().add("volume data");
        Op bind = new MountOp.Bind(
                slot, "/data", MountBits.RDONLY | MountBits.NOSUID, 0, MountBits.PRIVATE, true, Create.DIRECTORY, true);
        assertEquals("attach #0 (volume data) on /data ro,nosuid, private", bind.words());
    }
}
