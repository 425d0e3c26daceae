package dev.felucca.shell.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.container.ContainerConfig;
import dev.felucca.api.container.DeviceMapping;
import dev.felucca.api.container.Healthcheck;
import dev.felucca.api.container.HostConfig;
import dev.felucca.api.container.Resources;
import dev.felucca.api.container.Resources.DeviceRate;
import dev.felucca.api.container.RestartPolicy;
import dev.felucca.api.container.RestartPolicy.When;
import dev.felucca.api.container.Ulimit;
import dev.felucca.api.container.VolumeMount;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each option of run and create, and what it asks the engine for. */
class RunFlagsTest {
    private final FakeEngine engine = new FakeEngine();
    private final FakeTerminal terminal = new FakeTerminal();

    private record Config(List<String> options, Function<ContainerConfig, @Nullable Object> field, Object expected) {}

    private record Host(List<String> options, Function<HostConfig, @Nullable Object> field, Object expected) {}

    private record Limit(List<String> options, Function<Resources, @Nullable Object> field, Object expected) {}

    private void create(List<String> options, String... command) {
        List<String> words = new ArrayList<>(List.of("create"));
        words.addAll(options);
        words.add("busybox");
        words.addAll(List.of(command));
        assertEquals(0, engine.run(terminal, words.toArray(new String[0])), words + ": " + terminal.errText());
    }

    private ContainerConfig config() {
        assertNotNull(engine.lifecycle.config);
        return engine.lifecycle.config;
    }

    private HostConfig host() {
        assertNotNull(engine.lifecycle.host);
        return engine.lifecycle.host;
    }

    @Test
    void withoutOptionsThereAreDefaults() {
        create(List.of(), "ls", "-l", "--name");
        assertEquals("busybox", config().image());
        assertEquals(List.of("ls", "-l", "--name"), config().cmd());
        assertNull(config().entrypoint());
        assertNull(config().user());
        assertEquals(Resources.NONE, host().resources());
        assertEquals("default", host().networkMode());
        assertEquals("private", host().ipcMode());
        assertEquals("private", host().cgroupnsMode());
        assertEquals(FakeLifecycle.ID + "\n", terminal.outText());
        assertEquals(List.of("create null"), engine.lifecycle.calls);
        create(List.of());
        assertNull(config().cmd());
        create(List.of("--name", "n"));
        assertTrue(engine.lifecycle.calls.contains("create n"));
    }

    @Test
    void whatTheContainerRuns() {
        terminal.environment = Map.of("FROM", "caller");
        for (Config c : List.of(
                new Config(List.of("-i"), ContainerConfig::openStdin, true),
                new Config(List.of("-i"), ContainerConfig::stdinOnce, true),
                new Config(List.of("-i", "-a", "stdout"), ContainerConfig::stdinOnce, false),
                new Config(List.of("-it"), ContainerConfig::stdinOnce, false),
                new Config(List.of("-t"), ContainerConfig::tty, true),
                new Config(
                        List.of("-e", "A=1", "--env", "FROM", "-e", "NOT", "-e", "A=2"),
                        ContainerConfig::env,
                        List.of("A=2", "FROM=caller", "NOT")),
                new Config(List.of("-w", "/x"), x -> x.workingDir(), "/x"),
                new Config(List.of("-u", "1:2"), x -> x.user(), "1:2"),
                new Config(List.of("--entrypoint", "/e x"), x -> x.entrypoint(), List.of("/e x")),
                new Config(List.of("--entrypoint="), x -> x.entrypoint(), List.of()),
                new Config(List.of("-h", "box"), x -> x.hostname(), "box"),
                new Config(List.of("--hostname=box"), x -> x.hostname(), "box"),
                new Config(List.of("--domainname", "d.e"), ContainerConfig::domainname, "d.e"),
                new Config(
                        List.of("-l", "a=b=c", "--label", "d"), ContainerConfig::labels, Map.of("a", "b=c", "d", "")),
                new Config(List.of("--stop-signal", "SIGUSR1"), x -> x.stopSignal(), "SIGUSR1"),
                new Config(List.of("--stop-timeout", "3"), x -> x.stopTimeoutSeconds(), 3),
                new Config(
                        List.of("--expose", "80", "--expose=7000-7001/udp"),
                        ContainerConfig::exposedPorts,
                        Set.of("80/tcp", "7000/udp", "7001/udp")),
                new Config(List.of("-v", "/data"), ContainerConfig::volumes, Set.of("/data")),
                new Config(
                        List.of("--no-healthcheck"),
                        x -> x.healthcheck(),
                        new Healthcheck(List.of("NONE"), null, null, null, null, null)),
                new Config(
                        List.of(
                                "--health-cmd",
                                "true",
                                "--health-interval=1m",
                                "--health-timeout=2s",
                                "--health-start-period=3s",
                                "--health-retries=4"),
                        x -> x.healthcheck(),
                        new Healthcheck(
                                List.of("CMD-SHELL", "true"),
                                60_000_000_000L,
                                2_000_000_000L,
                                3_000_000_000L,
                                4,
                                null)))) {
            create(c.options());
            assertEquals(c.expected(), c.field().apply(config()), c.options().toString());
        }
    }

