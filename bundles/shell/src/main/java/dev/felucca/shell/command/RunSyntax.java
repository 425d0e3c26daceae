package dev.felucca.shell.command;

import dev.felucca.shell.options.Syntax;

/** The options that {@code run} and {@code create} share: docker's names. */
final class RunSyntax {
    private RunSyntax() {}

    static Syntax.Builder of(String name, String summary) {
        Syntax.Builder b = Syntax.of(name, "IMAGE [COMMAND] [ARG...]", summary)
                .operands(1, -1)
                .stopAtOperand();
        process(b);
        files(b);
        security(b);
        limits(b);
        host(b);
        health(b);
        return refused(b);
    }

    private static void process(Syntax.Builder b) {
        b.list("-a, --attach", "stream", "Attach to stdin, stdout or stderr only")
                .flag("-i, --interactive", "Keep standard input open even if not attached")
                .flag("-t, --tty", "Give it a terminal")
                .flag("--rm", "Remove the container and its anonymous volumes when it exits")
                .value("--name", "string", "Name of the container")
                .list("-e, --env", "NAME=value", "Set a variable; a bare NAME takes the caller's value")
                .list("--env-file", "file", "Read variables from a file")
                .value("-w, --workdir", "path", "Working directory in the container")
                .value("-u, --user", "name[:group]", "User name or number, with an optional group")
                .list("--group-add", "group", "Add a group to join")
                .value("--entrypoint", "program", "Replace the image's entrypoint; empty for none")
                .value("-h, --hostname", "string", "Host name in the container")
                .value("--domainname", "string", "NIS domain name in the container")
                .list("-l, --label", "name=value", "Set a label")
                .list("--label-file", "file", "Read labels from a file")
                .list(
                        "--annotation",
                        "name=value",
                        "Annotation for the runtime; felucca.storage, felucca.cgroup and"
                                + " felucca.namespace pick drivers, felucca.time.monotonic and felucca.time.boottime shift clocks")
                .value("--stop-signal", "signal", "Signal that stops it")
                .value("--stop-timeout", "seconds", "Seconds between the stop signal and SIGKILL")
                .value(
                        "--restart",
                        "policy",
                        "Restart policy: no, on-failure[:MAX-RETRIES], always, unless-stopped (default no)")
                .flag("--init", "Run a small init as process 1, which reaps and passes signals on")
                .value("--cidfile", "file", "Write the container's id to a file")
                .value("--detach-keys", "keys", "Keys that leave a container with a terminal (default ctrl-p,ctrl-q)")
                .value("--pull", "policy", "Pull the image: missing, never (only local images are used)")
                .value("--platform", "os[/arch]", "Platform that the image must have")
                .flag("-q, --quiet", "Do not show a pull's progress");
    }

    private static void files(Syntax.Builder b) {
        b.list("-v, --volume", "[source:]path[:options]", "Bind mount or volume")
                .list("--mount", "type=...,key=value", "Mount a bind, volume or tmpfs")
                .list("--tmpfs", "path[:options]", "Mount a tmpfs")
                .list("--volumes-from", "container[:ro]", "Mount the volumes of another container")
                .value("--volume-driver", "name", "Volume driver: local")
                .flag("--read-only", "Mount the root filesystem read-only")
                .value("--shm-size", "bytes", "Size of /dev/shm")
                .list("--device", "host[:path][:rwm]", "Add a host device")
                .list("--device-cgroup-rule", "rule", "Add a rule to the list of allowed devices");
    }

    private static void security(Syntax.Builder b) {
        b.flag("--privileged", "Give it all privileges")
                .list("--cap-add", "capability", "Add a capability")
                .list("--cap-drop", "capability", "Drop a capability")
                .list(
                        "--security-opt",
                        "option",
                        "Security option, such as no-new-privileges, seccomp=FILE, seccomp=unconfined")
                .list("--sysctl", "name=value", "Set a kernel parameter of its namespaces")
                .list("--ulimit", "name=soft[:hard]", "Set a resource limit")
                .value("--userns", "mode", "User namespace: host");
    }

