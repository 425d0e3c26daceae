package dev.felucca.door.cgroup;

import dev.felucca.api.KernelException;
import dev.felucca.api.spec.LinuxResources;
import dev.felucca.door.Bpf;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Fd;
import dev.felucca.door.Transfers;
import java.util.List;

/**
 * Which devices may be opened and made: devices.allow and devices.deny on v1, a BPF program on v2. The rules are the whole
 * list, beginning as a rule with one that denies everything; an update puts its list in the place of the former.
 */
final class DevicesController extends Controller {
    DevicesController() {
        super("devices", "", true);
    }

    @Override
    String limits(LinuxResources r) {
        return r.devices().isEmpty() ? "" : "device rules";
    }

    @Override
    void set(GroupDir group, LinuxResources r, boolean fresh) {
        if (r.devices().isEmpty()) {
            return;
        }
        List<DeviceRule> rules = DeviceRule.of(r.devices());
        if (group.unified()) {
            attach(group, DeviceProgram.compile(rules));
        } else {
            write(group, rules);
        }
    }

    /** Both files stay open: a container has some twenty rules, and this lies on the way of every start. */
    private static void write(GroupDir group, List<DeviceRule> rules) {
        String file = "devices.allow";
        String value = "";
        try (Fd allow = group.open("devices.allow", Descriptors.O_WRONLY);
                Fd deny = group.open("devices.deny", Descriptors.O_WRONLY)) {
            for (DeviceRule rule : rules) {
                file = rule.allow() ? "devices.allow" : "devices.deny";
                for (String line : rule.lines()) {
                    value = line;
                    Transfers.writeText(rule.allow() ? allow : deny, line);
                }
            }
        } catch (KernelException e) {
            throw group.refused(file, value, e, () -> "a group may allow no more than its parent's devices.list");
        }
    }

    /** With no moment in between, if there was one program before. */
    private static void attach(GroupDir group, byte[] program) {
        try (Fd dir = group.open("", Descriptors.O_RDONLY | Descriptors.O_DIRECTORY);
                Fd loaded = Bpf.loadDeviceProgram(program)) {
            List<Integer> before = Bpf.query(dir);
            if (before.size() == 1) {
                try (Fd old = Bpf.programById(before.get(0))) {
                    Bpf.replace(loaded, old, dir);
                }
                return;
            }
            Bpf.attach(loaded, dir, Bpf.BPF_F_ALLOW_MULTI);
            for (int id : before) {
                try (Fd old = Bpf.programById(id)) {
                    Bpf.detach(old, dir);
                }
            }
        }
    }
}
