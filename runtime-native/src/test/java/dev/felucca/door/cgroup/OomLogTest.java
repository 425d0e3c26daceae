package dev.felucca.door.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Records as Linux 6.1 and 6.18 write them; that they come is a matter of the contract suite, on a host with cgroup v2. */
class OomLogTest {
    private static final String GROUP = "/system.slice/felucca-41005d30.scope";
    private static final String KILL = "6,1234,87654321,-;oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset="
            + "felucca-41005d30.scope,mems_allowed=0,oom_memcg=" + GROUP + ",task_memcg=" + GROUP
            + "/inner,task=dd,pid=25051,uid=0\n";

    @Test
    void theVictimsGroupIsRead() {
        assertEquals(Optional.of(GROUP + "/inner"), OomLog.victim(KILL));
    }

    @Test
    void otherRecordsTellOfNone() {
        assertEquals(Optional.empty(), OomLog.victim("4,1233,87654320,-;dd invoked oom-killer: gfp_mask=0xcc0\n"));
        assertEquals(
                Optional.empty(),
                OomLog.victim("6,1235,87654322,-;x wrote oom-kill:constraint=,task_memcg=" + GROUP + ",task=x\n"));
    }
}