    private static void limits(Syntax.Builder b) {
        b.value("-m, --memory", "bytes", "Memory limit")
                .value("--memory-reservation", "bytes", "Soft memory limit")
                .value("--memory-swap", "bytes", "Memory plus swap; -1 for unlimited swap")
                .value("--memory-swappiness", "0..100", "Tune swapping")
                .flag("--oom-kill-disable", "Do not kill on lack of memory")
                .value("--oom-score-adj", "-1000..1000", "Tune the host's choice on lack of memory")
                .value("--cpus", "number", "Number of CPUs")
                .value("-c, --cpu-shares", "number", "CPU shares (relative weight)")
                .value("--cpu-period", "microseconds", "Period of the CPU quota")
                .value("--cpu-quota", "microseconds", "CPU time in each period")
                .value("--cpu-rt-period", "microseconds", "Period of the real-time limit")
                .value("--cpu-rt-runtime", "microseconds", "Real-time CPU time in each period")
                .value("--cpuset-cpus", "list", "CPUs to run on (0-3, 0,1)")
                .value("--cpuset-mems", "list", "Memory nodes to use (0-3, 0,1)")
                .value("--blkio-weight", "10..1000", "Block I/O weight; 0 for the default")
                .list("--device-read-bps", "device:bytes", "Limit reads in bytes a second")
                .list("--device-write-bps", "device:bytes", "Limit writes in bytes a second")
                .list("--device-read-iops", "device:number", "Limit reads a second")
                .list("--device-write-iops", "device:number", "Limit writes a second")
                .value("--pids-limit", "number", "Limit of processes; -1 for none");
    }

    private static void host(Syntax.Builder b) {
        b.list(
                        "--net, --network",
                        "mode",
                        "Network: bridge (the default), none, host, container:ID, or a network's name; several are joined in turn")
                .list("-p, --publish", "[[address:]host:]port[/protocol]", "Publish a port on the host")
                .flag("-P, --publish-all", "Publish all exposed ports on free ports of the host")
                .value("--ip", "address", "Fixed IPv4 address on a network of your own")
                .value("--ip6", "address", "Fixed IPv6 address on a network of your own")
                .value("--mac-address", "address", "MAC address, such as 02:42:ac:12:00:05")
                .list("--net-alias, --network-alias", "name", "Another name on the network")
                .list("--link", "container[:name]", "Name another container for this one")
                .value("--pid", "mode", "PID namespace: host, container:ID")
                .value("--ipc", "mode", "IPC namespace: private, shareable, none, host, container:ID")
                .value("--uts", "mode", "UTS namespace: host")
                .value("--cgroupns", "mode", "Cgroup namespace: private, host")
                .value("--cgroup-parent", "path", "Parent control group")
                .value("--runtime", "name", "Execution backend")
                .value("--log-driver", "name", "Log driver: json-file")
                .list("--log-opt", "name=value", "Log option, such as max-size=10m")
                .list("--add-host", "host:ip", "Add a line to /etc/hosts; the ip may be host-gateway")
                .list("--dns", "address", "DNS server")
                .list("--dns-search", "domain", "DNS search domain")
                .list("--dns-opt, --dns-option", "option", "DNS option")
                .list("--expose", "port[/protocol]", "Note a port as exposed");
    }

    private static void health(Syntax.Builder b) {
        b.value("--health-cmd", "command", "Command that checks health")
                .value("--health-interval", "duration", "Time between two checks")
                .value("--health-timeout", "duration", "Longest time of one check")
                .value("--health-start-period", "duration", "Time to start up before failures count")
                .value("--health-start-interval", "duration", "Time between two checks while starting up")
                .value("--health-retries", "number", "Failures in a row to be unhealthy")
                .flag("--no-healthcheck", "Ignore the image's health check");
    }

    private static Syntax.Builder refused(Syntax.Builder b) {
        return b.refused(
                "--blkio-weight-device",
                "--cpu-count",
                "--cpu-percent",
                "--disable-content-trust",
                "--gpus",
                "--io-maxbandwidth",
                "--io-maxiops",
                "--isolation",
                "--kernel-memory",
                "--link-local-ip",
                "--storage-opt",
                "--use-api-socket");
    }
}
