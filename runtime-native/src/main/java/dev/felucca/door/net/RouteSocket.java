package dev.felucca.door.net;

import dev.felucca.api.EngineException;
import dev.felucca.api.KernelException;
import dev.felucca.door.Errno;
import dev.felucca.door.Fd;
import dev.felucca.door.Netlink;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Devices, addresses and routes of one network namespace (rtnetlink(7)). Used by one thread at a time. What is asked of the
 * kernel is checked by it: failures are KERNEL with its words.
 */
public final class RouteSocket implements AutoCloseable {
    /** The longest name of a device, in bytes (IFNAMSIZ less the NUL). */
    public static final int NAME_MAX = 15;

    private static final int RTM_NEWLINK = 16;
    private static final int RTM_DELLINK = 17;
    private static final int RTM_GETLINK = 18;
    private static final int RTM_NEWADDR = 20;
    private static final int RTM_NEWROUTE = 24;
    private static final int IFF_UP = 1;
    private static final int IFLA_ADDRESS = 1;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_MTU = 4;
    private static final int IFLA_LINK = 5;
    private static final int IFLA_MASTER = 10;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_IFALIAS = 20;
    private static final int IFLA_NET_NS_FD = 28;
    private static final int IFLA_INFO_KIND = 1;
    private static final int IFLA_INFO_DATA = 2;
    private static final int IFLA_INFO_SLAVE_KIND = 4;
    private static final int IFLA_INFO_SLAVE_DATA = 5;
    private static final int IFLA_BRPORT_MODE = 4;
    private static final int IFLA_BRPORT_ISOLATED = 33;
    private static final int VETH_INFO_PEER = 1;
    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_FLAGS = 8;
    private static final int IFA_F_NODAD = 2;
    private static final int RTA_OIF = 4;
    private static final int RTA_GATEWAY = 5;
    private static final int RTA_PRIORITY = 6;
    private static final byte AF_INET = 2;
    private static final byte AF_INET6 = 10;
    private static final byte RT_TABLE_MAIN = (byte) 254;
    private static final byte RTPROT_STATIC = 4;
    private static final byte RTN_UNICAST = 1;
    private static final int MAKE = Netlink.NLM_F_ACK | Netlink.NLM_F_CREATE | Netlink.NLM_F_EXCL;
    private static final int HEADER = 16;

    private final Netlink netlink;

    private RouteSocket(Netlink netlink) {
        this.netlink = netlink;
    }

    /** Of the calling thread's network namespace. */
    public static RouteSocket open() {
        return new RouteSocket(Netlink.open(Netlink.NETLINK_ROUTE));
    }

    /** Of another network namespace. */
    public static RouteSocket open(Fd networkNamespace) {
        return new RouteSocket(Netlink.open(Netlink.NETLINK_ROUTE, networkNamespace));
    }

    /** A device by name. */
    public Optional<Link> link(String name) {
        try {
            return netlink
                    .request(
                            "link get " + name,
                            RTM_GETLINK,
                            Netlink.NLM_F_ACK,
                            link(0, 0, 0).string(IFLA_IFNAME, name).done())
                    .stream()
                    .map(RouteSocket::read)
                    .findFirst();
        } catch (KernelException e) {
            if (e.errno() == Errno.ENODEV) {
                return Optional.empty();
            }
            throw e;
        }
    }

    public List<Link> links() {
        return netlink
                .request(
                        "link list",
                        RTM_GETLINK,
                        Netlink.NLM_F_DUMP,
                        link(0, 0, 0).done())
                .stream()
                .map(RouteSocket::read)
                .toList();
    }

    private static Link read(Netlink.Reply r) {
        ByteBuffer p = r.payload();
        Attributes a = Attributes.of(p, HEADER);
        String mac = a.bytes(IFLA_ADDRESS)
                .map(m -> HexFormat.ofDelimiter(":").formatHex(m))
                .orElse("");
        return new Link(
                p.getInt(4),
                a.string(IFLA_IFNAME),
                a.nested(IFLA_LINKINFO).string(IFLA_INFO_KIND),
                (p.getInt(8) & IFF_UP) != 0,
                a.u32(IFLA_MTU),
                a.u32(IFLA_MASTER),
                mac,
                a.string(IFLA_IFALIAS));
    }

