package dev.felucca.cgroup.systemd;

import org.freedesktop.dbus.DBusPath;
import org.freedesktop.dbus.Struct;
import org.freedesktop.dbus.annotations.Position;
import org.freedesktop.dbus.types.UInt32;

/** A unit as systemd lists it, D-Bus type {@code (ssssssouso)}; public for the D-Bus library. */
public final class UnitRow extends Struct {
    @Position(0)
    public final String name;

    @Position(1)
    public final String description;

    /** {@code loaded}, {@code not-found}... */
    @Position(2)
    public final String loadState;

    /** {@code active}, {@code inactive}, {@code failed}... */
    @Position(3)
    public final String activeState;

    @Position(4)
    public final String subState;

    @Position(5)
    public final String following;

    @Position(6)
    public final DBusPath path;

    @Position(7)
    public final UInt32 job;

    @Position(8)
    public final String jobType;

    @Position(9)
    public final DBusPath jobPath;

    public UnitRow(
            String name,
            String description,
            String loadState,
            String activeState,
            String subState,
            String following,
            DBusPath path,
            UInt32 job,
            String jobType,
            DBusPath jobPath) {
        this.name = name;
        this.description = description;
        this.loadState = loadState;
        this.activeState = activeState;
        this.subState = subState;
        this.following = following;
        this.path = path;
        this.job = job;
        this.jobType = jobType;
        this.jobPath = jobPath;
    }
}
