package dev.felucca.core.spec;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.EngineException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused and how, and what is not. Quotes in the JSON are single ones. */
class ValidateTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'workingDir': 'app'} | the working directory 'app' is invalid, it needs to be an absolute path",
                "{'stopSignal': 'NOPE'} | invalid signal: NOPE",
                "{'env': ['=x']} | invalid environment variable: =x",
                "{'hostname': 'a b'} | invalid hostname format: a b",
                "{'hostname': '-a'} | invalid hostname format: -a",
                "{'domainname': 'a/b'} | invalid domainname format: a/b",
                "{'volumes': ['data']} | invalid volume specification: 'data' must be an absolute path other than '/'",
                "{'volumes': ['/']} | invalid volume specification: '/' must be an absolute path other than '/'",
                "{'exposedPorts': ['http']} | port specification",
            })
    void wrongConfigurations(String config, String message) {
        assertRefused(EngineException.Kind.INVALID, message, config, "{}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'pidMode': 'private'} | invalid PID mode: private",
                "{'ipcMode': 'x'} | invalid IPC mode: x",
                "{'utsMode': 'container:x'} | invalid UTS mode: container:x",
                "{'cgroupnsMode': 'x'} | invalid cgroup namespace mode: x",
                "{'pidMode': 'container:'} | invalid container format container:<name|id>",
                "{'timeOffsets': {'realtime': 5}} | unknown clock",
                "{'capAdd': ['NET_ADMIN', 'FLY']} | invalid CapAdd: unknown capability: \"FLY\"",
                "{'capDrop': ['CAP_FLY']} | invalid CapDrop: unknown capability: \"CAP_FLY\"",
                "{'securityOpt': ['foo=bar']} | invalid --security-opt: \"foo=bar\"",
                "{'securityOpt': ['no-new-privileges=maybe']} | it can only be true or false",
                "{'securityOpt': ['systempaths=confined']} | it can only be systempaths=unconfined",
                "{'securityOpt': ['seccomp=profile.json']} | absolute path",
                "{'securityOpt': ['seccomp=/no/such/file']} | opening seccomp profile (/no/such/file) failed",
                "{'securityOpt': ['seccomp={x']} | decoding the seccomp profile failed",
                "{'ulimits': [{'name': 'files', 'soft': 1, 'hard': 1}]} | invalid ulimit type: files",
                "{'ulimits': [{'name': 'nofile', 'soft': 9, 'hard': 8}]} | must be less than or equal to hard limit: 9 > 8",
                "{'ulimits': [{'name': 'nofile', 'soft': -1, 'hard': 8}]} | the soft limit cannot be unlimited",
                "{'sysctls': {'vm.swappiness': '1'}} | sysctl 'vm.swappiness' is not allowed",
                "{'sysctls': {'kernel.hostname': 'x'}} | sysctl 'kernel.hostname' is not allowed",
                "{'networkMode': 'host', 'sysctls': {'net.core.somaxconn': '1'}} | not allowed in host network namespace",
                "{'ipcMode': 'host', 'sysctls': {'kernel.shmmax': '1'}} | not allowed in host ipc namespace",
                "{'oomScoreAdj': 1001} | invalid value 1001, range for oom score adj is [-1000, 1000]",
                "{'shmSize': -1} | SHM size can not be less than 0",
                "{'maskedPaths': ['proc']} | invalid masked path",
                "{'readonlyPaths': ['/a/../b']} | invalid read-only path",
                "{'dns': ['ns.example']} | IP address is not correctly formatted: ns.example",
                "{'dns': ['1.2.3.256']} | IP address is not correctly formatted: 1.2.3.256",
                "{'extraHosts': ['db']} | bad format for add-host",
                "{'extraHosts': ['db:1.2.3']} | invalid IP address in add-host: \"1.2.3\"",
                "{'logOptions': {'tag': 'x'}} | log option tag is not supported",
                "{'logOptions': {'max-size': 'big'}} | log option max-size=big is not a size",
                "{'logOptions': {'max-size': '1m', 'max-file': '0'}} | log option max-file=0 must be at least 1",
                "{'logOptions': {'max-file': '3'}} | max-file cannot be used without max-size",
                "{'devices': [{'pathOnHost': '/dev/nope', 'pathInContainer': '/dev/x', 'permissions': 'rwm'}]}"
                        + " | error gathering device information while adding custom device \"/dev/nope\": no such file or directory",
                "{'devices': [{'pathOnHost': '/etc/passwd', 'pathInContainer': '/x', 'permissions': 'rwm'}]} | not a device node",
                "{'devices': [{'pathOnHost': '/dev/null', 'pathInContainer': '/x', 'permissions': 'rx'}]} | invalid device mode: rx",
                "{'devices': [{'pathOnHost': '/dev/null', 'pathInContainer': 'x', 'permissions': 'r'}]} | 'x' is not an absolute path",
            })
    void wrongHostConfigurations(String host, String message) {
        assertRefused(EngineException.Kind.INVALID, message, "{}", host);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'memory': 4194304} | Minimum memory limit allowed is 6MB",
                "{'memory': -1} | invalid memory limit -1",
                "{'memory': 8388608, 'memorySwap': 7340032} | Minimum memoryswap limit should be larger than memory limit",
                "{'memorySwap': 8388608} | You should always set the Memory limit when using Memoryswap limit",
                "{'memory': 8388608, 'memoryReservation': 9437184} | can not be less than memory reservation limit",
                "{'memorySwappiness': 101} | Invalid value: 101, valid memory swappiness range is 0-100",
                "{'nanoCpus': 5000000000} | range of CPUs is from 0.01 to 4.00, as there are only 4 CPUs available",
                "{'nanoCpus': 1000000} | range of CPUs is from 0.01 to 4.00",
                "{'nanoCpus': 1000000000, 'cpuPeriod': 100000} | Nano CPUs and CPU Period cannot both be set",
                "{'nanoCpus': 1000000000, 'cpuQuota': 100000} | Nano CPUs and CPU Quota cannot both be set",
                "{'cpuPeriod': 10} | CPU cfs period can not be less than 1ms",
                "{'cpuQuota': 10} | CPU cfs quota can not be less than 1ms",
                "{'cpuShares': -1} | invalid CPU shares (-1)",
                "{'cpusetCpus': '0-4'} | Requested CPUs are not available - requested 0-4, available: 0-3",
                "{'cpusetCpus': '0-'} | Invalid value 0- for cpuset cpus",
                "{'cpusetCpus': '3-1'} | Invalid value 3-1 for cpuset cpus",
                "{'cpusetMems': '2'} | Requested memory nodes are not available - requested 2, available: 0-1",
                "{'blkioWeight': 5} | Range of blkio weight is from 10 to 1000",
                "{'blkioDeviceReadBps': [{'path': '/dev/null', 'rate': 1}]} | can only limit block devices",
                "{'blkioDeviceReadBps': [{'path': '/dev/nope', 'rate': 1}]} | the device /dev/nope cannot be found",
                "{'pidsLimit': -2} | invalid pids limit -2",
                "{'deviceCgroupRules': ['c 1:2']} | invalid device cgroup rule format: 'c 1:2'",
                "{'deviceCgroupRules': ['x 1:2 r']} | invalid device cgroup rule format: 'x 1:2 r'",
            })
    void wrongLimits(String resources, String message) {
        assertRefused(EngineException.Kind.INVALID, message, "{}", "{'resources': " + resources + "}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'hostname': 'a'} | {'utsMode': 'host'} | conflicting options: hostname and the UTS mode",
                "{'hostname': 'a'} | {'networkMode': 'container:x'} | conflicting options: hostname and the network mode",
                "{} | {'networkMode': 'container:x', 'dns': ['1.1.1.1']} | conflicting options: dns and the network mode",
                "{} | {'networkMode': 'container:x', 'extraHosts': ['a:1.1.1.1']} | custom host-to-IP mapping",
            },
            quoteCharacter = '"')
    void conflicts(String config, String host, String message) {
        assertRefused(EngineException.Kind.INVALID, message, config, host);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'securityOpt': ['apparmor=docker-default']} | AppArmor is not supported",
                "{'securityOpt': ['label=type:x']} | SELinux is not supported",
                "{'ipcMode': 'container:web'} | mount one and the same volume on /dev/shm of both",
            })
    void whatFeluccaCannotDo(String host, String message) {
        assertRefused(EngineException.Kind.UNSUPPORTED, message, "{}", host);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "bind | data | /x | true | \"\" | 'data' is not an absolute path",
                "bind | /no/such/dir | /x | false | \"\" | bind source path does not exist: /no/such/dir",
                "bind | /tmp | x | true | \"\" | invalid mount path: 'x' mount path must be absolute",
                "bind | /tmp | /a/.. | true | \"\" | destination can't be '/'",
                "bind | /tmp | /proc/self | true | \"\" | cannot be mounted because it is inside /proc",
                "bind | /tmp | /x/../proc/sys | true | \"\" | cannot be mounted because it is inside /proc",
                "bind | /tmp | /x | true | size=1m | only for tmpfs mounts",
                "volume | a/b | /x | true | \"\" | includes invalid characters for a local volume name",
                "tmpfs | /tmp | /x | true | \"\" | field Source must not be specified",
                "tmpfs | \"\" | /x | true | huge=always | invalid tmpfs option",
                "tmpfs | \"\" | /x | true | size=many | invalid tmpfs option",
                "npipe | x | /x | true | \"\" | mount type unknown",
            })
    void wrongMounts(String type, String source, String target, String create, String options, String message) {
        String host = "{'mounts': [{'type': '" + type + "', 'source': '" + source + "', 'target': '" + target
                + "', 'readOnly': false, 'propagation': null, 'createSource': " + create
                + ", 'noCopy': false, 'options': '" + options + "'}]}";
        assertRefused(EngineException.Kind.INVALID, message, "{}", host);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'networkMode': 'none', 'pidMode': 'host', 'ipcMode': 'none', 'cgroupnsMode': 'host'}",
                "{'networkMode': 'host', 'utsMode': 'host', 'ipcMode': 'shareable'}",
                "{'capAdd': ['net_admin', 'CAP_SYS_TIME', 'all'], 'capDrop': ['ALL']}",
                "{'securityOpt': ['no-new-privileges', 'seccomp=unconfined', 'apparmor=unconfined', 'label=disable',"
                        + " 'systempaths=unconfined', 'label:disable', 'writable-cgroups=false']}",
                "{'ulimits': [{'name': 'core', 'soft': -1, 'hard': -1}, {'name': 'nofile', 'soft': 1, 'hard': -1}]}",
                "{'sysctls': {'net.core.somaxconn': '1', 'kernel.shmmax': '1', 'fs.mqueue.msg_max': '5',"
                        + " 'net/ipv4/conf/eth0.1/forwarding': '1', 'kernel.domainname': 'x'}}",
                "{'dns': ['1.2.3.4', '::1', 'fe80::1%eth0'], 'extraHosts': ['a:::1', 'b:[::1]', 'c:10.0.0.1']}",
                "{'logOptions': {'max-size': '10m', 'max-file': '3'}}",
                "{'resources': {'memory': 0, 'memorySwap': 0, 'memorySwappiness': -1, 'cpuQuota': -1, 'pidsLimit': -1}}",
                "{'resources': {'memory': 6291456, 'memorySwap': -1, 'nanoCpus': 10000000, 'cpusetCpus': '0,2-3'}}",
                "{'resources': {'deviceCgroupRules': ['c 42:* rwm', 'a *:* m']}}",
            })
    void whatIsFine(String host) {
        assertDoesNotThrow(() -> SpecFactory.validate(Samples.config(), Samples.host(host), Samples.HOST));
    }

    private static void assertRefused(EngineException.Kind kind, String message, String config, String host) {
        EngineException e = assertThrows(
                EngineException.class,
                () -> SpecFactory.validate(Samples.config(config), Samples.host(host), Samples.HOST));
        assertTrue(e.message().contains(message), e.message());
        assertEquals(kind, e.kind());
    }
}