    /** Makes a bridge and brings it up; its index. */
    public int addBridge(String name, String mac, int mtu) {
        Payload p = link(0, IFF_UP, IFF_UP)
                .string(IFLA_IFNAME, checked(name))
                .bytes(IFLA_ADDRESS, mac(mac))
                .u32(IFLA_MTU, mtu)
                .nest(IFLA_LINKINFO, i -> i.string(IFLA_INFO_KIND, "bridge"));
        netlink.request("link add " + name + " type bridge", RTM_NEWLINK, MAKE, p.done());
        return link(name)
                .orElseThrow(() -> EngineException.internal("bridge " + name + " vanished after it was made", null))
                .index();
    }

    /**
     * A pair of connected devices to be made.
     *
     * @param name of the end in this namespace
     * @param master index of the bridge that gets this end as a port
     * @param isolated whether this port reaches only ports that are not isolated, and the bridge itself
     * @param peerName of the end in the other namespace, which is down
     */
    public record Veth(
            String name, int master, boolean isolated, int mtu, String peerName, String peerMac, Fd peerNamespace) {}

    /** Makes the pair, this end a port of the bridge and up. */
    public void addVeth(Veth v) {
        Consumer<Payload> peer = q -> q.header(new byte[HEADER])
                .string(IFLA_IFNAME, checked(v.peerName()))
                .u32(IFLA_MTU, v.mtu())
                .bytes(IFLA_ADDRESS, mac(v.peerMac()))
                .u32(IFLA_NET_NS_FD, v.peerNamespace().number());
        Payload p = link(0, IFF_UP, IFF_UP)
                .string(IFLA_IFNAME, checked(v.name()))
                .u32(IFLA_MTU, v.mtu())
                .u32(IFLA_MASTER, v.master())
                .nest(IFLA_LINKINFO, i -> i.string(IFLA_INFO_KIND, "veth")
                        .nest(IFLA_INFO_DATA, d -> d.nest(VETH_INFO_PEER, peer)));
        netlink.request("link add " + v.name() + " type veth", RTM_NEWLINK, MAKE, p.done());
        port(v.name(), v.isolated());
    }

    /** With br_netfilter a connection is redirected before it is bridged, and may have to leave where it came in (hairpin). */
    private void port(String name, boolean isolated) {
        Payload p = link(0, 0, 0).string(IFLA_IFNAME, name).nest(IFLA_LINKINFO, i -> i.string(
                        IFLA_INFO_SLAVE_KIND, "bridge")
                .nest(IFLA_INFO_SLAVE_DATA, d -> d.u8(IFLA_BRPORT_MODE, 1).u8(IFLA_BRPORT_ISOLATED, isolated ? 1 : 0)));
        netlink.request("link set " + name + " type bridge_slave", RTM_NEWLINK, Netlink.NLM_F_ACK, p.done());
    }

    /** What a device on top of another one is. */
    public static final class Child {
        private final String kind;
        private final Consumer<Payload> data;

        private Child(String kind, Consumer<Payload> data) {
            this.kind = kind;
            this.data = data;
        }

        /** @param mode MACVLAN_MODE_* of linux/if_link.h */
        public static Child macvlan(int mode) {
            return new Child("macvlan", d -> d.u32(1, mode));
        }

        /** @param mode and flags IPVLAN_MODE_* and IPVLAN_F_* of linux/if_link.h */
        public static Child ipvlan(int mode, int flags) {
            return new Child("ipvlan", d -> d.u16(1, mode).u16(2, flags));
        }
    }

    /**
     * Makes a device on top of one here, in another namespace, and down.
     *
     * @param mac null for what the kernel gives
     */
    public void addChild(int parent, String name, @Nullable String mac, Fd namespace, Child child) {
        Payload p = link(0, 0, 0)
                .string(IFLA_IFNAME, checked(name))
                .u32(IFLA_LINK, parent)
                .u32(IFLA_NET_NS_FD, namespace.number());
        if (mac != null) {
            p.bytes(IFLA_ADDRESS, mac(mac));
        }
        p.nest(IFLA_LINKINFO, i -> i.string(IFLA_INFO_KIND, child.kind).nest(IFLA_INFO_DATA, child.data));
        netlink.request("link add " + name + " type " + child.kind, RTM_NEWLINK, MAKE, p.done());
    }