    @Test
    void howItRunsOnThisHost() {
        for (Host c : List.of(
                new Host(List.of("--rm"), HostConfig::autoRemove, true),
                new Host(List.of("--network", "none"), HostConfig::networkMode, "none"),
                new Host(List.of("--net=container:x"), HostConfig::networkMode, "container:x"),
                new Host(List.of("--pid", "host"), HostConfig::pidMode, "host"),
                new Host(List.of("--pid", "container:x"), HostConfig::pidMode, "container:x"),
                new Host(List.of("--ipc", "shareable"), HostConfig::ipcMode, "shareable"),
                new Host(List.of("--uts", "host"), HostConfig::utsMode, "host"),
                new Host(List.of("--cgroupns", "host"), HostConfig::cgroupnsMode, "host"),
                new Host(List.of("--cgroup-parent", "/p"), HostConfig::cgroupParent, "/p"),
                new Host(List.of("--privileged"), HostConfig::privileged, true),
                new Host(List.of("--read-only"), HostConfig::readonlyRootfs, true),
                new Host(
                        List.of("--cap-add", "SYS_TIME", "--cap-add=ALL"),
                        HostConfig::capAdd,
                        List.of("SYS_TIME", "ALL")),
                new Host(List.of("--cap-drop", "MKNOD"), HostConfig::capDrop, List.of("MKNOD")),
                new Host(
                        List.of("--security-opt", "no-new-privileges"),
                        HostConfig::securityOpt,
                        List.of("no-new-privileges")),
                new Host(
                        List.of("--security-opt", "seccomp=unconfined"),
                        HostConfig::securityOpt,
                        List.of("seccomp=unconfined")),
                new Host(
                        List.of("--security-opt", "seccomp=p.json"),
                        HostConfig::securityOpt,
                        List.of("seccomp=/work dir/p.json")),
                new Host(
                        List.of("--group-add", "audio", "--group-add", "7"),
                        HostConfig::groupAdd,
                        List.of("audio", "7")),
                new Host(
                        List.of("-v", "./x:/y:ro"),
                        HostConfig::mounts,
                        List.of(new VolumeMount("bind", "/work dir/x", "/y", true, null, true, false, ""))),
                new Host(
                        List.of("--volume", "vol:/y"),
                        HostConfig::mounts,
                        List.of(new VolumeMount("volume", "vol", "/y", false, null, false, false, ""))),
                new Host(
                        List.of("--mount", "type=bind,src=/a,dst=/b"),
                        HostConfig::mounts,
                        List.of(new VolumeMount("bind", "/a", "/b", false, null, false, false, ""))),
                new Host(
                        List.of("--tmpfs", "/t:size=1m"),
                        HostConfig::mounts,
                        List.of(new VolumeMount("tmpfs", "", "/t", false, null, false, false, "size=1m"))),
                new Host(List.of("--volumes-from", "x:ro"), HostConfig::volumesFrom, List.of("x:ro")),
                new Host(
                        List.of("--device", "/dev/fuse"),
                        HostConfig::devices,
                        List.of(new DeviceMapping("/dev/fuse", "/dev/fuse", "rwm"))),
                new Host(List.of("--ulimit", "nofile=5:6"), HostConfig::ulimits, List.of(new Ulimit("nofile", 5, 6))),
                new Host(
                        List.of("--sysctl", "net.ipv4.ip_forward=1"),
                        HostConfig::sysctls,
                        Map.of("net.ipv4.ip_forward", "1")),
                new Host(List.of("--runtime", "runc"), h -> h.runtime(), "runc"),
                new Host(
                        List.of("--annotation", "felucca.storage=vfs"),
                        HostConfig::annotations,
                        Map.of("felucca.storage", "vfs")),
                new Host(
                        List.of("--annotation", "felucca.time.boottime=-60"),
                        HostConfig::timeOffsets,
                        Map.of("boottime", -60L)),
                new Host(List.of("--annotation", "felucca.time.monotonic=5"), HostConfig::annotations, Map.of()),
                new Host(
                        List.of("--log-driver", "json-file", "--log-opt", "max-size=1m"),
                        HostConfig::logOptions,
                        Map.of("max-size", "1m")),
                new Host(
                        List.of("--add-host", "db:10.0.0.2", "--add-host", "v6=[::1]"),
                        HostConfig::extraHosts,
                        List.of("db:10.0.0.2", "v6:::1")),
                new Host(List.of("--dns", "8.8.8.8"), HostConfig::dns, List.of("8.8.8.8")),
                new Host(List.of("--dns-search", "a.b"), HostConfig::dnsSearch, List.of("a.b")),
                new Host(
                        List.of("--dns-opt", "ndots:2", "--dns-option", "x"),
                        HostConfig::dnsOptions,
                        List.of("ndots:2", "x")),
                new Host(List.of("--shm-size", "1m"), h -> h.shmSize(), 1L << 20),
                new Host(List.of("--oom-score-adj", "-500"), h -> h.oomScoreAdj(), -500),
                new Host(
                        List.of(
                                "--restart",
                                "no",
                                "--pull=never",
                                "--userns=host",
                                "--volume-driver=local",
                                "--platform=linux"),
                        HostConfig::autoRemove,
                        false))) {
            create(c.options());
            assertEquals(c.expected(), c.field().apply(host()), c.options().toString());
        }
    }

