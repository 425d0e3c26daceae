package dev.felucca.network.dns;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.network.NetworkNames;
import dev.felucca.contracts.network.HandleTable;
import dev.felucca.contracts.network.Net;
import dev.felucca.network.dns.Resolver.Answer;
import io.netty.handler.codec.dns.DnsRecordType;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The name server as a container sees it: every test has a network namespace and asks in it. */
class EmbeddedNameServerTest {
    private static final String ID = "c".repeat(64);
    private static final int SERVFAIL = 2;
    private static final int NXDOMAIN = 3;
    private static final int TIMEOUT_MILLIS = 300;

    private final Net container = Net.create();
    private final Resolver resolver = new Resolver(container);
    private final HandleTable handles = new HandleTable();
    private final Map<String, List<String>> known = new HashMap<>();
    private final List<String> upstream = new ArrayList<>();
    private EmbeddedNameServer server = new EmbeddedNameServer(handles, new Names(), TIMEOUT_MILLIS);

    private final class Names implements NetworkNames {
        @Override
        public Optional<List<InetAddress>> addresses(String containerId, String name) {
            assertEquals(ID, containerId);
            return Optional.ofNullable(known.get(name))
                    .map(l -> l.stream().map(EmbeddedNameServerTest::address).toList());
        }

        @Override
        public Optional<String> name(String containerId, InetAddress address) {
            return known.entrySet().stream()
                    .filter(e -> e.getValue().contains(address.getHostAddress()))
                    .map(e -> e.getKey() + ".back")
                    .findFirst();
        }

        @Override
        public List<Upstream> upstream(String containerId) {
            return upstream.stream().map(a -> new Upstream(address(a), false)).toList();
        }
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @BeforeEach
    void open() {
        known.put("web", List.of("10.1.0.2", "fd00:0:0:0:0:0:0:2"));
        server.open(ID, container.path());
        server.open(ID, container.path());
    }

    @AfterEach
    void close() throws Exception {
        server.close(ID);
        server.close(ID);
        server.stop();
        assertEquals(List.of(), handles.list());
        container.close();
    }

    private static byte[] reply(byte[] query, int code) {
        byte[] out = query.clone();
        out[2] |= (byte) 0x80;
        out[3] = (byte) (0x80 | code);
        return out;
    }

    @Test
    void namesAndAddressesAreAnswered() throws Exception {
        assertEquals(List.of("10.1.0.2"), resolver.ask("web", DnsRecordType.A).values());
        assertEquals(
                List.of("fd00:0:0:0:0:0:0:2"),
                resolver.ask("web", DnsRecordType.AAAA).values());
        assertEquals(
                List.of("10.1.0.2"), resolver.askStream("web", DnsRecordType.A).values());
        Answer none = resolver.ask("web", DnsRecordType.MX);
        assertEquals(0, none.code());
        assertEquals(0, none.records());
        assertEquals(
                List.of("web.back."),
                resolver.ask("2.0.1.10.in-addr.arpa", DnsRecordType.PTR).values());
        String v6 = "2" + ".0".repeat(27) + ".0.0.d.f.ip6.arpa";
        assertEquals(List.of("web.back."), resolver.ask(v6, DnsRecordType.PTR).values());
        known.put("web", List.of("10.1.0.9"));
        assertEquals(List.of("10.1.0.9"), resolver.ask("web", DnsRecordType.A).values());
    }

    @Test
    void aServiceGoesRoundAndIsNotCutOff() throws Exception {
        List<String> all =
                IntStream.rangeClosed(1, 200).mapToObj(i -> "10.1.1." + i).toList();
        known.put("svc", all);
        Set<String> first = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            Answer cut = resolver.ask("svc", DnsRecordType.A);
            assertTrue(cut.truncated() && cut.records() > 0 && cut.bytes().limit() <= 512);
            first.add(cut.values().get(0));
        }
        assertTrue(first.size() > 1, first.toString());
        Answer whole = resolver.askStream("svc", DnsRecordType.A);
        assertEquals(new HashSet<>(all), new HashSet<>(whole.values()));
        assertTrue(!whole.truncated());
    }

    @Test
    void port53IsTheContainersOwn() {
        container.call(() -> {
            new ServerSocket(53).close();
            return true;
        });
    }

    @Test
    void whatIsNotOursIsPassedOnByteForByte() throws Exception {
        upstream.add("127.0.0.53");
        byte[] strange = {(byte) 0xc0, 0x0c, (byte) 0xff, 0x01, 0, 1, 0, 0, 0, 9, 0, 3, 1, 2, 3};
        try (Outside o = new Outside(container, "127.0.0.53", q -> {
            byte[] out = Arrays.copyOf(reply(q, 0), q.length + strange.length);
            System.arraycopy(strange, 0, out, q.length, strange.length);
            out[7] = 1;
            return out;
        })) {
            for (Answer a : List.of(
                    resolver.ask("example.org", DnsRecordType.A), resolver.askStream("example.org", DnsRecordType.A))) {
                assertEquals(0, a.code());
                byte[] query = Resolver.query(4711, "example.org", DnsRecordType.A);
                assertArrayEquals(
                        strange,
                        Arrays.copyOfRange(
                                a.bytes().array(), query.length, a.bytes().limit()));
                assertArrayEquals(
                        Arrays.copyOf(query, 2), Arrays.copyOf(a.bytes().array(), 2));
            }
        }
    }

