package dev.felucca.docker.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.HostConfig;
import dev.felucca.api.container.RestartPolicy;
import dev.felucca.api.container.VolumeMount;
import dev.felucca.api.network.NetworkAttachment;
import dev.felucca.api.network.NetworkOptions;
import dev.felucca.api.network.PortBinding;
import dev.felucca.api.spec.Box;
import dev.felucca.docker.http.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CreateBodyTest {
    private static CreateBody parse(String json) {
        return CreateBody.parse(Json.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
    }

    private static HostConfig host(String json) {
        return parse("{'Image':'busybox','HostConfig':{" + json + "}}").host();
    }

    private static String refused(EngineException.Kind kind, String json) {
        EngineException e = assertThrows(EngineException.class, () -> parse(json));
        assertEquals(kind, e.kind(), e.message());
        return e.message();
    }

    @Test
    void whatTheCommandLineSendsForNothingAsksForNothing() {
        CreateBody b = parse("{'Hostname':'','Domainname':'','User':'','AttachStdin':false,'AttachStdout':true,"
                + "'AttachStderr':true,'Tty':false,'OpenStdin':false,'StdinOnce':false,'Env':null,'Cmd':['true'],"
                + "'Image':'busybox','Volumes':{},'WorkingDir':'','Entrypoint':null,'OnBuild':null,'Labels':{},"
                + "'HostConfig':{'Binds':null,'ContainerIDFile':'','LogConfig':{'Type':'','Config':{}},"
                + "'NetworkMode':'default','PortBindings':{},'RestartPolicy':{'Name':'no','MaximumRetryCount':0},"
                + "'AutoRemove':false,'VolumeDriver':'','VolumesFrom':null,'ConsoleSize':[0,0],'CapAdd':null,'CapDrop':null,"
                + "'CgroupnsMode':'','Dns':[],'DnsOptions':[],'DnsSearch':[],'ExtraHosts':null,'GroupAdd':null,'IpcMode':'',"
                + "'Cgroup':'','Links':null,'OomScoreAdj':0,'PidMode':'','Privileged':false,'PublishAllPorts':false,"
                + "'ReadonlyRootfs':false,'SecurityOpt':null,'UTSMode':'','UsernsMode':'','ShmSize':0,'Isolation':'',"
                + "'CpuShares':0,'Memory':0,'NanoCpus':0,'CgroupParent':'','BlkioWeight':0,'BlkioWeightDevice':[],"
                + "'BlkioDeviceReadBps':[],'CpuPeriod':0,'CpuQuota':0,'CpusetCpus':'','Devices':[],'DeviceRequests':null,"
                + "'KernelMemory':0,'MemoryReservation':0,'MemorySwap':0,'MemorySwappiness':-1,'OomKillDisable':false,"
                + "'PidsLimit':0,'Ulimits':[],'CpuCount':0,'CpuPercent':0,'IOMaximumIOps':0,'IOMaximumBandwidth':0,"
                + "'MaskedPaths':null,'ReadonlyPaths':null},"
                + "'NetworkingConfig':{'EndpointsConfig':{'default':{'IPAMConfig':null,'Links':null,'Aliases':null,"
                + "'MacAddress':'','DriverOpts':null,'GwPriority':0,'NetworkID':'','DNSNames':null}}}}");
        assertEquals(List.of("true"), b.config().cmd());
        assertNull(b.config().entrypoint());
        assertNull(b.consoleSize());
        assertNull(b.host().resources().memory());
        assertEquals(RestartPolicy.NO, b.host().restartPolicy());
    }

    @Test
    void whatIsNotKnownIsRefusedByName() {
        assertEquals(
                "not supported: HostConfig.StorageOpt",
                refused(EngineException.Kind.UNSUPPORTED, "{'Image':'x','HostConfig':{'StorageOpt':{'size':'1g'}}}"));
        assertEquals("not supported: Future", refused(EngineException.Kind.UNSUPPORTED, "{'Image':'x','Future':true}"));
        assertEquals(
                "not supported: HostConfig.Mounts[0].VolumeOptions.Subpath",
                refused(
                        EngineException.Kind.UNSUPPORTED,
                        "{'HostConfig':{'Mounts':[{'Type':'volume','Target':'/x','VolumeOptions':{'Subpath':'y'}}]}}"));
    }

    @Test
    void wrongTypesAreNamed() {
        assertTrue(refused(EngineException.Kind.INVALID, "{'Tty':'yes'}").contains("Tty must be true or false"));
        assertTrue(refused(EngineException.Kind.INVALID, "{'HostConfig':{'Memory':1.5}}")
                .contains("HostConfig.Memory"));
        assertTrue(refused(EngineException.Kind.INVALID, "{'Env':{'a':'b'}}").contains("Env must be an array"));
    }

    @Test
    void namesCountInAnyCase() {
        assertEquals("x", parse("{'image':'x'}").config().image());
    }

    @Test
    void entrypoints() {
        assertNull(parse("{'Entrypoint':[]}").config().entrypoint());
        assertEquals(List.of(), parse("{'Entrypoint':['']}").config().entrypoint());
        assertEquals(List.of("a"), parse("{'Entrypoint':'a'}").config().entrypoint());
    }

    @Test
    void binds() {
        VolumeMount bind = host("'Binds':['/src:/dst:ro,rslave']").mounts().get(0);
        assertEquals(new VolumeMount("bind", "/src", "/dst", true, "rslave", true, false, ""), bind);
        assertEquals(
                "volume", host("'Binds':['data:/dst:nocopy']").mounts().get(0).type());
        refused(EngineException.Kind.INVALID, "{'HostConfig':{'Binds':['/a:/b:nonsense']}}");
        refused(EngineException.Kind.INVALID, "{'HostConfig':{'Binds':['./a:/b']}}");
        assertEquals("size=1m", host("'Tmpfs':{'/t':'size=1m'}").mounts().get(0).options());
        assertEquals(
                "size=64,mode=1777",
                host("'Mounts':[{'Type':'tmpfs','Target':'/t','TmpfsOptions':{'SizeBytes':64,'Mode':1023}}]")
                        .mounts()
                        .get(0)
                        .options());
    }

    @Test
    void ports() {
        assertEquals(
                List.of(new PortBinding(80, "tcp", "127.0.0.1", 8080, 8080)),
                host("'PortBindings':{'80/tcp':[{'HostIp':'127.0.0.1','HostPort':'8080'}]}")
                        .network()
                        .ports());
        assertEquals(
                List.of(new PortBinding(53, "udp", "", 6000, 6010)),
                host("'PortBindings':{'53/udp':[{'HostPort':'6000-6010'}]}")
                        .network()
                        .ports());
        refused(EngineException.Kind.INVALID, "{'HostConfig':{'PortBindings':{'99999/tcp':[{}]}}}");
    }

    @Test
    void theNetworksWishesAreThoseOfItsEndpoint() {
        CreateBody b = parse("{'HostConfig':{'NetworkMode':'n'},'NetworkingConfig':{'EndpointsConfig':{'n':"
                + "{'IPAMConfig':{'IPv4Address':'10.0.0.9'},'Aliases':['db']}}}}");
        assertEquals("10.0.0.9", b.host().network().ipv4());
        assertEquals(List.of("db"), b.host().network().aliases());
        CreateBody two = parse("{'HostConfig':{'NetworkMode':'n'},'NetworkingConfig':{'EndpointsConfig':"
                + "{'m':{'Aliases':['x'],'Links':['c:y']},'n':{}}}}");
        assertEquals(
                List.of(new NetworkAttachment(
                        "m", new NetworkOptions(List.of(), false, null, null, null, List.of("x"), List.of("c:y")))),
                two.host().networks());
    }

    @Test
    void theRest() {
        assertEquals(
                new Box(24, 80), parse("{'HostConfig':{'ConsoleSize':[24,80]}}").consoleSize());
        assertEquals(
                Map.of("monotonic", 60L),
                host("'Annotations':{'felucca.time.monotonic':'60'}").timeOffsets());
        assertEquals(
                new RestartPolicy(RestartPolicy.When.ON_FAILURE, 3),
                host("'RestartPolicy':{'Name':'on-failure','MaximumRetryCount':3}")
                        .restartPolicy());
        refused(EngineException.Kind.INVALID, "{'HostConfig':{'RestartPolicy':{'Name':'sometimes'}}}");
        assertEquals("none", parse("{'NetworkDisabled':true}").host().networkMode());
    }
}