    @Test
    void limits() {
        List<DeviceRate> rate = List.of(new DeviceRate("/dev/sda", 1024));
        for (Limit c : List.of(
                new Limit(List.of("-m", "512m"), r -> r.memory(), 512L << 20),
                new Limit(List.of("--memory=1g"), r -> r.memory(), 1L << 30),
                new Limit(List.of("--memory-reservation", "1m"), r -> r.memoryReservation(), 1L << 20),
                new Limit(List.of("--memory-swap", "-1"), r -> r.memorySwap(), -1L),
                new Limit(List.of("--memory-swappiness", "0"), r -> r.memorySwappiness(), 0L),
                new Limit(List.of("--oom-kill-disable"), r -> r.oomKillDisable(), true),
                new Limit(List.of("--cpus", "1.5"), r -> r.nanoCpus(), 1_500_000_000L),
                new Limit(List.of("-c", "512"), r -> r.cpuShares(), 512L),
                new Limit(List.of("--cpu-shares=512"), r -> r.cpuShares(), 512L),
                new Limit(List.of("--cpu-period", "50000"), r -> r.cpuPeriod(), 50000L),
                new Limit(List.of("--cpu-quota", "-1"), r -> r.cpuQuota(), -1L),
                new Limit(List.of("--cpu-rt-period", "5"), r -> r.cpuRealtimePeriod(), 5L),
                new Limit(List.of("--cpu-rt-runtime", "4"), r -> r.cpuRealtimeRuntime(), 4L),
                new Limit(List.of("--cpuset-cpus", "0-1,3"), r -> r.cpusetCpus(), "0-1,3"),
                new Limit(List.of("--cpuset-mems", "0"), r -> r.cpusetMems(), "0"),
                new Limit(List.of("--blkio-weight", "300"), r -> r.blkioWeight(), 300),
                new Limit(List.of("--device-read-bps", "/dev/sda:1k"), Resources::blkioDeviceReadBps, rate),
                new Limit(List.of("--device-write-bps", "/dev/sda:1k"), Resources::blkioDeviceWriteBps, rate),
                new Limit(List.of("--device-read-iops", "/dev/sda:1024"), Resources::blkioDeviceReadIops, rate),
                new Limit(List.of("--device-write-iops", "/dev/sda:1024"), Resources::blkioDeviceWriteIops, rate),
                new Limit(List.of("--pids-limit", "9"), r -> r.pidsLimit(), 9L),
                new Limit(List.of("--pids-limit=-1"), r -> r.pidsLimit(), -1L),
                new Limit(
                        List.of("--device-cgroup-rule", "c 1:3 r"),
                        Resources::deviceCgroupRules,
                        List.of("c 1:3 r")))) {
            create(c.options());
            assertEquals(
                    c.expected(),
                    c.field().apply(host().resources()),
                    c.options().toString());
        }
        create(List.of("-m", "0", "--pids-limit", "0", "--cpus", "0", "--memory-swappiness=-1"));
        assertEquals(Resources.NONE, host().resources());
    }

