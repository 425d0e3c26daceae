package dev.felucca.network.bridge;

import static dev.felucca.door.net.NftExpression.CT_STATE;
import static dev.felucca.door.net.NftExpression.CT_STATUS;
import static dev.felucca.door.net.NftExpression.META_IIFNAME;
import static dev.felucca.door.net.NftExpression.META_L4PROTO;
import static dev.felucca.door.net.NftExpression.META_NFPROTO;
import static dev.felucca.door.net.NftExpression.META_OIFNAME;
import static dev.felucca.door.net.NftExpression.NETWORK_HEADER;
import static dev.felucca.door.net.NftExpression.NFPROTO_IPV4;
import static dev.felucca.door.net.NftExpression.NFPROTO_IPV6;
import static dev.felucca.door.net.NftExpression.R1;
import static dev.felucca.door.net.NftExpression.R2;
import static dev.felucca.door.net.NftExpression.STATE_ESTABLISHED_RELATED;
import static dev.felucca.door.net.NftExpression.STATUS_DST_NAT;
import static dev.felucca.door.net.NftExpression.TRANSPORT_HEADER;
import static dev.felucca.door.net.NftExpression.word;
import static dev.felucca.door.net.NftSet.Field.DEVICE_NAME;
import static dev.felucca.door.net.NftSet.Field.INET_PROTOCOL;
import static dev.felucca.door.net.NftSet.Field.INET_SERVICE;
import static dev.felucca.door.net.NftSet.Field.IPV4_ADDRESS;
import static dev.felucca.door.net.NftSet.Field.IPV6_ADDRESS;

import dev.felucca.door.net.NftBatch;
import dev.felucca.door.net.NftBatch.Hook;
import dev.felucca.door.net.NftExpression;
import dev.felucca.door.net.NftSet;
import java.util.ArrayList;
import java.util.List;

/**
 * The rules, which are the same for any number of networks and containers: these are elements of sets.
 *
 * <pre>
 * bridges        our bridges
 * masquerading   those whose traffic leaves the host under its address
 * internal       those without a way out
 * subnets4, subnets6  what addresses our networks have
 * open           each bridge with itself, if its containers may talk to each other
 * ports4, ports6     protocol . host port            : container address . port    (any address of the host)
 * ports4at, ports6at host address . protocol . port  : container address . port
 * </pre>
 */
final class Rules {
    static final String BRIDGES = "bridges";
    static final String MASQUERADING = "masquerading";
    static final String INTERNAL = "internal";
    static final String OPEN = "open";

    private static final int RAW = -300;
    private static final int DSTNAT = -100;
    private static final int SRCNAT = 100;
    private static final byte[] LOOPBACK_MASK = {(byte) 255, 0, 0, 0};
    private static final byte[] LOOPBACK = {127, 0, 0, 0};
    private static final int IPV4_SOURCE = 12;
    private static final int IPV4_DESTINATION = 16;
    private static final int IPV6_SOURCE = 8;
    private static final int IPV6_DESTINATION = 24;

    private final NftBatch batch;

    private Rules(NftBatch batch) {
        this.batch = batch;
    }

    /** Adds the table, its sets and all rules. */
    static void add(NftBatch batch) {
        new Rules(batch.addTable()).all();
    }

    static String subnets(boolean v6) {
        return v6 ? "subnets6" : "subnets4";
    }

    static String portsMap(boolean v6, boolean anyAddress) {
        return (v6 ? "ports6" : "ports4") + (anyAddress ? "" : "at");
    }

    private void all() {
        for (String set : List.of(BRIDGES, MASQUERADING, INTERNAL)) {
            batch.addSet(new NftSet(set, List.of(DEVICE_NAME), List.of()));
        }
        batch.addSet(new NftSet(OPEN, List.of(DEVICE_NAME, DEVICE_NAME), List.of()));
        batch.addSet(new NftSet(subnets(false), List.of(IPV4_ADDRESS), List.of(), true));
        batch.addSet(new NftSet(subnets(true), List.of(IPV6_ADDRESS), List.of(), true));
        maps(false, IPV4_ADDRESS);
        maps(true, IPV6_ADDRESS);
        ports();
        loopback();
        forward();
        postrouting();
    }

    private void maps(boolean v6, NftSet.Field address) {
        List<NftSet.Field> to = List.of(address, INET_SERVICE);
        batch.addSet(new NftSet(portsMap(v6, true), List.of(INET_PROTOCOL, INET_SERVICE), to));
        batch.addSet(new NftSet(portsMap(v6, false), List.of(address, INET_PROTOCOL, INET_SERVICE), to));
    }

    /** Connections to the host's published ports go to the containers: those from outside and the host's own. */
    private void ports() {
        batch.addChain("ports");
        for (boolean v6 : new boolean[] {false, true}) {
            int proto = v6 ? NFPROTO_IPV6 : NFPROTO_IPV4;
            int portWord = v6 ? word(4) : word(1);
            rule(
                    "ports",
                    family(v6),
                    at(v6),
                    NftExpression.mapped(portsMap(v6, false), R1, R1),
                    NftExpression.dnat(proto, R1, portWord));
            rule(
                    "ports",
                    family(v6),
                    any(),
                    NftExpression.mapped(portsMap(v6, true), R1, R1),
                    NftExpression.dnat(proto, R1, portWord));
        }
        batch.addBaseChain("prerouting", "nat", Hook.PREROUTING, DSTNAT);
        rule("prerouting", NftExpression.destinationIsLocal(), NftExpression.jump("ports"));
        batch.addBaseChain("output", "nat", Hook.OUTPUT, DSTNAT);
        rule("output", NftExpression.destinationIsLocal(), NftExpression.jump("ports"));
    }

