package dev.felucca.contracts.exec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.exec.UserRequest;
import dev.felucca.api.spec.Linux;
import dev.felucca.api.spec.LinuxSeccomp;
import dev.felucca.api.spec.LinuxSyscall;
import dev.felucca.api.spec.Mount;
import dev.felucca.api.spec.PosixRlimit;
import dev.felucca.api.spec.Process;
import dev.felucca.api.spec.Root;
import dev.felucca.api.spec.SeccompAction;
import dev.felucca.api.spec.Spec;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a program sees of its container, and of what it inherits. */
public abstract class ContainerViewContract extends BackendSuite {

    @Test
    void itIsPid1WithItsOwnNamesAndLoopback() {
        assertEquals(
                "1\nfelucca-test\n127.0.0.1\n",
                output("echo $$; hostname;"
                        + " ping -c1 -W1 127.0.0.1 >/dev/null 2>&1; grep -om1 '127[.]0[.]0[.]1' /proc/net/fib_trie"));
    }

    @Test
    void environmentAndHome() {
        Process p = Specs.process("env").env(List.of("PATH=/bin", "A=b c")).build();
        Container c = new Container(Specs.spec(p), new UserRequest("alice", List.of()), false);
        c.start();
        assertEquals("PATH=/bin\nA=b c\nHOME=/home/alice\n", c.out());
    }

    @Test
    void theWorkingDirectoryIsMade() {
        Process p = Specs.process("/bin/sh", "-c", "pwd").cwd("/srv/new/dir").build();
        assertEquals("/srv/new/dir\n", run(Specs.spec(p)).out());
    }

    @Test
    void userAndGroups() {
        Container c = new Container(
                Specs.shell("id -u; id -g; id -G; grep Umask /proc/self/status"),
                new UserRequest("alice", List.of("77")),
                false);
        c.start();
        assertEquals("1000\n1000\n1000 29 77\nUmask:\t0022\n", c.out());
    }

    @Test
    void capabilitiesAreTheSpecs() {
        String mask = Specs.CAPABILITY_MASK;
        assertEquals(
                "CapInh:\t0000000000000000\nCapPrm:\t" + mask + "\nCapEff:\t" + mask + "\nCapBnd:\t" + mask
                        + "\nCapAmb:\t0000000000000000\n",
                output("grep ^Cap /proc/self/status"));
        Container c = new Container(
                Specs.shell("grep -E '^Cap(Prm|Eff|Bnd)' /proc/self/status"),
                new UserRequest("alice", List.of()),
                false);
        c.start();
        assertEquals("CapPrm:\t0000000000000000\nCapEff:\t0000000000000000\nCapBnd:\t" + mask + "\n", c.out());
    }

    @Test
    void noNewPrivilegesOnRequest() {
        String ask = "grep NoNewPrivs /proc/self/status";
        assertEquals("NoNewPrivs:\t0\n", output(ask));
        Process p = Specs.process("/bin/sh", "-c", ask).noNewPrivileges(true).build();
        assertEquals("NoNewPrivs:\t1\n", run(Specs.spec(p)).out());
    }

    @Test
    void seccompDeniesACall() {
        LinuxSeccomp filter = new LinuxSeccomp(
                SeccompAction.ALLOW,
                null,
                List.of(),
                List.of(),
                null,
                null,
                List.of(new LinuxSyscall(List.of("mkdir", "mkdirat"), SeccompAction.ERRNO, 1, List.of())));
        Spec spec = Specs.shell("mkdir /tmp/x 2>&1; grep Seccomp: /proc/self/status")
                .withLinux(Specs.linux().seccomp(filter).build());
        assertEquals(
                "mkdir: can't create directory '/tmp/x': Operation not permitted\nSeccomp:\t2\n",
                run(spec).out());
    }