    @Test
    void badValuesNameTheOptionAndTheValue() {
        for (List<String> c : List.of(
                List.of("-m", "12q", "-m, --memory"),
                List.of("--memory", "-5", "-m, --memory"),
                List.of("--cpus", "two", "--cpus"),
                List.of("-v", "/a:b", "-v, --volume"),
                List.of("-v", "/a:/b:what", "-v, --volume"),
                List.of("--mount", "type=bind", "--mount"),
                List.of("--ulimit", "nofile=2:1", "--ulimit"),
                List.of("--stop-signal", "SIGNOT", "--stop-signal"),
                List.of("-l", "=x", "-l, --label"),
                List.of("-e", "=x", "-e, --env"),
                List.of("--device", "fuse", "--device"),
                List.of("--device-cgroup-rule", "c", "--device-cgroup-rule"),
                List.of("--cpuset-cpus", "a-b", "--cpuset-cpus"),
                List.of("--pid", "mine", "--pid"),
                List.of("--oom-score-adj", "2000", "--oom-score-adj"),
                List.of("--dns", "dns.example", "--dns"),
                List.of("--add-host", "db", "--add-host"),
                List.of("--blkio-weight", "5", "--blkio-weight"),
                List.of("--health-interval", "1", "--health-interval"),
                List.of("--expose", "99999", "--expose"),
                List.of("-a", "stdall", "-a, --attach"),
                List.of("-w", "rel", "-w, --workdir"),
                List.of("--sysctl", "x", "--sysctl"),
                List.of("--platform", "windows/amd64", "--platform"),
                List.of("--detach-keys", "ctrl-1", "--detach-keys"),
                List.of("--annotation", "felucca.time.boottime=x", "--annotation"))) {
            FakeTerminal t = new FakeTerminal();
            assertEquals(
                    125,
                    engine.run(t, c.get(0).equals("--detach-keys") ? "run" : "create", c.get(0), c.get(1), "busybox"),
                    c.toString());
            String start = "felucca: invalid argument \"" + c.get(1) + "\" for \"" + c.get(2) + "\" flag: ";
            assertTrue(t.errText().startsWith(start) && t.errText().length() > start.length() + 10, t.errText());
        }
        assertEquals(List.of(), engine.lifecycle.calls);
    }

    @Test
    void restartPolicies() {
        for (var c : Map.of(
                        "always", new RestartPolicy(When.ALWAYS, 0),
                        "no", RestartPolicy.NO,
                        "unless-stopped", new RestartPolicy(When.UNLESS_STOPPED, 0),
                        "on-failure", new RestartPolicy(When.ON_FAILURE, 0),
                        "on-failure:3", new RestartPolicy(When.ON_FAILURE, 3))
                .entrySet()) {
            create(List.of("--restart", c.getKey(), "--init"));
            assertEquals(c.getValue(), host().restartPolicy());
            assertTrue(host().init());
        }
        for (String bad : List.of("always:3", "sometimes", "on-failure:x", "on-failure:-1")) {
            assertEquals(125, engine.run(terminal, "create", "--restart", bad, "busybox"), bad);
        }
    }

    @Test
    void whatIsNotSupportedIsRefusedByName() {
        for (List<String> c : List.of(
                List.of("--gpus=all"),
                List.of("--pull", "sometimes"),
                List.of("--log-driver", "syslog"),
                List.of("--userns", "private"),
                List.of("--volume-driver", "nfs"))) {
            FakeTerminal t = new FakeTerminal();
            List<String> words = new ArrayList<>(List.of("run"));
            words.addAll(c);
            words.add("busybox");
            assertEquals(125, engine.run(t, words.toArray(new String[0])), c.toString());
            assertTrue(t.errText().startsWith("felucca: not supported: --"), t.errText());
        }
        assertEquals(List.of(), engine.lifecycle.calls);
    }

    @Test
    void filesAreFoundFromTheCallersDirectory(@TempDir Path dir) throws Exception {
        terminal.directory = dir;
        Files.writeString(dir.resolve("e"), "A=file\nB=file\n");
        Files.writeString(dir.resolve("l"), "x=file\ny\n");
        create(List.of("--env-file", "e", "-e", "A=option", "--label-file=./l", "-l", "x=option", "--cidfile", "cid"));
        assertEquals(List.of("A=option", "B=file"), config().env());
        assertEquals(Map.of("x", "option", "y", ""), config().labels());
        assertEquals(FakeLifecycle.ID, Files.readString(dir.resolve("cid")));
        assertEquals(125, engine.run(terminal, "create", "--cidfile", "cid", "busybox"));
        assertTrue(terminal.errText().contains("the file is there already"), terminal.errText());
        assertEquals(125, engine.run(terminal, "create", "--env-file", "none", "busybox"));
        assertTrue(terminal.errText().contains(dir.resolve("none") + ": no such file"), terminal.errText());
    }

    @Test
    void contradictionsAreRefused() {
        for (List<String> c : List.of(
                List.of("--cpus=1", "--cpu-quota=5"),
                List.of("--no-healthcheck", "--health-retries=1"),
                List.of("-v", "/a:/x", "--tmpfs", "/x"),
                List.of("-d", "-a", "stdout"),
                List.of("-it"))) {
            FakeTerminal t = new FakeTerminal();
            List<String> words = new ArrayList<>(List.of("run"));
            words.addAll(c);
            words.add("busybox");
            assertEquals(125, engine.run(t, words.toArray(new String[0])), c.toString());
            assertTrue(t.errText().length() > 20, t.errText());
        }
        assertEquals(List.of(), engine.lifecycle.calls);
    }
}
