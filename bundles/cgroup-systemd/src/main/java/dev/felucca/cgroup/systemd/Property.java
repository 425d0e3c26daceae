package dev.felucca.cgroup.systemd;

import java.math.BigInteger;
import java.util.List;
import org.freedesktop.dbus.Struct;
import org.freedesktop.dbus.annotations.Position;
import org.freedesktop.dbus.types.UInt32;
import org.freedesktop.dbus.types.UInt64;
import org.freedesktop.dbus.types.Variant;

/** A unit's property with its value, D-Bus type {@code (sv)}: org.freedesktop.systemd1(5). Public for the D-Bus library. */
public final class Property extends Struct {
    /** What systemd means by "no limit". */
    private static final BigInteger INFINITY = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    @Position(0)
    public final String name;

    @Position(1)
    public final Variant<?> value;

    public Property(String name, Variant<?> value) {
        this.name = name;
        this.value = value;
    }

    static Property of(String name, String value) {
        return new Property(name, new Variant<>(value));
    }

    static Property of(String name, boolean value) {
        return new Property(name, new Variant<>(value));
    }

    /** A negative number is no limit. */
    static Property number(String name, long value) {
        return new Property(name, new Variant<>(value < 0 ? new UInt64(INFINITY) : new UInt64(value)));
    }

    static Property bytes(String name, byte[] value) {
        return new Property(name, new Variant<>(value, "ay"));
    }

    static Property pid(int pid) {
        return new Property("PIDs", new Variant<>(new UInt32[] {new UInt32(pid)}, "au"));
    }

    static Property pairs(String name, List<Pair> value) {
        return new Property(name, new Variant<>(value, "a(ss)"));
    }

    static Property amounts(String name, List<Amount> value) {
        return new Property(name, new Variant<>(value, "a(st)"));
    }

    /** {@code (ss)}: a device and what may be done to it. */
    public static final class Pair extends Struct {
        @Position(0)
        public final String first;

        @Position(1)
        public final String second;

        public Pair(String first, String second) {
            this.first = first;
            this.second = second;
        }
    }

    /** {@code (st)}: a device and a rate or weight. */
    public static final class Amount extends Struct {
        @Position(0)
        public final String device;

        @Position(1)
        public final UInt64 amount;

        public Amount(String device, UInt64 amount) {
            this.device = device;
            this.amount = amount;
        }
    }

    /** {@code (sa(sv))}: another unit to be made along; never used here. */
    public static final class Auxiliary extends Struct {
        @Position(0)
        public final String name;

        @Position(1)
        public final List<Property> properties;

        public Auxiliary(String name, List<Property> properties) {
            this.name = name;
            this.properties = properties;
        }
    }
}