    /**
     * Ports are published on 127.0.0.1 by letting our bridges route 127/8 (route_localnet). That must not open the host's own
     * 127/8 to containers, nor such a port to whoever can send the host a packet with that destination.
     */
    private void loopback() {
        batch.addBaseChain("loopback", "filter", Hook.PREROUTING, RAW);
        rule("loopback", fromBridge(), toLoopback(), NftExpression.drop());
        NftExpression[] foreign = {
            NftExpression.meta(META_IIFNAME, R1), NftExpression.differs(R1, NftExpression.device("lo"))
        };
        rule(
                "loopback",
                foreign,
                toLoopback(),
                at(false),
                NftExpression.mapped(portsMap(false, false), R1, R1),
                NftExpression.drop());
        rule(
                "loopback",
                foreign,
                toLoopback(),
                any(),
                NftExpression.mapped(portsMap(false, true), R1, R1),
                NftExpression.drop());
    }

    private void forward() {
        batch.addBaseChain("forward", "filter", Hook.FORWARD, 0);
        rule(
                "forward",
                NftExpression.ct(CT_STATE, R1),
                NftExpression.anyBit(R1, STATE_ESTABLISHED_RELATED),
                NftExpression.accept());
        rule("forward", both(), NftExpression.in(OPEN, R1), NftExpression.accept());
        rule("forward", NftExpression.meta(META_IIFNAME, R1), NftExpression.in(INTERNAL, R1), NftExpression.drop());
        rule("forward", NftExpression.meta(META_OIFNAME, R1), NftExpression.in(INTERNAL, R1), NftExpression.drop());
        rule("forward", toBridge(), translated(), NftExpression.accept());
        // another network's container, or anybody outside, without a published port
        rule("forward", toBridge(), NftExpression.drop());
    }

    private void postrouting() {
        batch.addBaseChain("postrouting", "nat", Hook.POSTROUTING, SRCNAT);
        rule(
                "postrouting",
                NftExpression.meta(META_IIFNAME, R1),
                NftExpression.in(MASQUERADING, R1),
                NftExpression.meta(META_OIFNAME, R1),
                NftExpression.notIn(BRIDGES, R1),
                NftExpression.masquerade());
        // the answer to the host's 127.0.0.1 has to find back to it
        rule(
                "postrouting",
                toBridge(),
                ipv4(),
                NftExpression.payload(NETWORK_HEADER, IPV4_SOURCE, 4, R1),
                isLoopback(),
                NftExpression.masquerade());
        // a container that reaches itself or a neighbour through a published port; where it came in is not known here
        // if
        // br_netfilter had it redirected
        for (boolean v6 : new boolean[] {false, true}) {
            rule(
                    "postrouting",
                    toBridge(),
                    translated(),
                    family(v6),
                    NftExpression.payload(NETWORK_HEADER, v6 ? IPV6_SOURCE : IPV4_SOURCE, v6 ? 16 : 4, R1),
                    NftExpression.in(subnets(v6), R1),
                    NftExpression.masquerade());
        }
    }

    private static NftExpression[] family(boolean v6) {
        return new NftExpression[] {
            NftExpression.meta(META_NFPROTO, R1),
            NftExpression.equal(R1, new byte[] {(byte) (v6 ? NFPROTO_IPV6 : NFPROTO_IPV4)})
        };
    }

    private static NftExpression[] ipv4() {
        return family(false);
    }

    private static NftExpression[] fromBridge() {
        return new NftExpression[] {NftExpression.meta(META_IIFNAME, R1), NftExpression.in(BRIDGES, R1)};
    }

    private static NftExpression[] toBridge() {
        return new NftExpression[] {NftExpression.meta(META_OIFNAME, R1), NftExpression.in(BRIDGES, R1)};
    }

    private static NftExpression[] toLoopback() {
        List<NftExpression> e = new ArrayList<>(List.of(ipv4()));
        e.add(NftExpression.payload(NETWORK_HEADER, IPV4_DESTINATION, 4, R1));
        e.addAll(List.of(isLoopback()));
        return e.toArray(NftExpression[]::new);
    }

    private static NftExpression[] isLoopback() {
        return new NftExpression[] {NftExpression.mask(R1, LOOPBACK_MASK), NftExpression.equal(R1, LOOPBACK)};
    }

    private static NftExpression[] translated() {
        List<NftExpression> e = new ArrayList<>();
        e.add(NftExpression.ct(CT_STATUS, R1));
        e.addAll(List.of(NftExpression.anyBit(R1, STATUS_DST_NAT)));
        return e.toArray(NftExpression[]::new);
    }

    private static NftExpression[] both() {
        return new NftExpression[] {NftExpression.meta(META_IIFNAME, R1), NftExpression.meta(META_OIFNAME, R2)};
    }

    private static NftExpression[] any() {
        return new NftExpression[] {
            NftExpression.meta(META_L4PROTO, word(0)), NftExpression.payload(TRANSPORT_HEADER, 2, 2, word(1))
        };
    }

    private static NftExpression[] at(boolean v6) {
        int words = v6 ? 4 : 1;
        return new NftExpression[] {
            NftExpression.payload(NETWORK_HEADER, v6 ? IPV6_DESTINATION : IPV4_DESTINATION, v6 ? 16 : 4, R1),
            NftExpression.meta(META_L4PROTO, word(words)),
            NftExpression.payload(TRANSPORT_HEADER, 2, 2, word(words + 1))
        };
    }

    /** A rule of single expressions and groups of them. */
    private void rule(String chain, Object... parts) {
        List<NftExpression> e = new ArrayList<>();
        for (Object part : parts) {
            if (part instanceof NftExpression[] group) {
                e.addAll(List.of(group));
            } else {
                e.add((NftExpression) part);
            }
        }
        batch.addRule(chain, e);
    }
}