    @Test
    void maskedAndReadOnlyPaths() {
        assertEquals(
                "0\n0\nro\nsys-ro\n",
                output("wc -c < /proc/keys; ls /sys/firmware | wc -l;"
                        + " echo 1 > /proc/sys/kernel/domainname || echo ro; mkdir /sys/x || echo sys-ro"));
    }

    @Test
    void aReadOnlyRoot() {
        Spec spec =
                Specs.shell("touch /x || echo ro; touch /dev/shm/x && echo shm").withRoot(new Root("rootfs", true));
        assertEquals("ro\nshm\n", run(spec).out());
    }

    @Test
    void theRootIsWritableAndBindsShowTheHost() throws IOException {
        var dir = Files.createTempDirectory("felucca-bind");
        try {
            Files.writeString(dir.resolve("file"), "from the host\n");
            Spec spec = Specs.plus(
                    Specs.shell("cat /mnt/b/file; touch /mnt/b/x || echo ro; touch /new; touch /mnt/w/y"),
                    Mount.bind("/mnt/b", dir.toString(), List.of("rbind", "ro")),
                    Mount.bind("/mnt/w", dir.toString(), List.of("rbind")));
            assertEquals("from the host\nro\n", run(spec).out());
            assertTrue(Files.exists(dir.resolve("y")));
            assertTrue(Files.exists(root.resolve("new")));
            Files.delete(dir.resolve("y"));
            Files.delete(dir.resolve("file"));
        } finally {
            Files.delete(dir);
        }
    }

    @Test
    void onlyTheStandardDevices() {
        assertEquals(
                "fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero \n",
                // core, a link to a file that is masked, is made by some runtimes
                output("cd /dev; ls | grep -vx core | sort | tr '\\n' ' '; echo"));
        assertEquals(
                "1:3 1:5 1:7 1:8 1:9 5:0 \n",
                output("cd /dev; for d in null zero full random urandom tty; do"
                        + " stat -c '%t:%T' $d; done | sort | tr '\\n' ' '; echo"));
    }

    @Test
    void devicesCanBeUsed() {
        assertEquals("4\nzero\n", output("head -c4 /dev/urandom | wc -c; cat /dev/null; echo zero > /dev/stdout"));
    }

    @Test
    void theMountTableHoldsNothingOfTheHost() {
        String targets = output("cut -d' ' -f5 /proc/self/mountinfo | sort -u");
        for (String target : targets.split("\n")) {
            assertTrue(
                    target.equals("/")
                            || target.startsWith("/proc")
                            || target.startsWith("/dev")
                            || target.startsWith("/sys"),
                    target);
        }
    }

    @Test
    void limitsAreTheSpecs() {
        Process p = Specs.process("/bin/sh", "-c", "ulimit -n; ulimit -Hn; cat /proc/self/oom_score_adj")
                .rlimits(List.of(new PosixRlimit("RLIMIT_NOFILE", 512, 256)))
                .oomScoreAdj(321)
                .build();
        assertEquals("256\n512\n321\n", run(Specs.spec(p)).out());
    }

    @Test
    void sysctlsAreWritten() {
        Linux linux = Specs.linux()
                .sysctl(Map.of("net.ipv4.ip_forward", "1", "kernel.shmmni", "1234"))
                .build();
        assertEquals(
                "1\n1234\n",
                run(Specs.shell("cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/shmmni")
                                .withLinux(linux))
                        .out());
    }

    /** A JVM blocks and ignores signals, raises its limits, and has hundreds of descriptors; none of it may be seen. */
    @Test
    void nothingIsInheritedFromTheEngine() {
        assertEquals(
                "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n",
                run(Specs.spec("grep", "-E", "Sig(Blk|Ign)", "/proc/self/status"))
                        .out());
        // The fourth is the directory that ls itself reads.
        assertEquals("0\n1\n2\n3\n", run(Specs.spec("ls", "/proc/self/fd")).out());
    }

    @Test
    void sessionAndKeyringAreItsOwn() {
        assertEquals("1 1\n", output("cut -d' ' -f5,6 /proc/1/stat"));
    }
}