    /**
     * Makes a VLAN's device on top of another one, and brings it up.
     *
     * @param id 1 to 4094
     */
    public void addVlan(String name, int parent, int id, String alias) {
        Payload p = link(0, IFF_UP, IFF_UP)
                .string(IFLA_IFNAME, checked(name))
                .u32(IFLA_LINK, parent)
                .nest(IFLA_LINKINFO, i -> i.string(IFLA_INFO_KIND, "vlan").nest(IFLA_INFO_DATA, d -> d.u16(1, id)));
        netlink.request("link add " + name + " type vlan", RTM_NEWLINK, MAKE, p.done());
        netlink.request(
                "link set " + name + " alias",
                RTM_NEWLINK,
                Netlink.NLM_F_ACK,
                link(0, 0, 0)
                        .string(IFLA_IFNAME, name)
                        .string(IFLA_IFALIAS, alias)
                        .done());
    }

    /** Brings a device up. */
    public void up(int index) {
        netlink.request(
                "link set " + index + " up",
                RTM_NEWLINK,
                Netlink.NLM_F_ACK,
                link(index, IFF_UP, IFF_UP).done());
    }

    /** Removes a device, with the other end if it is of a pair; whether there was one. */
    public boolean delete(String name) {
        try {
            netlink.request(
                    "link delete " + name,
                    RTM_DELLINK,
                    Netlink.NLM_F_ACK,
                    link(0, 0, 0).string(IFLA_IFNAME, name).done());
            return true;
        } catch (KernelException e) {
            if (e.errno() == Errno.ENODEV) {
                return false;
            }
            throw e;
        }
    }

    /** Gives a device an address; one it has already is left. IPv6 addresses are used at once (no duplicate detection). */
    public void addAddress(int index, Cidr address) {
        byte[] bytes = address.address().getAddress();
        Payload p = new Payload()
                .header(family(bytes), (byte) address.prefix(), (byte) 0, (byte) 0)
                .int32(index)
                .bytes(IFA_LOCAL, bytes)
                .bytes(IFA_ADDRESS, bytes);
        if (address.isV6()) {
            p.u32(IFA_FLAGS, IFA_F_NODAD);
        }
        unlessThere(() -> netlink.request("address add " + address, RTM_NEWADDR, MAKE, p.done()));
    }

    /**
     * Adds a default route; one that is there already is left.
     *
     * @param gateway the unspecified address for none: all is on the device's own network
     * @param metric the lower, the more preferred; 0 for the kernel's default
     */
    public void addDefaultRoute(int index, InetAddress gateway, int metric) {
        byte[] via = gateway.getAddress();
        Payload p = new Payload()
                .header(family(via), (byte) 0, (byte) 0, (byte) 0, RT_TABLE_MAIN, RTPROT_STATIC, (byte) 0, RTN_UNICAST)
                .int32(0)
                .u32(RTA_OIF, index);
        if (!gateway.isAnyLocalAddress()) {
            p.bytes(RTA_GATEWAY, via);
        }
        if (metric > 0) {
            p.u32(RTA_PRIORITY, metric);
        }
        String what = "route add default via " + gateway.getHostAddress();
        unlessThere(() -> netlink.request(what, RTM_NEWROUTE, MAKE, p.done()));
    }

    private static void unlessThere(Runnable call) {
        try {
            call.run();
        } catch (KernelException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
        }
    }

    private static Payload link(int index, int flags, int change) {
        return new Payload().int32(0).int32(index).int32(flags).int32(change);
    }

    private static byte family(byte[] address) {
        return address.length == 4 ? AF_INET : AF_INET6;
    }

    private static byte[] mac(String text) {
        if (!text.matches("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}")) {
            throw EngineException.invalid("\"" + text + "\" is no MAC address, such as 02:42:ac:11:00:02");
        }
        return HexFormat.ofDelimiter(":").parseHex(text);
    }

    private static String checked(String name) {
        if (!name.matches("[^/\\s]{1," + NAME_MAX + "}") || name.equals(".") || name.equals("..")) {
            throw EngineException.invalid("\"" + name + "\" cannot be the name of a network device: at most " + NAME_MAX
                    + " bytes, without spaces and slashes");
        }
        return name;
    }

    @Override
    public void close() {
        netlink.close();
    }
}