    @Test
    void hugeAnswersComeOverTcp() throws Exception {
        upstream.add("127.0.0.53");
        try (Outside o =
                new Outside(container, "127.0.0.53", q -> Arrays.copyOf(reply(q, NXDOMAIN), q.length + 65_000))) {
            assertTrue(
                    resolver.askStream("big.example", DnsRecordType.TXT).bytes().limit() > 65_000);
        }
    }

    @Test
    void aDeadServerIsPassedOver() throws Exception {
        upstream.addAll(List.of("127.0.0.51", "127.0.0.52", "127.0.0.53"));
        try (Outside silent = new Outside(container, "127.0.0.51", q -> new byte[0]);
                Outside unable = new Outside(container, "127.0.0.53", q -> reply(q, NXDOMAIN))) {
            // the one in the middle does not exist, and its host refuses
            assertEquals(NXDOMAIN, resolver.ask("a.example", DnsRecordType.A).code());
            long start = System.nanoTime();
            for (int i = 0; i < 5; i++) {
                assertEquals(
                        NXDOMAIN, resolver.ask("b.example", DnsRecordType.A).code());
            }
            long each = (System.nanoTime() - start) / 5_000_000;
            assertTrue(each < TIMEOUT_MILLIS, "the silent one was asked first again: " + each + " ms");
        }
        upstream.subList(1, 3).clear();
        try (Outside silent = new Outside(container, "127.0.0.51", q -> new byte[0])) {
            assertEquals(SERVFAIL, resolver.ask("c.example", DnsRecordType.A).code());
            assertEquals(
                    SERVFAIL, resolver.askStream("c.example", DnsRecordType.A).code());
        }
        upstream.clear();
        assertEquals(SERVFAIL, resolver.ask("d.example", DnsRecordType.A).code());
        upstream.add("192.0.2.1"); // there is no route
        assertEquals(SERVFAIL, resolver.ask("e.example", DnsRecordType.A).code());
        assertEquals(List.of("10.1.0.2"), resolver.ask("web", DnsRecordType.A).values());
    }

    @Test
    void aRefusalIsToldIfNobodyKnowsBetter() throws Exception {
        upstream.addAll(List.of("127.0.0.52", "127.0.0.53"));
        try (Outside a = new Outside(container, "127.0.0.52", q -> reply(q, SERVFAIL));
                Outside b = new Outside(container, "127.0.0.53", q -> reply(q, 5))) {
            assertEquals(5, resolver.ask("a.example", DnsRecordType.A).code());
        }
    }

    @Test
    void forgedAnswersAreNotBelieved() throws Exception {
        upstream.add("127.0.0.53");
        try (Outside o = new Outside(container, "127.0.0.53", q -> {
            byte[] other = reply(q, 0);
            other[Query.HEADER + 1] ^= 1; // another name
            return other;
        })) {
            assertEquals(SERVFAIL, resolver.ask("a.example", DnsRecordType.A).code());
            assertEquals(
                    SERVFAIL, resolver.askStream("a.example", DnsRecordType.A).code());
        }
    }

    @Test
    void aLoopEnds() throws Exception {
        upstream.add("127.0.0.53");
        // a forwarder in the container that asks us
        try (Outside loop = new Outside(container, "127.0.0.53", q -> resolver.datagram(q, 5_000))) {
            assertEquals(SERVFAIL, resolver.ask("a.example", DnsRecordType.A).code());
        }
        assertEquals(List.of("10.1.0.2"), resolver.ask("web", DnsRecordType.A).values());
    }

    @Test
    void rubbishIsNoHarm() throws Exception {
        Random random = new Random(1);
        byte[] good = Resolver.query(1, "web", DnsRecordType.A);
        for (int i = 0; i < 2_000; i++) {
            byte[] bad;
            if (i % 2 == 0) {
                bad = new byte[random.nextInt(600)];
                random.nextBytes(bad);
            } else {
                bad = good.clone();
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
                bad = Arrays.copyOf(bad, random.nextInt(bad.length + 20));
            }
            resolver.datagram(bad, 1);
        }
        byte[] pointsToItself = {0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, (byte) 0xc0, 0x0c, 0, 1, 0, 1};
        assertEquals(1, resolver.datagram(pointsToItself, 5_000)[3] & 0xF);
        byte[] answer = good.clone();
        answer[2] |= (byte) 0x80;
        assertEquals(0, resolver.datagram(answer, 200).length, "an answer is not answered");
        byte[] update = good.clone();
        update[2] = 0x28;
        assertEquals(4, resolver.datagram(update, 5_000)[3] & 0xF);
        assertEquals(List.of("10.1.0.2"), resolver.ask("web", DnsRecordType.A).values());
    }

    @Test
    void anotherBuildTakesOverWithoutALoss() throws Exception {
        EmbeddedNameServer old = server;
        List<Throwable> failures = new ArrayList<>();
        AtomicBoolean end = new AtomicBoolean();
        Thread asking = new Thread(() -> {
            try {
                while (!end.get()) {
                    assertEquals(
                            List.of("10.1.0.2"),
                            resolver.ask("web", DnsRecordType.A).values());
                    assertEquals(
                            List.of("10.1.0.2"),
                            resolver.askStream("web", DnsRecordType.A).values());
                }
            } catch (Exception | AssertionError e) {
                failures.add(e);
            }
        });
        asking.start();
        for (int i = 0; i < 5; i++) {
            EmbeddedNameServer next = new EmbeddedNameServer(handles, new Names(), TIMEOUT_MILLIS);
            next.probe();
            old.stop();
            old = next;
            server = next;
        }
        end.set(true);
        asking.join();
        assertEquals(List.of(), failures);
    }
}
