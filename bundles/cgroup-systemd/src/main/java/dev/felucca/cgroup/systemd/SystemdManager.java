package dev.felucca.cgroup.systemd;

import java.util.List;
import org.freedesktop.dbus.DBusPath;
import org.freedesktop.dbus.annotations.DBusInterfaceName;
import org.freedesktop.dbus.annotations.DBusMemberName;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.interfaces.DBusInterface;
import org.freedesktop.dbus.messages.DBusSignal;
import org.freedesktop.dbus.types.UInt32;

/** What is used of org.freedesktop.systemd1.Manager; public for the D-Bus library, which makes a proxy of it. */
@DBusInterfaceName("org.freedesktop.systemd1.Manager")
public interface SystemdManager extends DBusInterface {
    String SERVICE = "org.freedesktop.systemd1";
    String PATH = "/org/freedesktop/systemd1";

    /** Has signals sent to this client. */
    @DBusMemberName("Subscribe")
    void subscribe();

    /** @return the job */
    @DBusMemberName("StartTransientUnit")
    DBusPath startTransientUnit(String name, String mode, List<Property> properties, List<Property.Auxiliary> along);

    /** @return the job */
    @DBusMemberName("StopUnit")
    DBusPath stopUnit(String name, String mode);

    @DBusMemberName("SetUnitProperties")
    void setUnitProperties(String name, boolean runtime, List<Property> properties);

    @DBusMemberName("ResetFailedUnit")
    void resetFailedUnit(String name);

    /** One row a name, of a unit that is not there too. */
    @DBusMemberName("ListUnitsByNames")
    List<UnitRow> listUnitsByNames(List<String> names);

    /** A job has ended. */
    class JobRemoved extends DBusSignal {
        public final UInt32 id;
        public final DBusPath job;
        public final String unit;
        public final String result;

        public JobRemoved(String path, UInt32 id, DBusPath job, String unit, String result) throws DBusException {
            super(path, id, job, unit, result);
            this.id = id;
            this.job = job;
            this.unit = unit;
            this.result = result;
        }
    }
}
